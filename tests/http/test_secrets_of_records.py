"""What is secret in records comes out nowhere: not asked for, not asked about, not by its name, not in the trail."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest

from tests.contracts.records.base import catalogue
from tests.journeys.records.conftest import PASSWORD, _Fixed
from titus_adapters.memory import events
from titus_adapters.memory.clock import CountingIds, ManualClock
from titus_adapters.memory.files import MemoryFiles
from titus_adapters.memory.store import MemoryStore
from titus_adapters.memory.world import World
from titus_core.accounts.create_user import NewUser
from titus_core.accounts.model import Role
from titus_core.kernel.actor import OPERATOR
from titus_core.records.catalogue import Catalogue, Privacy, Table
from titus_core.records.events import subject
from titus_core.records.local import LocalRecords
from titus_core.records.ports import Change, Create, Update
from titus_http.bootstrap import TEST_BASE_URL, build_for

PEOPLE = "/api/records/allPeople"
SECRET = "7391-the-door"
HIDDEN = ("doorCode", "score", "status", "twin", "files")
"""A text, a number, a choice, a link and files, all secret."""


def _hiding(told: Catalogue) -> Catalogue:
    return msgspec.structs.replace(told, tables=tuple(map(_hidden, told.tables)))


def _hidden(table: Table) -> Table:
    fields = [
        msgspec.structs.replace(one, privacy=Privacy.SECRET) if table.api == "allPeople" and one.api in HIDDEN else one
        for one in table.fields
    ]
    return msgspec.structs.replace(table, fields=tuple(fields))


class Desk:
    """A person with secrets, one she is linked to in secret, and somebody who asks."""

    def __init__(self) -> None:
        self.catalogue = _hiding(catalogue())
        self.people = self.catalogue.named("allPeople")
        clock = ManualClock()
        self.storage = MemoryStore(clock=clock, catalogue=self.catalogue)
        self.store = LocalRecords(
            self.storage, self.storage.reader, MemoryFiles(), clock, CountingIds(), self.storage.reader
        )
        self.titus = build_for(World(), records=self.store, catalogues=_Fixed(self.catalogue))
        app: Any = self.titus.app
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=TEST_BASE_URL)

    async def begin(self) -> None:
        await self.storage.open()
        person = NewUser(actor=OPERATOR, email="ann@example.org", name="Ann", role=Role.TEAM_LEADER, password=PASSWORD)
        await self.titus.use_cases.create_user(person)
        answer = await self.client.post("/api/auth/login", json={"email": "ann@example.org", "password": PASSWORD})
        self.client.headers["authorization"] = f"Bearer {answer.json()['token']}"
        other = await self.store.write(Create(table=self.people.id, by=OPERATOR, items=(self.cells(firstName="Bo"),)))
        self.other = other.records[0].id
        secrets = self.cells(firstName="Ann", doorCode=SECRET, score=73912, status="Zebra", twin=(self.other,))
        made = await self.store.write(Create(table=self.people.id, by=OPERATOR, items=(secrets,)))
        self.ann = made.records[0].id

    def cells(self, **cells: Any) -> dict[Any, Any]:
        return {self.people.named(word).id: value for word, value in cells.items()}

    async def stored(self) -> dict[str, Any]:
        (record,) = await self.store.get(self.people.id, [self.ann])
        return {self.people.field(field).api: value for field, value in record.fields.items()}


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    await desk.begin()
    yield desk
    await desk.client.aclose()
    await desk.storage.close()


def _tells(answer: httpx.Response) -> list[str]:
    return [word for word in (SECRET, "73912", "Zebra") if word in answer.text]


async def test_neither_lists_nor_records_nor_the_catalogue_hold_them(desk: Desk) -> None:
    for path in (PEOPLE, f"{PEOPLE}/{desk.ann}", f"{PEOPLE}?expand=home", "/api/records"):
        answer = await desk.client.get(path)
        assert answer.status_code == 200, answer.text
        assert _tells(answer) == []
    for person in (await desk.client.get(PEOPLE)).json()["items"]:
        assert not set(HIDDEN) & set(person["fields"])
    (told,) = [one for one in (await desk.client.get("/api/records")).json()["tables"] if one["api"] == "allPeople"]
    assert not set(HIDDEN) & {field["api"] for field in told["fields"]}
    assert not set(HIDDEN) & {field.get("linkedField") for field in told["fields"]}


@pytest.mark.parametrize("field", HIDDEN)
@pytest.mark.parametrize("spelled", ["api", "id", "name", "alias"])
async def test_who_names_one_is_told_what_is_told_of_a_word_that_names_nothing(
    desk: Desk, field: str, spelled: str
) -> None:
    word = getattr(desk.people.named(field), spelled)
    filters = ({"op": op, "field": word, "value": "7"} for op in ("eq", "ne", "lt", "le", "gt", "ge"))
    asked = [
        *({"filter": json.dumps(one)} for one in filters),
        {"filter": json.dumps({"op": "not", "of": {"op": "empty", "field": word}})},
        {"filter": json.dumps({"op": "startsWith", "field": word, "text": "7"})},
        {"filter": json.dumps({"op": "hasOption", "field": word, "options": ["Zebra"]})},
        {"filter": json.dumps({"op": "hasLink", "field": word, "ids": [desk.other]})},
        {"sort": word},
        {"sort": f"-{word}"},
        {"fields": f"firstName,{word}"},
        {"expand": word},
    ]
    answers = [await desk.client.get(PEOPLE, params=one) for one in asked]
    answers += [
        await desk.client.post(PEOPLE, json={"fields": {"firstName": "Cy", word: "7"}}),
        await desk.client.post(PEOPLE, json={"records": [{"fields": {"firstName": "Cy"}}], "upsertOn": [word]}),
        await desk.client.patch(f"{PEOPLE}/{desk.ann}", json={"fields": {word: None}}),
        await desk.client.put(f"{PEOPLE}/{desk.ann}", json={"fields": {word: None}}),
        await desk.client.post(f"{PEOPLE}/{desk.ann}/attachments/{word}", params={"filename": "a"}, content=b"a"),
    ]
    for answer in answers:
        assert answer.status_code == 422, answer.text
        assert "is no field of" in answer.json()["error"]
        assert answer.json().get("nearest") not in {desk.people.named(one).name for one in HIDDEN}
        assert _tells(answer) == []


async def test_a_near_spelling_is_not_led_to_one(desk: Desk) -> None:
    for word in ("doorCod", "Door code", "scor", "twn"):
        answer = await desk.client.get(PEOPLE, params={"sort": word})
        assert answer.status_code == 422
        assert not any(desk.people.named(one).name in answer.text for one in HIDDEN)


async def test_a_cursor_holds_nothing_but_what_was_sorted_by(desk: Desk) -> None:
    page = (await desk.client.get(PEOPLE, params={"sort": "firstName", "limit": 1})).json()
    held = urlsafe_b64decode(page["next"] + "==")
    assert b"Ann" in held
    assert SECRET.encode() not in held


async def test_who_replaces_a_record_does_not_wipe_what_they_cannot_see(desk: Desk) -> None:
    answer = await desk.client.put(f"{PEOPLE}/{desk.ann}", json={"fields": {"mobile": "0491 570 006"}})
    assert answer.status_code == 200, answer.text
    stored = await desk.stored()
    assert stored["doorCode"] == SECRET
    assert (stored["score"], stored["status"], stored["twin"]) == (73912, "Zebra", (desk.other,))
    assert "firstName" not in stored


async def test_the_trail_says_that_one_changed_and_not_to_what(desk: Desk) -> None:
    change = Change(id=desk.ann, fields=desk.cells(doorCode="9999-new", firstName="Anna"))
    await desk.store.write(Update(table=desk.people.id, by=OPERATOR, items=(change,)))
    told = str([bytes(one.data) for one in events.recorded(desk.storage._state, subject(desk.people.id, desk.ann))])
    assert "Anna" in told
    assert not [word for word in (SECRET, "9999-new", "73912", "Zebra", desk.other) if word in told]


async def test_what_is_told_of_jobs_and_gaps_holds_none(desk: Desk) -> None:
    for path in ("/api/jobs", "/api/voice/ledger/gaps"):
        answer = await desk.client.get(path)
        assert _tells(answer) == []
