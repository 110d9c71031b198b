"""Records in Airtable while things go wrong around them: a crash before the journal, others who change the base, a base
that is away. Over HTTP and against the sandbox."""

# mypy: disable-error-code="arg-type"

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.contracts.records.backends import MAX_AGE, Airtable, CachedAirtable
from tests.contracts.records.base import BASE
from tests.contracts.records.office import ANN, Desk
from tests.journeys.records.conftest import PASSWORD
from titus_adapters.memory.world import World
from titus_adapters.sandbox.twilio.engine.wire import Answer, Outgoing
from titus_core.accounts.create_user import NewUser
from titus_core.accounts.model import Role
from titus_core.jobs.causes import Kind
from titus_core.kernel.actor import OPERATOR
from titus_core.records.events import RecordCreated, subject
from titus_core.records.journalled import JournalledRecords
from titus_core.records.note_changes import NoteChanges
from titus_core.records.ports import Delete, Removal, WriteState
from titus_core.records.settle_writes import SETTLES_AFTER, SettleWrites
from titus_http.bootstrap import TEST_BASE_URL, build_for
from titus_http.jobs import Recording
from titus_http.webhooks.airtable.routes import PING

STOCK = "/api/records/stock"


class Power(Exception):
    """It went."""


class Failing:
    """A store whose power goes before this unit of work, the first being 1."""

    def __init__(self, storage: Any, at: int) -> None:
        self._storage = storage
        self._at = at
        self._count = 0

    async def transact(self, work: Callable[[Any, Any], Awaitable[Any]], command: Any, /) -> Any:
        self._count += 1
        if self._count >= self._at:
            raise Power
        return await self._storage.transact(work, command)


@pytest.mark.parametrize("crash", [1, 2])
@pytest.mark.parametrize("what", ["create", "change", "delete"])
async def test_after_a_crash_the_journal_tells_what_the_base_holds(what: str, crash: int) -> None:
    """1: before the intent, so nothing was asked. 2: between the store and the event."""
    office = Airtable()
    await office.open()
    stock = Desk(office, "stock")
    there = await stock.one(item="there", left=1)
    reader = office.storage.reader
    dying = JournalledRecords(office.remote, Failing(office.storage, crash), office.clock, office._ids, reader)
    whole, office.store = office.store, dying
    doing: dict[str, Callable[[], Awaitable[Any]]] = {
        "create": lambda: stock.create({"item": "new"}),
        "change": lambda: stock.change(there.id, left=2),
        "delete": lambda: dying.write(Delete(table=stock.table.id, by=ANN, items=(Removal(there.id),))),
    }
    with pytest.raises(Power):
        await doing[what]()
    office.store = whole
    open_now = [one.state for one in office.storage._state.record_writes.values() if one.state is WriteState.OPEN]
    assert len(open_now) == crash - 1
    office.clock.advance(SETTLES_AFTER.total_seconds() + 1)
    await SettleWrites(office.remote, office.storage, reader, office.clock, reader)()
    entries = list(office.storage._state.record_writes.values())
    assert {one.state for one in entries} == {WriteState.DONE}
    held = {one["id"]: one["fields"] for one in office.sandbox.bases[0].records(stock.table.id)}
    told = {one.subject.rpartition(":")[2] for one in office.storage._state.trail}
    assert held.keys() <= told
    assert len(office.storage._state.trail) == (2 if crash == 2 else 1)
    await office.close()


async def test_a_key_whose_write_was_settled_answers_again() -> None:
    office = Airtable()
    await office.open()
    stock, reader = Desk(office, "stock"), office.storage.reader
    whole = office.store
    office.store = JournalledRecords(office.remote, Failing(office.storage, 3), office.clock, office._ids, reader)
    with pytest.raises(Power):
        await stock.create({"item": "new"}, key="k")
    office.store = whole
    office.clock.advance(SETTLES_AFTER.total_seconds() + 1)
    await SettleWrites(office.remote, office.storage, reader, office.clock, reader)()
    (made,) = await stock.create({"item": "new"}, key="k")
    assert await stock.ids() == [made.id]
    about = subject(stock.table.id, made.id)
    (event,) = [one.event for one in office.storage._state.trail if one.subject == about]
    assert isinstance(event, RecordCreated)
    await office.close()


class House:
    """Titus, with records in a base that has a webhook."""

    def __init__(self) -> None:
        self.office = CachedAirtable(wire=self._reach)
        self.world = World()
        self.http = httpx.AsyncClient()
        self.titus: Any = None

    async def open(self) -> None:
        office = self.office
        await office.open()
        hooks = f"/v0/bases/{BASE}/webhooks"
        wanted = {"options": {"filters": {"dataTypes": ["tableData"]}}}
        told: dict[str, Any] = await office.api.write(
            "POST", hooks, dict, {"notificationUrl": f"{TEST_BASE_URL}{PING}", "specification": wanted}
        )
        note = NoteChanges(office.store, office.storage, office.clock, office.storage.reader)
        self.titus = build_for(
            self.world,
            records=office.store,
            catalogues=office.storage.reader,
            recording=Recording(None, note),
            airtable_secret=told["macSecretBase64"],
            base_id=BASE,
        )
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.titus.app), base_url=TEST_BASE_URL)
        person = NewUser(actor=OPERATOR, email="ann@example.org", name="Ann", role=Role.TEAM_LEADER, password=PASSWORD)
        await self.titus.use_cases.create_user(person)
        answer = await self.http.post("/api/auth/login", json={"email": "ann@example.org", "password": PASSWORD})
        self.http.headers["authorization"] = f"Bearer {answer.json()['token']}"

    async def _reach(self, sent: Outgoing) -> Answer:
        """The way from Airtable to Titus."""
        answer = await self.http.request(sent.method, sent.url, headers=list(sent.headers), content=sent.body)
        return Answer(answer.status_code, (), answer.content)

    async def pings(self) -> list[int]:
        """How those were answered that Airtable sends now."""
        before = len(self.office.sandbox.pings)
        await self.office.sandbox.run_for(5)
        return [one.status for one in self.office.sandbox.pings[before:]]

    async def work(self) -> int:
        """Do what waits; how much that was."""
        done = await self.world.store.jobs.run_due([Kind.NOTE_RECORD_CHANGES], self.titus.working.attempt)
        return len(done)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    house = House()
    await house.open()
    yield house
    await house.http.aclose()
    await house.office.close()


async def test_what_somebody_changes_in_airtable_is_seen_after_its_ping(house: House) -> None:
    made = (await house.http.post(STOCK, json={"fields": {"item": "a"}})).json()
    await house.pings()
    await house.work()
    house.office.clock.advance(1)
    assert (await house.http.get(STOCK)).json()["items"][0]["fields"]["item"] == "a"
    house.office.sandbox.bases[0].update("Stock", made["id"], {"Item": "b"})
    house.office.clock.advance(1)
    assert (await house.http.get(STOCK)).json()["items"][0]["fields"]["item"] == "a"
    assert set(await house.pings()) == {200}
    assert await house.work() == 1
    assert (await house.http.get(STOCK)).json()["items"][0]["fields"]["item"] == "b"


async def test_a_list_says_of_when_it_is_and_an_outage_how_old_what_is_known_is(house: House) -> None:
    await house.http.post(STOCK, json={"fields": {"item": "a"}})
    first = (await house.http.get(STOCK)).json()
    assert first["asOf"]
    house.office.line.down = True
    house.office.clock.advance(30)
    assert (await house.http.get(STOCK)).json() == first
    house.office.clock.advance(MAX_AGE.total_seconds())
    answer = await house.http.get(STOCK)
    assert answer.status_code == 503
    told = answer.json()
    assert (told["age_seconds"], "items" in told) == (90, False)
