"""The reference data beside the repository, where it is checked out too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).parents[4] / "shared" / "reference"
AIRTABLE = SHARED / "airtable"
needs_reference = pytest.mark.skipif(not AIRTABLE.is_dir(), reason=f"no reference data at {AIRTABLE}")


def reference(name: str) -> Any:
    return json.loads((AIRTABLE / f"{name}.json").read_text("utf-8"))


def cases(name: str) -> list[Any]:
    """The list in that file; nothing, where it is not there, so that tests can be collected."""
    return list(reference(name)) if AIRTABLE.is_dir() else []
