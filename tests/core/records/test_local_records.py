"""Writing to a store of our own: what the contract suite cannot see from outside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
import pytest
from msgspec.structs import replace

from tests.contracts.records.base import catalogue
from tests.contracts.records.formulas import Joining
from tests.contracts.records.office import ANN
from titus_adapters.memory import events
from titus_adapters.memory.clock import CountingIds, ManualClock
from titus_adapters.memory.files import MemoryFiles
from titus_adapters.memory.store import MemoryStore
from titus_core.kernel.actor import SYSTEM
from titus_core.kernel.errors import AlreadyExists, Conflict, Invalid, NotConfigured, NotFound, Stale, Unavailable
from titus_core.records.catalogue import Catalogue, Computed, FieldType, Kind, Policy, Table
from titus_core.records.events import subject
from titus_core.records.journalling import digest_of
from titus_core.records.local import LocalRecords
from titus_core.records.model import Attachment, Fields, Incoming, Misfit, Record, RecordId
from titus_core.records.ports import (
    Change,
    Create,
    Delete,
    JournalEntry,
    Query,
    RecordTx,
    Removal,
    Update,
    Upload,
    Upsert,
    WriteState,
    Written,
)
from titus_core.records.setting import Setting
from titus_core.records.trail import MASK
from titus_core.records.wanting import checked_write
from titus_core.records.write_rows import Wanted, write_rows

T = TypeVar("T")


def run(steps: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(steps)


def _changed(base: Catalogue, table: str, word: str, **changes: Any) -> Catalogue:
    def of(one: Table) -> Table:
        if one.api != table:
            return one
        fields = tuple(replace(field, **changes) if field.api == word else field for field in one.fields)
        return replace(one, fields=fields)

    return replace(base, tables=tuple(of(one) for one in base.tables))


class House:
    """A store in memory with the base of the contracts, but for what a test changes in it."""

    def __init__(self, base: Catalogue | None = None) -> None:
        self.base = base or catalogue()
        self.clock = ManualClock()
        self.files = MemoryFiles()
        self.memory = MemoryStore(clock=self.clock, catalogue=self.base)
        self.reader = self.memory.reader
        self.store = LocalRecords(
            self.memory, self.reader, self.files, self.clock, CountingIds(), self.reader, Joining()
        )

    def table(self, word: str) -> Table:
        return self.base.named(word)

    def cells(self, table: str, **cells: Any) -> Fields:
        return {self.table(table).named(word).id: cell for word, cell in cells.items()}

    def create(self, table: str, *items: Mapping[str, Any], key: str | None = None) -> tuple[Record, ...]:
        cells = tuple(self.cells(table, **item) for item in items)
        return self.write(Create(table=self.table(table).id, by=ANN, items=cells, key=key)).records

    def one(self, table: str, **cells: Any) -> Record:
        return self.create(table, cells)[0]

    def change(self, table: str, record: RecordId, **cells: Any) -> Record:
        change = Change(id=record, fields=self.cells(table, **cells))
        return self.write(Update(table=self.table(table).id, by=ANN, items=(change,))).records[0]

    def delete(self, table: str, *ids: RecordId) -> None:
        removals = tuple(Removal(one) for one in ids)
        assert self.write(Delete(table=self.table(table).id, by=ANN, items=removals)) == Written(())

    def write(self, write: Any) -> Written:
        return run(self.store.write(write))

    def get(self, table: str, record: RecordId) -> Record:
        return run(self.store.get(self.table(table).id, [record]))[0]

    def cell(self, table: str, record: Record | RecordId, word: str) -> Any:
        found = record if isinstance(record, Record) else self.get(table, record)
        return found.fields.get(self.table(table).named(word).id)

    def plant(self, table: str, *rows: Record) -> None:
        async def put(tx: RecordTx, _: None) -> None:
            for row in rows:
                tx.record_rows.put(self.table(table).id, row, None)

        run(self.memory.transact(put, None))

    def trail(self, table: str, record: RecordId) -> list[Any]:
        about = subject(self.table(table).id, record)
        return [(one.kind, msgspec.json.decode(one.data)) for one in events.recorded(self.memory._state, about)]


@pytest.fixture
def house() -> House:
    return House()


def test_every_write_is_in_the_trail_without_secrets(house: House) -> None:
    made = house.one("allPeople", firstName="Ann", doorCode="1234")
    house.change("allPeople", made.id, firstName="Anna", doorCode="4321")
    house.delete("allPeople", made.id)
    (created, first), (changed, second), (deleted, third) = house.trail("allPeople", made.id)
    assert (created, changed, deleted) == ("record.created", "record.changed", "record.deleted")
    door, name, full = (house.table("allPeople").named(word).id for word in ("doorCode", "firstName", "fullName"))
    assert (first["fields"][name], first["fields"][door], first["fields"][full]) == ("Ann", MASK, "Ann ")
    assert (second["before"][door], second["after"][door]) == (MASK, MASK)
    assert (second["before"][full], second["after"][full]) == ("Ann ", "Anna ")
    assert third["fields"][name] == "Anna"
    assert len({first["write"], second["write"], third["write"]}) == 3
    assert "1234" not in str((first, second, third))


def test_every_write_is_journaled_as_done_without_what_the_trail_tells(house: House) -> None:
    made = house.create("stock", {"item": "a"}, {"item": "b"}, key="k1")

    async def look(tx: RecordTx, _: None) -> JournalEntry | None:
        return await tx.record_journal.of_key(ANN.name, "k1")

    entry = run(house.memory.transact(look, None))
    assert entry is not None
    assert (entry.state, entry.version, entry.before) == (WriteState.DONE, 1, ())
    assert entry.ids == tuple(one.id for one in made)
    assert entry.created == frozenset(entry.ids)
    assert entry.write == Create(table=house.table("stock").id, by=ANN, key="k1", items=())


@pytest.mark.parametrize("state", [WriteState.OPEN, WriteState.PARTLY, WriteState.FAILED])
def test_a_key_of_a_write_whose_end_is_not_known_is_not_used_again(house: House, state: WriteState) -> None:
    write = Create(table=house.table("stock").id, by=ANN, key="k1", items=({},))
    entry = JournalEntry(id="w1", at=house.clock.now(), write=write, digest=digest_of(write), state=state)

    async def keep(tx: RecordTx, _: None) -> None:
        tx.record_journal.save(entry)

    run(house.memory.transact(keep, None))
    with pytest.raises(AlreadyExists):
        house.write(write)


def test_a_repetition_of_which_a_part_is_not_known_tells_the_rest(house: House) -> None:
    made = house.create("stock", {"item": "a"}, {"item": "b"}, key="k1")
    house.delete("stock", made[0].id)
    again = house.create("stock", {"item": "a"}, {"item": "b"}, key="k1")
    assert again == (made[1],)


def test_a_write_that_conflicts_runs_again(house: House) -> None:
    made = house.one("stock", left=0)
    house.memory.faults.before_commit()
    with pytest.raises(Unavailable):
        house.change("stock", made.id, left=1)
    assert house.get("stock", made.id) == made


def test_numbers_go_on_from_those_that_were_given_out_before(house: House) -> None:
    table, number = house.table("allPeople").id, house.table("allPeople").named("number").id

    async def given(tx: RecordTx, _: None) -> None:
        tx.record_rows.number(table, number, 0, 41)

    run(house.memory.transact(given, None))
    assert [house.cell("allPeople", one, "number") for one in house.create("allPeople", {}, {})] == [42, 43]


def test_who_did_it_is_told_by_kind_and_number(house: House) -> None:
    made = house.one("allPeople")
    assert house.cell("allPeople", made, "madeBy") == {"id": "user:1", "name": "ann@example.org"}
    write = Create(table=house.table("allPeople").id, by=SYSTEM, items=({},))
    assert house.cell("allPeople", house.write(write).records[0], "changedBy") == {
        "id": "system:titus",
        "name": "titus",
    }


def test_a_time_that_is_told_as_a_date_is_the_day_in_its_zone() -> None:
    base = _changed(catalogue(), "allPeople", "created", kind=Kind.DATE, zone="Australia/Brisbane")
    house = House(_changed(base, "allPeople", "changed", kind=Kind.DATE))
    house.clock.turn_to(datetime(2026, 3, 3, 20, 0, tzinfo=UTC))
    made = house.one("allPeople")
    assert (house.cell("allPeople", made, "created"), house.cell("allPeople", made, "changed")) == (
        "2026-03-04",
        "2026-03-03",
    )


def test_a_rollup_whose_way_is_known_is_computed() -> None:
    hours = catalogue().named("allPeople").named("hours").computed
    assert hours is not None
    sums = replace(hours, policy=Policy.RECOMPUTE, formula="SUM(values)")
    house = House(_changed(catalogue(), "allPeople", "hours", computed=sums))
    ann = house.one("allPeople", firstName="Ann")
    assert house.cell("allPeople", ann, "hours") == 0
    one, _ = house.create("visits2025", {"person": [ann.id], "hours": 1.5}, {"person": [ann.id], "hours": 2})
    assert house.cell("allPeople", ann.id, "hours") == 3.5
    house.change("visits2025", one.id, hours=None)
    assert house.cell("allPeople", ann.id, "hours") == 2
    house.delete("visits2025", one.id)
    assert house.cell("allPeople", ann.id, "hours") == 2


def test_a_rollup_in_a_way_that_is_not_known_stays_empty() -> None:
    hours = catalogue().named("allPeople").named("hours").computed
    assert hours is not None
    odd = replace(hours, policy=Policy.RECOMPUTE, formula="ARRAYJOIN(values)")
    house = House(_changed(catalogue(), "allPeople", "hours", computed=odd))
    ann = house.one("allPeople")
    house.one("visits2025", person=[ann.id], hours=1)
    assert house.cell("allPeople", ann.id, "hours") is None


def test_what_is_frozen_stays_as_it_was(house: House) -> None:
    summary, hours = ("summary", {"state": "generated"}), ("hours", 12)
    made = house.one("allPeople", firstName="Ann")
    held = {**made.fields, **house.cells("allPeople", **dict([summary, hours]))}
    planted = replace(made, id=RecordId("recPlanted0000000"), fields=held)
    house.plant("allPeople", planted)
    changed = house.change("allPeople", planted.id, firstName="Anna")
    assert (house.cell("allPeople", changed, "summary"), house.cell("allPeople", changed, "hours")) == (
        {"state": "generated"},
        12,
    )


def test_what_is_dropped_is_in_no_row() -> None:
    dropped = _changed(catalogue(), "allPeople", "open", kind=Kind.CHECKBOX)
    made = House(dropped).one("allPeople")
    assert dropped.named("allPeople").named("open").id not in made.fields


def test_a_lookup_gathers_lists_truths_failures_and_files() -> None:
    home = catalogue().named("homes").named("namesOfResidents")
    assert home.computed is not None

    def looking_at(word: str, kind: Kind = Kind.LIST) -> Catalogue:
        target = catalogue().named("allPeople").named(word).id
        assert home.computed is not None
        return _changed(
            catalogue(), "homes", "namesOfResidents", kind=kind, computed=replace(home.computed, target=target)
        )

    def gathered(base: Catalogue, *cells: dict[str, Any]) -> Any:
        house = House(base)
        place = house.one("homes")
        house.create("allPeople", *({**one, "home": [place.id]} for one in cells))
        return house.cell("homes", place.id, "namesOfResidents")

    assert gathered(looking_at("tags"), {"tags": ["A", "Admin"]}, {}, {"tags": ["A"]}) == ("A", "Admin", "A")
    assert gathered(looking_at("agreed"), {"agreed": True}, {}, {"agreed": True}) == (True, True)
    assert gathered(looking_at("agreed"), {}) is None
    assert gathered(looking_at("home"), {}) is not None

    house = House(looking_at("fullName"))
    place = house.one("homes")
    ann = house.one("allPeople", home=[place.id])
    bad = {**ann.fields, **house.cells("allPeople", lastName="x", fullName=Misfit({"error": "#ERROR!"}))}
    planted = replace(ann, id=RecordId("recPlanted0000000"), fields=bad)
    house.plant("allPeople", planted)
    house.change("homes", place.id, residents=[planted.id])
    assert house.cell("homes", place.id, "namesOfResidents") == ({"error": "#ERROR!"},)


def test_files_that_are_looked_up_are_files_to_be_had() -> None:
    home = catalogue().named("homes").named("namesOfResidents")
    assert home.computed is not None
    target = catalogue().named("allPeople").named("files").id
    computed = replace(home.computed, target=target, result=FieldType.ATTACHMENTS)
    base = _changed(catalogue(), "homes", "namesOfResidents", kind=Kind.ATTACHMENTS, computed=computed)
    house = House(base)
    place = house.one("homes")
    ann = house.one("allPeople", home=[place.id])
    after = run(house.store.attach(_upload(house, ann.id), _bytes(b"x")))
    (file,) = house.cell("allPeople", after, "files")
    assert house.cell("homes", place.id, "namesOfResidents") == (file,)
    assert run(_content(house, "homes", place.id, file.id)) == b"x"


def test_a_formula_of_a_link_sees_what_names_the_records() -> None:
    told = catalogue().named("visits2025").named("told")
    person = catalogue().named("visits2025").named("person").id
    assert told.computed is not None
    base = _changed(catalogue(), "visits2025", "told", computed=replace(told.computed, formula=f"'with '&{{{person}}}"))
    house = House(base)
    ann, bob = house.create("allPeople", {"firstName": "Ann"}, {"firstName": "Bob"})
    visit = house.one("visits2025", person=[bob.id, ann.id])
    assert house.cell("visits2025", visit, "told") == "with Bob , Ann "
    house.change("allPeople", bob.id, lastName="Low")
    assert house.cell("visits2025", visit.id, "told") == "with Bob Low, Ann "


def test_a_formula_that_fails_is_a_misfit_and_not_empty() -> None:
    told = catalogue().named("visits2025").named("told")
    number = _changed(catalogue(), "visits2025", "told", kind=Kind.NUMBER)
    house = House(number)
    assert told.computed is not None
    assert house.cell("visits2025", house.one("visits2025"), "told") == Misfit("V-1: ")


def test_what_one_item_does_and_the_next_undoes_is_not_stored(house: House) -> None:
    place = house.one("homes", home="Banksia")
    ann, bob = house.create("allPeople", {"friends": []}, {"firstName": "Bob"})
    changes = (
        Change(id=ann.id, fields=house.cells("allPeople", friends=(bob.id,))),
        Change(id=bob.id, fields=house.cells("allPeople", fromFriends=())),
    )
    written = house.write(Update(table=house.table("allPeople").id, by=ANN, items=changes))
    assert [house.cell("allPeople", one, "friends") for one in written.records] == [None, None]
    assert house.get("homes", place.id) == place


def test_a_link_to_what_is_not_there_any_more_does_no_harm(house: House) -> None:
    place = house.one("homes")
    gone = RecordId("recGone0000000000")
    made = house.one("allPeople")
    dangling = house.cells("allPeople", home=(gone, place.id), twin=(gone,), homeAddress=("old",))
    planted = replace(made, id=RecordId("recPlanted0000000"), fields={**made.fields, **dangling})
    house.plant("allPeople", planted)
    changed = house.change("allPeople", planted.id, home=[place.id], twin=[])
    assert house.cell("allPeople", changed, "home") == (place.id,)
    assert house.cell("allPeople", changed, "twin") is None
    assert house.cell("allPeople", changed, "homeAddress") is None
    again = replace(planted, id=RecordId("recPlanted0000002"))
    house.plant("allPeople", again)
    house.change("allPeople", again.id, home=[gone])
    house.delete("allPeople", again.id)


def test_a_cell_that_holds_no_ids_links_to_nothing(house: House) -> None:
    made = house.one("allPeople")
    odd = house.cells("allPeople", home=Misfit("Banksia"), friends=Misfit((1, 2)))
    planted = replace(made, id=RecordId("recPlanted0000000"), fields={**made.fields, **odd})
    house.plant("allPeople", planted)
    place = house.one("homes")
    assert house.cell("allPeople", house.change("allPeople", planted.id, home=[place.id]), "home") == (place.id,)
    house.delete("allPeople", planted.id)
    assert house.cell("homes", place.id, "residents") is None


def test_a_record_that_only_one_side_shows_is_held_while_it_is_linked_to(house: House) -> None:
    """Nothing of it is put, so its version alone says whether it is still there when the link is stored."""
    one, two = house.create("allPeople", {}, {})
    held: list[tuple[str, str]] = []

    async def note(tx: Any, wanted: Any) -> Any:
        tx.record_rows = _Holding(tx.record_rows, held)
        return await write_rows(tx, wanted)

    change = Change(id=one.id, fields=house.cells("allPeople", twin=(two.id, one.id)))
    write = checked_write(house.base, Update(table=house.table("allPeople").id, by=ANN, items=(change,)))
    wanted = Wanted(write=write, setting=Setting.of(house.base, Joining()), entry="w9", at=house.clock.now(), ids=())
    run(house.memory.transact(note, wanted))
    assert held == [(house.table("allPeople").id, two.id)]


class _Holding:
    """Rows that note which of them are held."""

    def __init__(self, rows: Any, held: list[tuple[str, str]]) -> None:
        self._rows = rows
        self._held = held

    def hold(self, table: str, row: Record) -> None:
        self._held.append((table, row.id))
        self._rows.hold(table, row)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rows, name)


def test_an_upsert_that_made_something_says_so_to_those_at_the_same_time(house: House) -> None:
    item = house.table("stock").named("item").id

    async def last(tx: RecordTx, _: None) -> int:
        return await tx.record_rows.last_number(house.table("stock").id, item)

    def upsert(*items: str) -> None:
        cells = tuple(house.cells("stock", item=one) for one in items)
        house.write(Upsert(table=house.table("stock").id, by=ANN, items=cells, match_on=(item,)))

    upsert("a", "b")
    assert run(house.memory.transact(last, None)) == 1
    upsert("a", "b")
    assert run(house.memory.transact(last, None)) == 1
    upsert("a", "c")
    assert run(house.memory.transact(last, None)) == 2


def test_a_lookup_may_go_through_a_link_within_its_own_table() -> None:
    people = catalogue().named("allPeople")
    address = people.named("homeAddress").computed
    assert address is not None
    through = replace(address, via=people.named("twin").id, target=people.named("firstName").id)
    house = House(_changed(catalogue(), "allPeople", "homeAddress", computed=through))
    ann, bob = house.create("allPeople", {"firstName": "Ann"}, {"firstName": "Bob"})
    house.change("allPeople", ann.id, twin=(bob.id,))
    house.change("allPeople", bob.id, twin=(ann.id, bob.id), firstName="Bill")
    assert house.cell("allPeople", ann.id, "homeAddress") == ("Bill",)
    assert house.cell("allPeople", bob.id, "homeAddress") == ("Ann", "Bill")


def test_who_adds_a_link_that_the_other_side_does_not_show_says_so_to_those_who_look_for_such(house: House) -> None:
    """Otherwise one who changes a record, and one who begins to link to it, could pass each other by unseen."""
    visits = house.table("visits2025")

    async def last(tx: RecordTx, _: None) -> int:
        return await tx.record_rows.last_number(visits.id, visits.named("witness").id)

    def count() -> int:
        return run(house.memory.transact(last, None))

    ann = house.one("allPeople", firstName="Ann")
    first = count()
    visit = house.one("visits2025", witness=(ann.id,))
    assert count() == first + 1
    house.change("visits2025", visit.id, witness=(ann.id,), hours=1)
    house.change("allPeople", ann.id, firstName="Anna")
    house.change("visits2025", visit.id, witness=())
    house.delete("allPeople", ann.id)
    assert count() == first + 1


def test_a_link_to_nobody_is_refused_by_the_name_of_the_field(house: House) -> None:
    with pytest.raises(Invalid, match="which is not there") as refused:
        house.create("allPeople", {}, {"home": ("recNobody00000000",)})
    assert (refused.value.data["field"], refused.value.data["item"]) == ("home", 1)


def test_a_link_that_only_one_side_shows_goes_with_the_record_that_it_led_to(house: House) -> None:
    ann, bob = house.create("allPeople", {}, {})
    visit = house.one("visits2025", witness=(ann.id, bob.id))
    house.delete("allPeople", ann.id)
    assert house.cell("visits2025", visit.id, "witness") == (bob.id,)


def test_what_is_not_there_is_named(house: House) -> None:
    made = house.one("stock")
    gone = RecordId("recGone0000000000")
    with pytest.raises(NotFound) as refused:
        house.delete("stock", made.id, gone)
    assert refused.value.data == {"id": gone, "item": 1}


def test_a_key_that_several_have_is_refused(house: House) -> None:
    house.create("stock", {"item": "a", "batch": 1}, {"item": "a", "batch": 2})
    item, batch = (house.table("stock").named(word).id for word in ("item", "batch"))
    twice = house.cells("stock", item="a", left=1), house.cells("stock", item="b")
    with pytest.raises(Invalid, match="matches more than one"):
        house.write(Upsert(table=house.table("stock").id, by=ANN, items=twice, match_on=(item,)))
    both = (house.cells("stock", item="a", batch=2), house.cells("stock", item="a", batch=1))
    written = house.write(Upsert(table=house.table("stock").id, by=ANN, items=both, match_on=(item, batch)))
    assert written.created == frozenset()


def test_a_replacement_clears_what_it_does_not_name(house: House) -> None:
    made = house.one("stock", item="a", open=True, left=3)
    change = Change(id=made.id, fields=house.cells("stock", left=4), replace=True)
    (after,) = house.write(Update(table=house.table("stock").id, by=ANN, items=(change,))).records
    assert after.fields == house.cells("stock", left=4, open=False)


def test_rows_are_asked_for_and_told_of(house: House) -> None:
    token = run(house.store.changes(None)).next
    made = house.one("stock", item="a")
    assert run(house.store.query(Query(table=house.table("stock").id))).records == (made,)
    assert [one.id for one in run(house.store.changes(token)).touched] == [made.id]


# --- files ----------------------------------------------------------------------------------------------------------


async def _bytes(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def _content(house: House, table: str, record: RecordId, attachment: str) -> bytes:
    pieces = house.store.content(house.table(table).id, record, attachment)
    return b"".join([piece async for piece in pieces])


def _upload(house: House, record: RecordId, **changes: Any) -> Upload:
    table = house.table("allPeople")
    upload = Upload(
        table=table.id, record=record, field=table.named("files").id, filename="x\0.txt", type="text/plain", by=ANN
    )
    return replace(upload, **changes)


def test_bytes_that_no_cell_names_are_deleted(house: House) -> None:
    made = house.one("allPeople")

    async def vanishing() -> AsyncIterator[bytes]:
        yield b"half"
        await house.store.write(Delete(table=house.table("allPeople").id, by=ANN, items=(Removal(made.id),)))

    with pytest.raises(NotFound):
        run(house.store.attach(_upload(house, made.id), vanishing()))
    assert house.files.contents == {}


def test_bytes_stay_where_the_store_does_not_say_whether_a_cell_names_them(house: House) -> None:
    made = house.one("allPeople")

    async def dying() -> AsyncIterator[bytes]:
        yield b"all"
        house.memory.faults.after_commit()

    with pytest.raises(Unavailable):
        run(house.store.attach(_upload(house, made.id), dying()))
    (file,) = house.cell("allPeople", made.id, "files")
    assert run(_content(house, "allPeople", made.id, file.id)) == b"all"
    assert file == Attachment(id=file.id, filename="x\ufffd.txt", size=3, type="text/plain")


def test_of_two_of_the_same_at_once_one_is_kept(house: House) -> None:
    made = house.one("allPeople")
    upload = _upload(house, made.id, key="k1")

    async def second() -> AsyncIterator[bytes]:
        yield b"second"
        await house.store.attach(upload, _bytes(b"first"))

    after = run(house.store.attach(upload, second()))
    (file,) = house.cell("allPeople", after, "files")
    assert run(_content(house, "allPeople", made.id, file.id)) == b"first"
    assert list(house.files.contents.values()) == [b"first"]


def test_a_repeated_file_of_a_record_that_is_gone_is_not_there(house: House) -> None:
    made = house.one("allPeople")
    upload = _upload(house, made.id, key="k1")
    run(house.store.attach(upload, _bytes(b"x")))
    house.delete("allPeople", made.id)
    with pytest.raises(NotFound):
        run(house.store.attach(upload, _bytes(b"x")))


def test_nobody_sends_a_file_that_will_not_be_taken(house: House) -> None:
    made = house.one("allPeople")
    upload = _upload(house, made.id, key="k1")
    run(house.store.attach(upload, _bytes(b"x")))

    asked: list[str] = []

    async def unread() -> AsyncIterator[bytes]:
        asked.append("for the bytes")
        yield b"x"

    assert run(house.store.attach(upload, unread())) == house.get("allPeople", made.id)
    with pytest.raises(NotFound):
        run(house.store.attach(_upload(house, RecordId("recGone0000000000")), unread()))
    with pytest.raises(Invalid):
        run(house.store.attach(_upload(house, made.id, field="firstName"), unread()))
    assert asked == []


def test_words_will_do_for_table_and_field(house: House) -> None:
    made = house.one("allPeople")
    upload = _upload(house, made.id, table="allPeople", field="files")
    assert len(house.cell("allPeople", run(house.store.attach(upload, _bytes(b"x"))), "files")) == 1


def test_files_are_kept_by_id_and_repeated_ones_are_not_sent_again(house: House) -> None:
    made = house.one("allPeople")
    upload = _upload(house, made.id, key="k1")
    after = run(house.store.attach(upload, _bytes(b"one")))
    assert run(house.store.attach(upload, _bytes(b"one"))) == after
    (one,) = house.cell("allPeople", after, "files")
    (_, two) = house.cell("allPeople", run(house.store.attach(_upload(house, made.id), _bytes(b"two"))), "files")
    kept = house.change("allPeople", made.id, files=(Attachment(id=two.id, filename="a lie"),))
    assert house.cell("allPeople", kept, "files") == (two,)
    with pytest.raises(Invalid, match="holds no file"):
        house.change("allPeople", made.id, files=(one,))
    with pytest.raises(NotFound):
        run(_content(house, "allPeople", made.id, one.id))
    assert house.cell("allPeople", house.change("allPeople", made.id, files=()), "files") is None
    with pytest.raises(Invalid, match="holds no files"):
        run(house.store.attach(_upload(house, made.id, field="firstName"), _bytes(b"x")))


def test_a_file_by_address_is_refused(house: House) -> None:
    with pytest.raises(Invalid, match="cannot be fetched"):
        house.one("allPeople", files=(Incoming(url="https://example.org/x"),))


# --- the catalogue --------------------------------------------------------------------------------------------------


def test_without_a_catalogue_there_are_no_records(house: House) -> None:
    house.memory._state.catalogue = None
    with pytest.raises(NotConfigured):
        run(house.store.query(Query(table=house.table("stock").id)))


def test_a_new_catalogue_is_gone_by_at_once(house: House) -> None:
    ann = house.one("allPeople", firstName="Ann", lastName="Low")
    full = house.table("allPeople").named("fullName")
    assert full.computed is not None
    last = house.table("allPeople").named("lastName").id
    told = Computed(policy=Policy.RECOMPUTE, formula=f"{{{last}}}", result=FieldType.TEXT)
    house.memory._state.catalogue = _changed(house.base, "allPeople", "fullName", computed=told)
    assert house.cell("allPeople", house.change("allPeople", ann.id, lastName="High"), "fullName") == "High"


def test_the_errors_of_rows_come_through(house: House) -> None:
    made = house.one("stock")
    stale = Change(id=made.id, fields={}, version="9")
    with pytest.raises(Stale) as refused:
        house.write(Update(table=house.table("stock").id, by=ANN, items=(stale,)))
    assert refused.value.data == {"id": made.id, "version": "1", "item": 0}
    with pytest.raises(Conflict):
        house.plant("stock", made)
