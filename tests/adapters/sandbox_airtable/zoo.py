"""The base of the reference data: clients, properties, notes, and a record with a field of every type."""

from __future__ import annotations

from typing import Any

from tests.adapters.sandbox_airtable.reference import reference
from tests.adapters.sandbox_airtable.stage import Stage

PROPERTY: dict[str, Any] = {
    "id": "recPropOne0000000",
    "createdTime": "2024-01-01T00:00:00.000Z",
    "fields": {"Property": "One", "Address": "1 Example St", "Clients": ["recClientAlpha000"]},
}
NOTES: list[dict[str, Any]] = [
    {
        "id": f"recNote{name}0000000",
        "createdTime": "2026-02-01T00:00:00.000Z",
        "fields": {"Note No": number, "Client": ["recClientAlpha000"], "Shift Start": at},
    }
    for number, name, at in ((1, "One", "2026-02-25T22:00:00.000Z"), (2, "Two", "2026-02-20T22:00:00.000Z"))
]


def load(stage: Stage) -> None:
    """The records of the reference lists, and those that they link to."""
    clients = reference("list_records_clients_page1")["records"] + reference("list_records_clients_page2")["records"]
    stage.base.load("Clients", clients)
    stage.base.load("SIL Properties", [PROPERTY])
    stage.base.load("Progress Notes", NOTES)
    zoo = {record["id"]: record for record in reference("list_records_zoo")["records"]}
    stage.base.load("Field Zoo", [zoo["recZooFull0000000"], zoo["recZooEmpty000000"]])
    stage.base.load("Field Zoo", [zoo["recZooNothing0000"]], as_given=True)
