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
    "opentelemetry",
    "pgqueuer",
    "sentry_sdk",
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

OPENED = """
import asyncio, sys, tempfile
from titus_http import bootstrap, settings
async def main():
    with tempfile.TemporaryDirectory() as folder:
        known = settings.read({"RAILWAY_VOLUME_MOUNT_PATH": folder, "TITUS_SECRET_KEY": "0" * 64})
        bootstrap.configure_logging(known)
        await bootstrap.migrate(known)
        async with bootstrap.open_titus(known) as running:
            await running.telemetry.page()
asyncio.run(main())
print("\\n".join(sys.modules))
"""


def loaded_by(program: str) -> list[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()


def test_starting_on_sqlite_imports_nothing_heavy() -> None:
    loaded = loaded_by(PROGRAM)
    assert [name for name in HEAVY if name in loaded] == []


def test_a_titus_without_traces_and_reports_imports_nothing_for_them() -> None:
    loaded = loaded_by(OPENED)
    # Litestar looks for OpenTelemetry's API by itself; what costs is the rest.
    heavy = ("opentelemetry.sdk", "opentelemetry.exporter", "google.protobuf", "sentry_sdk", "requests", "urllib3")
    assert [name for name in heavy if name in loaded] == []
    assert "prometheus_client" in loaded


def test_advanced_alchemy_is_not_installed() -> None:
    assert find_spec("advanced_alchemy") is None
