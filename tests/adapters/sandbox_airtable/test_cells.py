"""What each type of field accepts, keeps and refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.adapters.sandbox_airtable.stage import Stage, staged
from titus_adapters.sandbox.airtable.house import User

EUROPEAN = {"dateFormat": {"name": "european"}}
FIELDS: dict[str, tuple[str, Any]] = {
    "text": ("multilineText", None),
    "decimal": ("number", {"precision": 1}),
    "percent": ("percent", {"precision": 1}),
    "duration": ("duration", {"durationFormat": "h:mm:ss.S"}),
    "short duration": ("duration", {"durationFormat": "h:mm"}),
    "rating": ("rating", {"icon": "star", "max": 5, "color": "yellowBright"}),
    "checkbox": ("checkbox", {"icon": "check", "color": "greenBright"}),
    "selects": ("multipleSelects", {"choices": [{"name": "A"}, {"name": "B, C"}]}),
    "date": ("date", EUROPEAN),
    "sydney": ("dateTime", EUROPEAN | {"timeFormat": {"name": "24hour"}, "timeZone": "Australia/Sydney"}),
    "person": ("singleCollaborator", None),
    "people": ("multipleCollaborators", None),
    "barcode": ("barcode", None),
}
ALICE = {"id": "usrAliceSupport00", "email": "alice@example.org.au", "name": "Alice Support"}


@pytest.fixture
async def wide() -> AsyncIterator[Stage]:
    """A table with a field of many types."""
    async with staged() as stage:
        for name, (kind, options) in FIELDS.items():
            stage.base.add_field("Clients", name, kind, options)
        stage.airtable.user(User(id="usrBob00000000000", email="bob@example.org.au"))
        yield stage


ACCEPTED: list[tuple[str, Any, Any]] = [
    ("text", "a\nb", "a\nb"),
    ("decimal", 0, 0),
    ("decimal", -1.25, -1.25),
    ("percent", 0.123, 0.123),
    ("duration", 90.5, 90.5),
    ("rating", 5, 5),
    ("rating", 0, None),
    ("checkbox", True, True),
    ("checkbox", False, None),
    ("selects", ["B, C", "A", "A"], ["B, C", "A"]),
    ("selects", [], None),
    ("date", "2026-02-26", "2026-02-26"),
    ("date", "2026-02-26T23:00:00.000Z", "2026-02-26"),
    ("sydney", "2026-02-26T12:00:00.000Z", "2026-02-26T12:00:00.000Z"),
    ("sydney", "2026-02-26T12:00:00+11:00", "2026-02-26T01:00:00.000Z"),
    ("sydney", "2026-02-26T12:00:00", "2026-02-26T01:00:00.000Z"),
    ("sydney", "2026-02-26", "2026-02-25T13:00:00.000Z"),
    ("person", {"email": "alice@example.org.au"}, ALICE),
    ("person", {"id": "usrBob00000000000"}, {"id": "usrBob00000000000", "email": "bob@example.org.au"}),
    ("people", [{"id": "usrAliceSupport00"}], [ALICE]),
    ("barcode", {"text": "01234567", "type": "upce"}, {"text": "01234567", "type": "upce"}),
]


@pytest.mark.parametrize(("name", "sent", "kept"), ACCEPTED)
async def test_what_fits_is_kept(wide: Stage, name: str, sent: Any, kept: Any) -> None:
    (made,) = await wide.create("Clients", {name: sent})
    assert made["fields"].get(name) == kept


REFUSED: list[tuple[str, Any]] = [
    ("text", 1),
    ("text", "x" * 100_001),
    ("decimal", "1"),
    ("decimal", True),
    ("percent", "5%"),
    ("rating", 6),
    ("rating", 1.5),
    ("checkbox", "yes"),
    ("selects", "A"),
    ("selects", [1]),
    ("selects", ["C"]),
    ("date", "26/02/2026"),
    ("date", "2026-02-30"),
    ("date", 20260226),
    ("sydney", ""),
    ("person", "alice@example.org.au"),
    ("person", {"email": "nobody@example.org.au"}),
    ("people", {"id": "usrAliceSupport00"}),
    ("barcode", {"type": "upce"}),
    ("barcode", "01234567"),
    ("Notes", "Note for Ada"),
    ("Notes", [1]),
    ("Notes", [{"no": "id"}]),
]


@pytest.mark.parametrize(("name", "sent"), REFUSED)
async def test_what_does_not_fit_is_refused(wide: Stage, name: str, sent: Any) -> None:
    status, kind, _ = await wide.refused("POST", "Clients", json={"fields": {name: sent}})
    assert (status, kind in {"INVALID_VALUE_FOR_COLUMN", "INVALID_MULTIPLE_CHOICE_OPTIONS"}) == (422, True)


CAST: list[tuple[str, Any, Any]] = [
    ("text", 1.5, "1.5"),
    ("text", ["a", "b"], "a, b"),
    ("decimal", "1,234.5", 1234.5),
    ("decimal", "12", 12),
    ("decimal", "twelve", None),
    ("percent", "12%", 0.12),
    ("checkbox", "yes", True),
    ("checkbox", 0, None),
    ("selects", "A, D", ["A", "D"]),
    ("selects", ["a"], ["A"]),
    ("date", "2/26/2026", "2026-02-26"),
    ("date", "someday", None),
    ("person", "Alice Support", ALICE),
    ("barcode", "0123", {"text": "0123"}),
]


@pytest.mark.parametrize(("name", "sent", "kept"), CAST)
async def test_typecast_does_what_it_can(wide: Stage, name: str, sent: Any, kept: Any) -> None:
    (made,) = await wide.create("Clients", {name: sent}, typecast=True)
    assert made["fields"].get(name) == kept


@pytest.mark.parametrize("name", ["text", "checkbox"])
async def test_typecast_does_not_do_everything(wide: Stage, name: str) -> None:
    assert (await wide.refused("POST", "Clients", json={"fields": {name: {"a": 1}}, "typecast": True}))[0] == 422


TEXTS: list[tuple[str, Any, str]] = [
    ("decimal", 1.25, "1.2"),
    ("percent", 0.125, "12.5%"),
    ("duration", 3661.5, "1:01:01.5"),
    ("short duration", -5400, "-1:30"),
    ("Budget", -1234.5, "-$1,234.50"),
    ("checkbox", True, "checked"),
    ("selects", ["A", "B, C"], "A, B, C"),
    ("date", "2026-02-06", "6/2/2026"),
    ("sydney", "2026-02-26T12:00:00.000Z", "26/2/2026 12:00"),
    ("person", {"id": "usrBob00000000000"}, "bob@example.org.au"),
    ("barcode", {"text": "0123"}, "0123"),
    ("rating", 3, "3"),
]


@pytest.mark.parametrize(("name", "sent", "text"), TEXTS)
async def test_a_cell_can_be_read_as_text(wide: Stage, name: str, sent: Any, text: str) -> None:
    await wide.create("Clients", {name: sent})
    page = await wide.get("Clients", cellFormat="string", timeZone="UTC", userLocale="en-au", **{"fields[]": name})
    assert page["records"][0]["fields"] == {name: text}


async def test_null_empties_a_cell_of_any_type(wide: Stage) -> None:
    (made,) = await wide.create("Clients", {"text": "a", "decimal": 1, "selects": ["A"]})
    emptied = {"text": None, "decimal": None, "selects": None}
    _, body = await wide.ask("PATCH", f"Clients/{made['id']}", json={"fields": emptied})
    assert body["fields"].keys() == {"Number", "Hours", "Modified"}
