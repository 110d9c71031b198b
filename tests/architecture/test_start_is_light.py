"""Starting imports nothing that it does not use: such imports cost seconds and tens of megabytes (decision 0009)."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

HEAVY = (
    "advanced_alchemy",
    "alembic.command",
    "anthropic",
    "asyncpg",
    "msal",
    "obstore",
    "pgqueuer",
    "twilio",
    "titus_adapters.sandbox",
)

PROGRAM = """
import sys, tempfile, titus_http.server
from titus_http import bootstrap, settings
with tempfile.TemporaryDirectory() as folder:
    bootstrap.store_for(settings.read({"RAILWAY_VOLUME_MOUNT_PATH": folder, "TITUS_SECRET_KEY": "0" * 64}))
print("\\n".join(sys.modules))
"""


def test_starting_on_sqlite_imports_nothing_heavy() -> None:
    loaded = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in HEAVY if name in loaded] == []


def test_advanced_alchemy_is_not_installed() -> None:
    assert find_spec("advanced_alchemy") is None
