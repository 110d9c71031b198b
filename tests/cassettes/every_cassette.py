"""The cassettes that there are, for tests that look at each."""

from __future__ import annotations

from pathlib import Path

from tests.cassettes.providers import PROVIDERS
from tests.cassettes.tape import FOLDER, REAL

PLAYED = sorted(path for name in PROVIDERS for path in (FOLDER / name).glob("*.yaml"))
"""Those of the sandbox."""

OWNED = sorted(path for name in PROVIDERS for path in (REAL / name).glob("*.yaml"))
"""Those of owners' accounts; none, as long as no owner has added any."""

CASSETTES = [*PLAYED, *OWNED]


def named(path: Path) -> str:
    """How a test's parameter is shown."""
    return f"{path.parent.name}/{path.stem}"
