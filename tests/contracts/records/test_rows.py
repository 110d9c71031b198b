"""`ports.RecordRows`, `RecordJournal` and `RecordReader`: what stores with units of work have below `RecordStore`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from msgspec.structs import replace

from tests.contracts.records.backends import OFFICES, WITH_ROWS
from tests.contracts.records.office import ANN, BOB, BORN, Desk, Office, Rows, rec
from titus_core.kernel.errors import Conflict, ReadAfterWrite
from titus_core.records.model import Attachment, FieldId, Fields, Misfit, Record, TableId, Value
from titus_core.records.ports import (
    Change,
    Create,
    Delete,
    JournalEntry,
    RecordTx,
    Removal,
    Update,
    Upsert,
    Write,
    WriteState,
)

R = TypeVar("R")
NOON = datetime(2026, 3, 4, 2, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture(params=WITH_ROWS)
def closed_office(request: pytest.FixtureRequest) -> Office:
    return OFFICES[request.param](request)


@pytest.fixture
def rows(office: Office) -> Rows:
    assert office.rows is not None
    return office.rows


async def read(rows: Rows, question: Callable[[RecordTx], Awaitable[R]]) -> R:
    async def work(tx: RecordTx, _: None) -> R:
        return await question(tx)

    return await rows.storage.transact(work, None)


async def write(rows: Rows, *writes: Callable[[RecordTx], object]) -> None:
    async def work(tx: RecordTx, _: None) -> None:
        for one in writes:
            one(tx)

    await rows.storage.transact(work, None)


def a_row(desk: Desk, word: str = "a", version: str = "1", **cells: Any) -> Record:
    fields: Fields = {desk.id("open"): False, **desk.cells(**cells)}
    return Record(id=rec(word), created_time=BORN, fields=fields, version=version, modified_time=BORN)


def putting(desk: Desk, row: Record, before: Record | None = None) -> Callable[[RecordTx], object]:
    return lambda tx: tx.record_rows.put(desk.table.id, row, before)


async def test_a_row_is_read_as_it_was_put(rows: Rows, stock: Desk) -> None:
    row = a_row(stock, item="a", batch=1, kind="Masks, blue")
    await write(rows, putting(stock, row))
    assert await read(rows, lambda tx: tx.record_rows.get(stock.table.id, [row.id, rec("x")])) == {row.id: row}
    assert await rows.reader.records(stock.table.id, [rec("x"), row.id, row.id]) == (row, row)


async def test_rows_hold_every_kind_of_cell_misfits_too(rows: Rows, people: Desk) -> None:
    cells: dict[str, Value] = {
        "agreed": False,
        "firstName": Misfit({"error": "#ERROR!"}),
        "score": Misfit(("a", None, 1.5)),
        "dateOfBirth": Misfit("10000-01-01"),
        "tags": ("A, B", "a, b", "An option of before"),
        "status": "An option of before",
        "homeAddress": ("one", 2, True, {"x": (1, None)}),
        "files": (
            Attachment(id="att00000000000000", filename="1", width=3, height=4),
            Attachment(id="att1", filename=""),
        ),
        "badge": {"text": "1", "deep": {"list": ({"a": None}, "b")}},
        "hours": Misfit({"specialValue": "NaN"}),
        "fullName": "kept",
        "number": 12,
        "created": "2026-01-05T01:02:03.000Z",
        "summary": {"state": "error", "value": None},
    }
    fields = {people.id(word): cell for word, cell in cells.items()}
    row = Record(id=rec("a"), created_time=BORN, fields=fields, version="7", modified_time=BORN)
    await write(rows, lambda tx: tx.record_rows.put(people.table.id, row, None))
    assert await rows.reader.records(people.table.id, [row.id]) == (row,)
    assert await read(rows, lambda tx: tx.record_rows.get(people.table.id, [row.id])) == {row.id: row}


@pytest.mark.parametrize("version", ["1", "3"])
async def test_a_row_of_another_version_than_the_stored_one_conflicts(rows: Rows, stock: Desk, version: str) -> None:
    first, second = a_row(stock, item="a"), a_row(stock, version="2", item="b")
    await write(rows, putting(stock, first))
    await write(rows, putting(stock, second, first))
    read_then = a_row(stock, version=version, item="?")
    for writes in (
        putting(stock, replace(second, version="9"), read_then),
        lambda tx: tx.record_rows.remove(stock.table.id, read_then),
        lambda tx: tx.record_rows.hold(stock.table.id, read_then),
    ):
        with pytest.raises(Conflict):
            await write(rows, putting(stock, a_row(stock, "other")), writes)
    assert await rows.reader.records(stock.table.id, [rec("a"), rec("other")]) == (second,)


async def test_what_is_not_there_is_not_changed_removed_or_held(rows: Rows, stock: Desk) -> None:
    row = a_row(stock)
    for writes in (
        putting(stock, replace(row, version="2"), row),
        lambda tx: tx.record_rows.remove(stock.table.id, row),
        lambda tx: tx.record_rows.hold(stock.table.id, row),
    ):
        with pytest.raises(Conflict):
            await write(rows, writes)
    assert await rows.reader.records(stock.table.id, [row.id]) == ()


async def test_an_id_is_there_once(rows: Rows, stock: Desk) -> None:
    await write(rows, putting(stock, a_row(stock, item="first")))
    with pytest.raises(Conflict):
        await write(rows, putting(stock, a_row(stock, item="second")))


async def test_a_row_that_is_held_stays_as_it_is(rows: Rows, stock: Desk) -> None:
    row = a_row(stock)
    await write(rows, putting(stock, row))
    await write(rows, lambda tx: tx.record_rows.hold(stock.table.id, row))
    assert await rows.reader.records(stock.table.id, [row.id]) == (row,)


async def test_a_removed_row_is_gone_with_its_links_and_files(rows: Rows, people: Desk) -> None:
    twin: Fields = {people.id("agreed"): False, people.id("twin"): (rec("b"),)}
    files: Fields = {people.id("files"): (Attachment(id="att00000000000000", filename="1"),)}
    a = Record(id=rec("a"), created_time=BORN, fields={**twin, **files}, version="1", modified_time=BORN)
    b = replace(a, id=rec("b"), fields={people.id("agreed"): False})
    table = people.table.id
    await write(rows, *(putting(people, one) for one in (a, b)))
    await write(rows, lambda tx: tx.record_rows.remove(table, a), lambda tx: tx.record_rows.remove(table, b))
    await write(rows, *(putting(people, replace(one, fields=b.fields)) for one in (a, b)))
    assert [one.fields for one in await rows.reader.records(table, [a.id, b.id])] == [b.fields] * 2


async def test_rows_of_one_write_may_link_to_one_another_in_any_order(rows: Rows, people: Desk) -> None:
    friends, of, agreed = (people.id(word) for word in ("friends", "fromFriends", "agreed"))
    a = Record(
        id=rec("a"),
        created_time=BORN,
        fields={agreed: False, friends: (rec("c"), rec("b")), people.id("twin"): (rec("c"),)},
        version="1",
        modified_time=BORN,
    )
    b, c = (replace(a, id=rec(word), fields={agreed: False, of: (rec("a"),)}) for word in "bc")
    await write(rows, *(putting(people, one) for one in (a, b, c)))
    assert await rows.reader.records(people.table.id, [a.id, b.id, c.id]) == (a, b, c)


async def test_rows_are_found_by_their_cells_in_one_question(rows: Rows, stock: Desk) -> None:
    told = [
        a_row(stock, "d", item="x", batch=1, day="2026-02-28", kind="gloves"),
        a_row(stock, "c", item="x", batch=1),
        a_row(stock, "b", item="X", batch=0.1 + 0.2),
        a_row(stock, "a", item="x", batch=1, kind="Gloves"),
    ]
    await write(rows, *(putting(stock, row) for row in told))

    async def found(limit: int, *wanted: dict[str, Any]) -> list[str]:
        cells = [stock.cells(**one) for one in wanted]
        each = await read(rows, lambda tx: tx.record_rows.matching(stock.table.id, cells, limit))
        assert all(row in told for rows in each for row in rows)
        return ["".join(row.id[3] for row in rows) for rows in each]

    assert await found(2, {"item": "x"}, {"item": "X"}, {"item": "x "}) == ["ac", "b", ""]
    assert await found(9, {"item": "x"}) == ["acd"]
    assert await found(2, {"item": "x", "batch": 1}, {"batch": 2, "item": "x"}) == ["ac", ""]
    assert await found(2, {"batch": 0.1 + 0.2}, {"batch": 0.3}) == ["b", ""]
    assert await found(2, {"day": "2026-02-28"}, {"day": "2026-03-01"}) == ["d", ""]
    assert await found(1, {"kind": "Gloves"}, {"kind": "gloves"}, {"kind": "Masks, blue"}) == ["a", "d", ""]
    assert await found(2) == []


async def test_rows_are_found_by_what_they_link_to(rows: Rows, people: Desk) -> None:
    agreed, twin = people.id("agreed"), people.id("twin")
    links = {"a": "bc", "b": "c", "c": "", "d": "a"}
    told = [
        Record(
            id=rec(word),
            created_time=BORN,
            fields={agreed: False} | ({twin: tuple(rec(one) for one in to)} if to else {}),
            version="1",
            modified_time=BORN,
        )
        for word, to in links.items()
    ]
    await write(rows, *(putting(people, row) for row in told))

    async def linking(*to: str) -> list[str]:
        ids = [rec(one) for one in to]
        found = await read(rows, lambda tx: tx.record_rows.linking(people.table.id, twin, ids))
        return sorted(one[3] for one in found)

    assert await linking("c") == ["a", "b"]
    assert await linking("a", "c", "b") == ["a", "b", "d"]
    assert await linking("d", "x") == []
    assert await linking() == []


async def test_numbers_go_on_from_the_last_one(rows: Rows, stock: Desk) -> None:
    table, field, other = stock.table.id, stock.id("item"), stock.id("batch")

    async def last() -> list[int]:
        return [await read(rows, lambda tx, one=one: tx.record_rows.last_number(table, one)) for one in (field, other)]  # type: ignore[misc]

    assert await last() == [0, 0]
    await write(rows, lambda tx: tx.record_rows.number(table, field, 0, 5))
    await write(rows, lambda tx: tx.record_rows.number(table, field, 5, 5))
    await write(rows, lambda tx: tx.record_rows.number(table, field, 5, 6))
    assert await last() == [6, 0]
    for before in (0, 5, 7):
        with pytest.raises(Conflict):
            await write(rows, lambda tx, before=before: tx.record_rows.number(table, field, before, 9))  # type: ignore[misc]
    with pytest.raises(Conflict):
        await write(rows, lambda tx: tx.record_rows.number(table, other, 1, 2))
    assert await last() == [6, 0]


READS: dict[str, Callable[[RecordTx, Desk], Awaitable[object]]] = {
    "get": lambda tx, desk: tx.record_rows.get(desk.table.id, [rec("a")]),
    "matching": lambda tx, desk: tx.record_rows.matching(desk.table.id, [desk.cells(item="a")], 1),
    "linking": lambda tx, desk: tx.record_rows.linking(*_witnesses(desk), [rec("a")]),
    "last_number": lambda tx, desk: tx.record_rows.last_number(desk.table.id, desk.id("item")),
    "journal.get": lambda tx, _: tx.record_journal.get("w1"),
    "journal.of_key": lambda tx, _: tx.record_journal.of_key("ann", "k1"),
}


def _witnesses(desk: Desk) -> tuple[TableId, FieldId]:
    visits = Desk(desk.office, "visits2025")
    return visits.table.id, visits.id("witness")


@pytest.mark.parametrize("name", READS)
async def test_nothing_is_read_behind_a_write(rows: Rows, stock: Desk, name: str) -> None:
    async def work(tx: RecordTx, _: None) -> None:
        tx.record_rows.put(stock.table.id, a_row(stock), None)
        await READS[name](tx, stock)

    with pytest.raises(ReadAfterWrite):
        await rows.storage.transact(work, None)
    assert await rows.reader.records(stock.table.id, [rec("a")]) == ()


# --- the journal ----------------------------------------------------------------------------------------------------


def an_entry(desk: Desk, name: str = "w1", **changes: Any) -> JournalEntry:
    write = Create(table=desk.table.id, by=ANN, key=name, items=(desk.cells(item="Zoë’s", batch=0.1),))
    entry = JournalEntry(id=name, at=NOON, write=write, digest="d")
    return replace(entry, **changes)


def saving(*entries: JournalEntry) -> Callable[[RecordTx], object]:
    def save(tx: RecordTx) -> None:
        for one in entries:
            tx.record_journal.save(one)

    return save


def some_writes(desk: Desk) -> list[Write]:
    cells = desk.cells(item="ä\n'", batch=-1.5, day="2026-02-28", open=True, kind=None)
    return [
        Create(table=desk.table.id, by=ANN, items=(cells, {})),
        Update(
            table=desk.table.id,
            by=BOB,
            key="k1",
            items=(Change(id=rec("a"), fields=cells, version="1", replace=True), Change(id=rec("b"), fields={})),
        ),
        Upsert(table=desk.table.id, by=BOB, items=(cells,), match_on=(desk.id("item"), desk.id("batch"))),
        Delete(table=desk.table.id, by=ANN, items=(Removal(rec("a"), "3"), Removal(rec("b")))),
        Create(table=desk.table.id, by=ANN, key="k2", items=()),
    ]


async def test_an_entry_is_read_as_it_was_kept(rows: Rows, stock: Desk) -> None:
    for place, wanted in enumerate(some_writes(stock)):
        entry = an_entry(
            stock,
            f"w{place}",
            write=wanted,
            before=(a_row(stock, item="was"),),
            state=WriteState.PARTLY,
            ids=(rec("a"), None),
            created=frozenset({rec("a")}),
            reason="it said no",
        )
        await write(rows, saving(entry))
        kept = await read(rows, lambda tx, name=entry.id: tx.record_journal.get(name))  # type: ignore[misc]
        assert kept == replace(entry, version=1)
    assert await read(rows, lambda tx: tx.record_journal.get("nothing")) is None


async def test_an_entry_is_found_by_its_key_and_whose_it_is(rows: Rows, stock: Desk) -> None:
    await write(rows, saving(an_entry(stock, "w1"), an_entry(stock, "w2")))
    found = await read(rows, lambda tx: tx.record_journal.of_key(ANN.name, "w2"))
    assert found is not None
    assert found.id == "w2"
    assert await read(rows, lambda tx: tx.record_journal.of_key(BOB.name, "w2")) is None
    assert await read(rows, lambda tx: tx.record_journal.of_key(ANN.name, "w3")) is None


async def test_of_one_key_there_is_one_entry(rows: Rows, stock: Desk) -> None:
    await write(rows, saving(an_entry(stock)))
    with pytest.raises(Conflict):
        await write(rows, saving(an_entry(stock, "w2", write=an_entry(stock).write)))
    assert await read(rows, lambda tx: tx.record_journal.get("w2")) is None
    nobody = replace(an_entry(stock).write, key=None)
    await write(rows, saving(an_entry(stock, "w3", write=nobody), an_entry(stock, "w4", write=nobody)))


@pytest.mark.parametrize("version", [0, 1, 3])
async def test_an_entry_of_another_version_conflicts(rows: Rows, stock: Desk, version: int) -> None:
    await write(rows, saving(an_entry(stock)))
    await write(rows, saving(an_entry(stock, version=1, state=WriteState.DONE)))
    with pytest.raises(Conflict):
        await write(rows, saving(an_entry(stock, version=version, state=WriteState.FAILED)))
    kept = await read(rows, lambda tx: tx.record_journal.get("w1"))
    assert kept == an_entry(stock, version=2, state=WriteState.DONE)


async def test_writes_that_did_not_end_are_listed_the_oldest_first(rows: Rows, stock: Desk) -> None:
    def at(name: str, seconds: float, state: WriteState) -> JournalEntry:
        return an_entry(stock, name, at=NOON + timedelta(seconds=seconds), state=state)

    await write(
        rows,
        saving(
            at("late", 9, WriteState.OPEN),
            at("partly", 2, WriteState.PARTLY),
            at("done", 1, WriteState.DONE),
            at("failed", 1, WriteState.FAILED),
            at("open", 1, WriteState.OPEN),
        ),
    )

    async def listed(limit: int) -> list[str]:
        return [one.id for one in await rows.reader.open_writes(NOON + timedelta(seconds=9), limit)]

    assert await listed(9) == ["open", "partly"]
    assert await listed(1) == ["open"]
