"""airtable.js, Airtable's own client for Node, against the sandbox: whatever it offers on records."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.sandbox_airtable.served import Served, served

HERE = Path(__file__).parent / "npm"

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="no Node.js is installed"),
    pytest.mark.skipif(
        not (HERE / "node_modules" / "airtable").is_dir(), reason="Airtable's client is not installed (make assets)"
    ),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with served() as server:
        yield server


@pytest.fixture(scope="module")
def told(server: Served) -> dict[str, Any]:
    """What the client found."""
    command = ["node", str(HERE / "client.mjs"), server.url, server.token, server.base.id]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_records_are_created_and_found(told: dict[str, Any]) -> None:
    assert (told["created"]["name"], told["created"]["number"]) == ("Ada", 1)
    assert told["createdMany"] == ["Ben", "Cy"]
    assert told["found"]["Budget"] == 5


def test_records_are_updated_and_replaced(told: dict[str, Any]) -> None:
    assert (told["updated"]["Name"], told["updated"]["Budget"]) == ("Ada", 6)
    assert told["updatedMany"] == ["Benjamin"]
    assert (told["replaced"]["Name"], "Budget" in told["replaced"]) == ("Eve", False)
    assert told["replacedMany"] == ["Cyrus"]
    assert told["recordMethods"] == {"name": "Evelyn", "budget": 8, "id": told["created"]["id"]}


def test_lists_come_whole_or_in_pages(told: dict[str, Any]) -> None:
    names = ["Benjamin", "Cyrus", "Evelyn", *(f"N{number}" for number in range(7))]
    assert told["all"] == told["byBody"] == names
    assert told["firstPage"] == ["N6", "N5"]
    assert told["pages"] == [4, 3]
    assert told["longFormula"] == 7
    assert told["comments"] == 0
    assert told["view"]["fldName0000000000"]
    assert (told["text"]["Name"], told["text"]["Budget"]) == ("Evelyn", "$8.00")


def test_records_are_destroyed(server: Served, told: dict[str, Any]) -> None:
    assert (told["destroyed"], told["destroyedMany"]) == (told["created"]["id"], 2)
    assert len(server.base.records("Clients")) == 7


def test_refusals_reach_it_as_its_own_errors(told: dict[str, Any]) -> None:
    assert told["gone"] == {"error": "NOT_AUTHORIZED", "statusCode": 403}
    assert told["refused"] == {"error": "UNKNOWN_FIELD_NAME", "statusCode": 422}
    assert told["nowhere"] == {"error": "NOT_AUTHORIZED", "statusCode": 403}
    assert told["elevenAtOnce"] == {"error": "INVALID_RECORDS", "statusCode": 422}
    assert told["stranger"] == {"error": "AUTHENTICATION_REQUIRED", "statusCode": 401}
