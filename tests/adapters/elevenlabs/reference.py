"""The reference data beside the repository, where it is checked out too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

ELEVENLABS = Path(__file__).parents[4] / "shared" / "reference" / "elevenlabs"
needs_reference = pytest.mark.skipif(not ELEVENLABS.is_dir(), reason=f"no reference data at {ELEVENLABS}")


def reference(name: str) -> Any:
    return json.loads((ELEVENLABS / f"{name}.json").read_text("utf-8"))


def schema(name: str) -> Any:
    """The JSON schema of one of the official client's answers: `conversation`, `conversations_page`,
    `twilio_outbound`."""
    return reference("sdk_response_schemas")["schemas"][name]
