"""The reference data beside the repository, where it is checked out too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

ANTHROPIC = Path(__file__).parents[4] / "shared" / "reference" / "anthropic"
needs_reference = pytest.mark.skipif(not ANTHROPIC.is_dir(), reason=f"no reference data at {ANTHROPIC}")


def reference(name: str) -> Any:
    return json.loads((ANTHROPIC / f"{name}.json").read_text("utf-8"))


def schema(name: str) -> Any:
    """The JSON schema of one of the official client's answers: `message`, `model_info`, `error_response`,
    `count_tokens`, `stream_event`."""
    return reference("sdk_response_schemas")["schemas"][name]
