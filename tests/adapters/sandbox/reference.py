"""The reference data beside the repository, where it is checked out too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

TWILIO = Path(__file__).parents[4] / "shared" / "reference" / "twilio"
needs_reference = pytest.mark.skipif(not TWILIO.is_dir(), reason=f"no reference data at {TWILIO}")


def payload(name: str) -> dict[str, str]:
    """The form fields of one captured or hand-written webhook."""
    params: dict[str, str] = json.loads((TWILIO / "payloads" / f"{name}.json").read_text())["params"]
    return params


def known_signatures() -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = json.loads((TWILIO / "payloads" / "_signature_known_answers.json").read_text())
    return answers


def openapi() -> dict[str, Any]:
    spec: dict[str, Any] = json.loads((TWILIO / "openapi" / "twilio_api_v2010.subset.json").read_text())
    return spec
