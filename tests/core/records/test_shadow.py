"""A store that answers, and one that is looked at meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from tests.contracts.records.backends import put_rows
from tests.contracts.records.base import catalogue
from tests.contracts.records.formulas import Joining
from tests.contracts.records.office import ANN, Desk, rec
from titus_adapters.memory.aside import ManualAside
from titus_adapters.memory.clock import CountingIds, ManualClock
from titus_adapters.memory.files import MemoryFiles
from titus_adapters.memory.store import MemoryStore
from titus_core.kernel.errors import Invalid, Unavailable
from titus_core.records.errors import UnknownTable
from titus_core.records.local import LocalRecords
from titus_core.records.model import Record, RecordId, TableId
from titus_core.records.ports import Change, Create, Delete, Query, RecordPage, Removal, Update, Upload, Write, Written
from titus_core.records.shadow.candidate import RowsCandidate
from titus_core.records.shadow.findings import MOST_KNOWN, STORED_EVERY, Findings
from titus_core.records.shadow.model import Drift, Mirrored, Tally, What
from titus_core.records.shadow.store import LOOKS, ShadowRecords


class Pair:
    """Two stores in memory, side by side. An `Office`, as far as `Desk` needs one."""

    def __init__(self) -> None:
        self.catalogue = catalogue()
        self.clock = ManualClock()
        self.storage = MemoryStore(clock=self.clock, catalogue=self.catalogue)
        self.other = MemoryStore(clock=self.clock, catalogue=self.catalogue)
        reader = self.storage.reader
        self.primary: Any = Between(
            LocalRecords(self.storage, reader, MemoryFiles(), self.clock, CountingIds(), reader, Joining())
        )
        self.candidate: Any = Between(
            RowsCandidate(self.other, self.other.reader, self.clock, self.other.reader, Joining())
        )
        self.aside = ManualAside()
        self.findings = Findings(self.storage, self.clock)
        self.store: Any = ShadowRecords(self.primary, self.candidate, self.aside, self.findings, reader)

    async def counted(self) -> dict[What, int]:
        await self.aside.run()
        await self.findings.keep()
        return {one.what: one.count for one in await self.storage.reader.record_tallies()}

    async def tally(self, what: What) -> Tally:
        await self.counted()
        (found,) = (one for one in await self.storage.reader.record_tallies() if one.what is what)
        return found

    async def plant(self, record: Record, *stores: MemoryStore) -> None:
        for store in stores:
            await store.transact(put_rows, {self.desk().table.id: [record]})

    def desk(self, table: str = "stock") -> Desk:
        office: Any = self
        return Desk(office, table)


class Between:
    """Something between the shadow and a store; `fails` answers for it, `meanwhile` happens behind each answer."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.fails: BaseException | None = None
        self.loses = False
        self.meanwhile: Callable[[], Any] | None = None
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def get(self, table: TableId, ids: Sequence[RecordId]) -> tuple[Record, ...]:
        found: tuple[Record, ...] = await self._ask("get", table, ids)
        return found

    async def query(self, query: Query) -> RecordPage:
        found: RecordPage = await self._ask("query", query)
        return found

    async def write(self, write: Write) -> Written:
        written: Written = await self._ask("write", write)
        return written

    async def mirror(self, mirrored: Mirrored) -> None:
        await self._ask("mirror", mirrored)

    async def _ask(self, name: str, *told: Any) -> Any:
        self.asked.append(name)
        if self.fails is not None:
            if self.loses:
                await getattr(self._inner, name)(*told)
            raise self.fails
        answer = await getattr(self._inner, name)(*told)
        if self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            await happens()
        return answer


def plain(**cells: Any) -> Record:
    desk = Pair().desk()
    fields = {desk.id("open"): False, **desk.cells(**cells)}
    at = "2026-01-05T01:02:03.000Z"
    return Record(id=rec("Planted"), created_time=at, fields=fields, version="1", modified_time=at)


async def test_what_is_written_is_in_both_and_what_is_read_is_alike() -> None:
    pair = Pair()
    made = await pair.desk().one(item="a", left=1)
    await pair.desk().change(made.id, left=2)
    await pair.desk().get(made.id)
    await pair.desk().ids()
    assert await pair.counted() == {What.MIRRORED: 2, What.COMPARED: 2}
    (other,) = await pair.other.reader.records(pair.desk().table.id, [made.id])
    assert other.fields == (await pair.desk().get(made.id)).fields


async def test_the_mirror_is_in_nobodys_trail() -> None:
    pair = Pair()
    await pair.desk().one(item="a")
    await pair.aside.run()
    assert (await pair.other.reader.touched("0", 10)).touched == ()
    assert len((await pair.storage.reader.touched("0", 10)).touched) == 1


async def test_what_is_deleted_is_gone_in_both_also_where_only_one_had_it() -> None:
    pair = Pair()
    await pair.plant(plain(item="a"), pair.storage)
    delete = Delete(table=pair.desk().table.id, by=ANN, items=(Removal(rec("Planted")),))
    await pair.store.write(delete)
    made = await pair.desk().one(item="b")
    await pair.store.write(replace(delete, items=(Removal(made.id),)))
    await pair.desk().ids()
    assert await pair.counted() == {What.MIRRORED: 3, What.COMPARED: 1}


async def test_links_are_mirrored_with_both_sides_and_what_is_computed_of_them() -> None:
    pair = Pair()
    people, homes = pair.desk("allPeople"), pair.desk("homes")
    home = await homes.one(home="Banksia", address="1 Wattle St")
    person = await people.one(firstName="Ann", home=[home.id], status="Zebra", agreed=True)
    await pair.aside.run()
    (mirrored,) = await pair.other.reader.records(homes.table.id, [home.id])
    assert homes.told(mirrored, "residents", "howMany") == {"residents": [person.id], "howMany": 1}
    (other,) = await pair.other.reader.records(people.table.id, [person.id])
    assert people.told(other, "homeAddress", "number") == {"homeAddress": ["1 Wattle St"], "number": 1}
    pair.clock.advance(5)
    await pair.store.write(Delete(table=people.table.id, by=ANN, items=(Removal(person.id),)))
    await homes.get(home.id)
    assert (await pair.counted()).keys() == {What.MIRRORED, What.COMPARED}


async def test_numbers_go_on_behind_those_that_the_primary_gave_out() -> None:
    pair = Pair()
    people = pair.desk("allPeople")
    made = [await people.one(firstName=name) for name in "abc"]
    for one in (made[2], made[1], made[0]):  # the later ones may come first
        await pair.candidate.mirror(Mirrored(people.table.id, ANN, (one,)))
    reader, ids = pair.other.reader, CountingIds()
    for _ in range(20):
        ids.token()  # those that the primary gave its records
    local = LocalRecords(pair.other, reader, MemoryFiles(), pair.clock, ids, reader, Joining())
    written = await local.write(Create(table=people.table.id, by=ANN, items=(people.cells(firstName="d"),)))
    assert people.told(written.records[0], "number") == {"number": 4}


async def test_links_to_what_the_candidate_has_not_are_left_out_and_told() -> None:
    pair = Pair()
    people, homes = pair.desk("allPeople"), pair.desk("homes")
    home = Record(id=rec("Home"), created_time=plain().created_time, fields={}, version="1")
    await pair.storage.transact(put_rows, {homes.table.id: [home]})
    person = await people.one(home=[home.id])
    await people.get(person.id)
    tally = await pair.tally(What.CELL)
    assert tally.records == (person.id,)
    assert (await pair.counted())[What.MIRRORED] == 1


async def test_a_file_is_mirrored_by_what_is_told_of_it() -> None:
    pair = Pair()
    people = pair.desk("allPeople")
    made = await people.one(firstName="Ann")

    async def content() -> Any:
        yield b"a plan"

    upload = Upload(
        table=people.table.id, record=made.id, field=people.id("files"), filename="a.txt", type="text/plain", by=ANN
    )
    record = await pair.store.attach(upload, content())
    await people.get(made.id)
    assert (await pair.counted()).keys() == {What.MIRRORED, What.COMPARED}
    (file,) = people.told(record, "files")["files"]
    told = [piece async for piece in pair.store.content(people.table.id, made.id, file["id"])]
    assert b"".join(told) == b"a plan"
    assert (await pair.store.changes(None)).touched == ()
    assert pair.store.promises == pair.primary.promises


# --- differences ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "what"),
    [
        ({"left": 2}, What.CELL),
        ({"created_time": "2026-01-05T01:02:04.000Z"}, What.CREATED),
        ({"modified_time": "2026-01-05T02:00:00.000Z"}, What.MODIFIED),
    ],
)
async def test_a_planted_difference_is_told_and_the_caller_hears_the_primary(other: dict[str, Any], what: What) -> None:
    pair = Pair()
    first, second = plain(item="a", left=1), plain(item="a", left=other.pop("left", 1))
    await pair.plant(first, pair.storage)
    await pair.plant(replace(second, **other), pair.other)
    assert await pair.desk().get(first.id) == first
    tally = await pair.tally(what)
    assert (tally.count, tally.records) == (1, (first.id,))
    assert tally.field == (pair.desk().id("left") if what is What.CELL else None)


async def test_records_that_only_one_has_are_told() -> None:
    pair = Pair()
    await pair.plant(plain(), pair.storage)
    await pair.plant(replace(plain(), id=rec("Other")), pair.other)
    assert await pair.desk().ids() == [rec("Planted")]
    assert (await pair.tally(What.MISSING)).records == (rec("Planted"),)
    assert (await pair.tally(What.EXTRA)).records == (rec("Other"),)


async def test_another_order_is_told() -> None:
    pair = Pair()
    one, two = plain(left=1), replace(plain(left=2), id=rec("Zwei"))
    for record, swapped in ((one, two), (two, one)):
        await pair.plant(record, pair.storage)
        await pair.plant(replace(record, fields=swapped.fields), pair.other)
    assert await pair.desk().ids(None, "left") == [one.id, two.id]
    assert (await pair.counted())[What.ORDER] == 1


async def test_a_difference_that_a_second_look_explains_is_none() -> None:
    pair = Pair()
    await pair.plant(plain(left=1), pair.storage)
    await pair.desk().get(rec("Planted"))
    await pair.plant(plain(left=1), pair.other)
    pair.candidate.fails = None
    assert await pair.counted() == {What.COMPARED: 1}


async def test_a_known_difference_is_counted_without_a_second_look() -> None:
    pair = Pair()
    await pair.plant(plain(), pair.storage)
    for _ in range(3):
        await pair.desk().get(rec("Planted"))
        await pair.aside.run()
    assert (await pair.tally(What.MISSING)).count == 3
    assert pair.primary.asked.count("get") == 4
    assert pair.findings.knows(pair.desk().table.id, [Drift(What.MISSING, rec("Planted"))])


async def test_differences_under_writes_are_let_be() -> None:
    pair = Pair()
    await pair.plant(plain(), pair.storage)

    async def writes() -> None:
        await pair.desk().one(item="meanwhile")
        pair.primary.meanwhile = writes

    pair.primary.meanwhile = writes
    found = await pair.store.get(pair.desk().table.id, [rec("Planted")])
    assert found == (plain(),)
    assert (await pair.counted())[What.UNSETTLED] == 1
    assert pair.primary.asked.count("get") == 1 + LOOKS


async def test_a_stale_answer_is_no_difference() -> None:
    pair = Pair()
    await pair.plant(plain(), pair.storage)

    async def query(query: Query) -> RecordPage:
        return RecordPage((), as_of=pair.clock.now())

    pair.primary.query = query
    await pair.desk().ids()
    assert await pair.counted() == {What.COMPARED: 1}
    await pair.plant(plain(), pair.other)
    await pair.desk().ids()
    assert await pair.counted() == {What.COMPARED: 1, What.UNSETTLED: 1}


async def test_pages_that_a_missing_record_shifts_differ_in_that_one_alone() -> None:
    pair = Pair()
    for place in range(6):
        record = replace(plain(left=place), id=rec(f"R{place}"))
        await pair.plant(record, pair.storage, *([pair.other] if place != 1 else []))
    page = await pair.store.query(pair.desk().asking(limit=3))
    await pair.store.query(replace(pair.desk().asking(limit=3), after=page.next))
    counted = await pair.counted()
    assert counted == {What.MISSING: 1, What.COMPARED: 1}


# --- trouble --------------------------------------------------------------------------------------------------------


async def test_a_candidate_that_fails_is_not_felt() -> None:
    pair = Pair()
    pair.candidate.fails = ValueError("of no concern")
    made = await pair.desk().one(item="a")
    assert await pair.desk().get(made.id) == made
    tally = await pair.tally(What.FAILED)
    assert (tally.count, tally.detail) == (2, "ValueError")
    pair.candidate.fails = Invalid("left", "is not right")
    await pair.desk().ids()
    assert (await pair.tally(What.FAILED)).detail == "invalid"


async def test_a_candidate_that_hangs_is_not_felt() -> None:
    pair = Pair()
    pair.candidate.fails = TimeoutError()
    await pair.desk().ids()
    assert (await pair.counted()) == {What.LATE: 1}


async def test_what_there_is_no_room_for_is_counted() -> None:
    pair = Pair()
    pair.aside.room = 0
    made = await pair.desk().one(item="a")
    await pair.desk().get(made.id)
    assert await pair.counted() == {What.SKIPPED: 2}


async def test_without_a_catalogue_all_that_is_lost_is_the_comparison() -> None:
    pair = Pair()
    made = await pair.desk().one(item="a")
    pair.storage._state.catalogue = None

    async def get(table: TableId, ids: Sequence[RecordId]) -> tuple[Record, ...]:
        return (made,)

    pair.primary.get = get
    assert await pair.store.get(pair.desk().table.id, [made.id]) == (made,)
    assert (await pair.tally(What.FAILED)).detail == UnknownTable.code


async def test_a_write_that_is_refused_is_not_mirrored() -> None:
    pair = Pair()
    with pytest.raises(Invalid):
        await pair.desk("allPeople").one(home=[rec("Nowhere")])
    assert await pair.counted() == {}


@pytest.mark.parametrize("error", [Unavailable(), asyncio.CancelledError()])
async def test_a_change_of_unknown_outcome_is_read_again(error: BaseException) -> None:
    pair = Pair()
    made = await pair.desk().one(item="a", left=1)
    pair.primary.fails, pair.primary.loses = error, True
    change = Update(table=pair.desk().table.id, by=ANN, items=(Change(id=made.id, fields=pair.desk().cells(left=2)),))
    with pytest.raises(type(error)):
        await pair.store.write(change)
    pair.primary.fails = None
    await pair.aside.run()
    (other,) = await pair.other.reader.records(pair.desk().table.id, [made.id])
    assert other.fields[pair.desk().id("left")] == 2


async def test_a_record_that_nobody_knows_of_is_told_of() -> None:
    pair = Pair()
    pair.primary.fails, pair.primary.loses = Unavailable(), True
    with pytest.raises(Unavailable):
        await pair.desk().one(item="a")
    assert await pair.counted() == {What.UNTOLD: 1}


async def test_of_writes_at_once_the_records_are_read_again() -> None:
    pair = Pair()
    made = await pair.desk().one(item="a", left=1)

    async def later() -> None:
        await pair.desk().change(made.id, left=3)

    pair.primary.meanwhile = later
    await pair.desk().change(made.id, left=2)
    await pair.aside.run()
    (other,) = await pair.other.reader.records(pair.desk().table.id, [made.id])
    assert other.fields[pair.desk().id("left")] == 3
    assert pair.primary.asked.count("get") == 2


# --- counting -------------------------------------------------------------------------------------------------------


async def test_what_goes_well_is_stored_now_and_then_and_what_does_not_at_once() -> None:
    pair = Pair()
    for _ in range(STORED_EVERY - 1):
        await pair.desk().ids()
    await pair.aside.run()
    assert await pair.storage.reader.record_tallies() == ()
    await pair.desk().ids()
    await pair.aside.run()
    (told,) = await pair.storage.reader.record_tallies()
    assert told.count == STORED_EVERY


async def test_what_cannot_be_stored_goes_on_being_counted() -> None:
    pair = Pair()
    table = pair.desk().table.id
    pair.findings.count(table, What.LATE)
    await pair.storage.close()

    with pytest.raises(Unavailable):
        await pair.findings.keep()
    pair.findings.count(table, What.LATE)
    await pair.storage.open()
    assert await pair.counted() == {What.LATE: 2}


async def test_what_is_counted_while_it_is_being_stored_is_not_lost() -> None:
    pair = Pair()
    table = pair.desk().table.id
    pair.findings.count(table, What.LATE)

    class Refusing:
        async def transact(self, work: Any, command: Any, /) -> Any:
            pair.findings.count(table, What.LATE)
            pair.findings.count(table, What.FAILED)
            raise Unavailable

    findings = pair.findings
    findings._storage, kept = Refusing(), findings._storage
    with pytest.raises(Unavailable):
        await findings.keep()
    findings._storage = kept
    assert await pair.counted() == {What.LATE: 2, What.FAILED: 1}


async def test_no_more_differences_are_remembered_than_there_is_room_for() -> None:
    pair = Pair()
    table = pair.desk().table.id
    many = [Drift(What.MISSING, RecordId(f"rec{place:014}")) for place in range(MOST_KNOWN)]
    pair.findings.note(table, many)
    one_more = [Drift(What.EXTRA)]
    pair.findings.note(table, one_more)
    assert pair.findings.knows(table, many)
    assert not pair.findings.knows(table, one_more)
    assert len((await pair.tally(What.MISSING)).records) == 5
