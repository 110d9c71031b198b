"""`RecordStore.write`: creations, changes and deletions, whole or not at all, and every refusal."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.records.office import ANN, Desk, Office, rec
from titus_core.kernel.errors import Invalid, NotFound, Stale, TitusError
from titus_core.records.errors import UnknownField, UnknownTable
from titus_core.records.model import FieldId, Incoming, RecordId, TableId
from titus_core.records.ports import MOST_AT_ONCE, Change, Create, Delete, Removal
from titus_core.records.values import RECORD_ID


async def test_new_records_are_told_as_they_are_stored_in_the_order_of_the_items(stock: Desk) -> None:
    made = await stock.create({"item": "b"}, {"item": "a"}, {})
    assert [stock.told(one) for one in made] == [{"item": "b"}, {"item": "a"}, {}]
    assert [await stock.get(one.id) for one in made] == list(made)
    assert all(RECORD_ID.fullmatch(one.id) for one in made)
    assert len({one.id for one in made}) == 3
    assert all(one.version for one in made)


async def test_a_change_leaves_the_other_cells(stock: Desk) -> None:
    made = await stock.one(item="a", batch=1, open=True)
    changed = await stock.change(made.id, batch=2)
    assert stock.told(changed) == {"item": "a", "batch": 2, "open": True}
    assert changed == await stock.get(made.id)
    assert changed.version != made.version
    assert changed.created_time == made.created_time


@pytest.mark.parametrize("empty", [None, "", []])
async def test_a_cell_is_cleared_by_whatever_is_empty(people: Desk, empty: Any) -> None:
    made = await people.one(firstName="Ann", tags=["A"], score=1, lastName="Low")
    changed = await people.change(made.id, firstName=empty, tags=empty, score=empty)
    assert people.told(changed) == {"lastName": "Low"}


async def test_a_replacement_clears_what_it_does_not_name(people: Desk, homes: Desk) -> None:
    home = await homes.one(home="Banksia")
    made = await people.one(firstName="Ann", lastName="Low", agreed=True, tags=["A"], home=[home.id], score=3)
    change = Change(id=made.id, fields=people.cells(lastName="High"), replace=True)
    replaced = (await people.update(change)).records[0]
    assert people.told(replaced) == {"lastName": "High"}
    assert replaced.fields[people.id("agreed")] is False
    assert replaced.fields[people.id("number")] == made.fields[people.id("number")]
    assert (await homes.get(home.id)).fields.get(homes.id("residents")) is None


async def test_a_change_that_changes_nothing_is_none(stock: Desk) -> None:
    made = await stock.one(item="a", batch=1)
    await stock.office.pass_time(60)
    same = await stock.change(made.id, item="a", batch=1.0, day=None, open=False)
    assert same == made
    assert same == await stock.get(made.id)


async def test_many_are_changed_at_once(stock: Desk) -> None:
    made = await stock.create({"item": "a"}, {"item": "b"}, {"item": "c"})
    changes = [Change(id=one.id, fields=stock.cells(batch=place)) for place, one in enumerate(reversed(made))]
    written = await stock.update(*changes)
    assert [stock.told(one) for one in written.records] == [
        {"item": "c", "batch": 0},
        {"item": "b", "batch": 1},
        {"item": "a", "batch": 2},
    ]
    assert written.created == frozenset()


async def test_deleted_records_are_gone(stock: Desk) -> None:
    made = await stock.create({"item": "a"}, {"item": "b"}, {"item": "c"})
    written = await _delete(stock, made[0].id, made[2].id)
    assert written == ()
    assert await stock.ids() == [made[1].id]
    with pytest.raises(NotFound):
        await stock.change(made[0].id, item="again")
    with pytest.raises(NotFound):
        await _delete(stock, made[0].id)


async def test_a_page_of_records_is_written_at_once(stock: Desk) -> None:
    made = await stock.create(*({"batch": number} for number in range(MOST_AT_ONCE)))
    assert [one.fields[stock.id("batch")] for one in made] == list(range(MOST_AT_ONCE))
    with pytest.raises(Invalid, match="records"):
        await stock.create(*({"batch": number} for number in range(MOST_AT_ONCE + 1)))
    with pytest.raises(Invalid, match="records"):
        await stock.create()


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "text that is a number": ({"firstName": 3}, "firstName"),
    "a number that is text": ({"score": "3"}, "score"),
    "a number that is none": ({"score": float("nan")}, "score"),
    "a truth that is text": ({"agreed": "yes"}, "agreed"),
    "an option that is none": ({"status": "ACTIVE"}, "status"),
    "an option with a comma, in two": ({"tags": ["A", "B"]}, "tags"),
    "an option twice": ({"tags": ["A", "A"]}, "tags"),
    "one option for several": ({"tags": "A"}, "tags"),
    "a date that is none": ({"dateOfBirth": "2026-02-30"}, "dateOfBirth"),
    "a date with a time": ({"dateOfBirth": "2026-02-28T00:00:00Z"}, "dateOfBirth"),
    "an instant without a zone": ({"seen": "2026-02-28T00:00:00"}, "seen"),
    "a rating of nothing": ({"stars": 0}, "stars"),
    "a link that is no id": ({"home": ["Banksia"]}, "home"),
    "a link to nobody": ({"home": ["recNobody00000000"]}, "home"),
    "a file that nobody sent": ({"files": [{"id": "attNobody00000000"}]}, "files"),
    "a computed cell": ({"fullName": "Ann Low"}, "fullName"),
    "a number that is given out": ({"number": 7}, "number"),
    "a cell of a type that is not known": ({"aTypeOfNextYear": "x"}, "aTypeOfNextYear"),
    "a barcode that is none": ({"badge": "01234567"}, "badge"),
    "a person without a name to go by": ({"keeper": {"name": "Ann"}}, "keeper"),
    "text of more than all": ({"notesAndMore": "x" * 100_001}, "notesAndMore"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_does_not_fit_is_refused_whole_and_the_field_is_named(people: Desk, name: str) -> None:
    cells, field = REFUSED[name]
    with pytest.raises(Invalid) as refused:
        await people.create({"firstName": "fine"}, {"lastName": "fine", **cells})
    assert refused.value.data["field"] == field
    assert refused.value.data["item"] == 1
    assert await people.ids() == []
    made = await people.one(firstName="there")
    with pytest.raises(Invalid) as refused:
        await people.change(made.id, lastName="fine", **cells)
    assert refused.value.data["field"] == field
    assert await people.get(made.id) == made


async def test_a_file_that_is_to_be_fetched_is_refused_by_name(people: Desk) -> None:
    files = {people.id("files"): (Incoming(url="https://example.org/x.pdf"),)}
    with pytest.raises(Invalid, match="files"):
        await people.office.store.write(Create(table=people.table.id, by=ANN, items=(files,)))
    assert await people.ids() == []


async def test_a_field_that_there_is_not_refuses_the_whole_write(stock: Desk) -> None:
    nothing = FieldId("fldNothing0000000")
    with pytest.raises(UnknownField) as refused:
        await stock.office.store.write(
            Create(table=stock.table.id, by=ANN, items=(stock.cells(item="a"), {nothing: "x"}))
        )
    assert refused.value.data["item"] == 1
    assert await stock.ids() == []
    made = await stock.one(item="a")
    with pytest.raises(UnknownField):
        await stock.update(Change(id=made.id, fields={nothing: None}))


async def test_a_table_that_there_is_not_is_refused(office: Office) -> None:
    nowhere = TableId("tblNowhere0000000")
    with pytest.raises(UnknownTable):
        await office.store.write(Create(table=nowhere, by=ANN, items=({},)))


async def test_a_batch_is_stored_whole_or_not_at_all(office: Office, stock: Desk) -> None:
    assert office.store.promises.atomic_batch in {True, False}
    made = await stock.create(*({"batch": number} for number in range(30)))
    changes = [Change(id=one.id, fields=stock.cells(batch=0)) for one in made]
    missing = Change(id=rec("Nobody"), fields={})
    with pytest.raises(NotFound) as refused:
        await stock.update(*changes[:20], missing, *changes[20:])
    assert refused.value.data["item"] == 20
    assert [(await stock.get(one.id)).version for one in made] == [one.version for one in made]
    with pytest.raises(NotFound) as refused:
        await _delete(stock, *(one.id for one in made), rec("Nobody"))
    assert refused.value.data["item"] == 30
    assert len(await stock.ids()) == 30


async def test_the_same_record_twice_in_a_write_is_refused(stock: Desk) -> None:
    made = await stock.one(item="a")
    change = Change(id=made.id, fields=stock.cells(item="b"))
    with pytest.raises(Invalid, match="twice"):
        await stock.update(change, change)
    with pytest.raises(Invalid, match="twice"):
        await _delete(stock, made.id, made.id)
    assert await stock.get(made.id) == made


async def test_a_version_that_is_not_the_stored_one_is_told(stock: Desk) -> None:
    made = await stock.one(item="a")
    other = await stock.one(item="b")
    second = await stock.change(made.id, version=made.version, item="second")
    with pytest.raises(Stale) as refused:
        await stock.update(
            Change(id=other.id, fields=stock.cells(item="x")),
            Change(id=made.id, fields=stock.cells(item="third"), version=made.version),
        )
    assert refused.value.data["item"] == 1
    with pytest.raises(Stale):
        await _delete(stock, Removal(made.id, made.version))
    assert await stock.get(made.id) == second
    assert await stock.get(other.id) == other
    third = await stock.change(made.id, version=second.version, item="third")
    await _delete(stock, Removal(made.id, third.version))
    assert await stock.ids() == [other.id]


async def test_a_record_of_another_table_is_not_there(stock: Desk, homes: Desk) -> None:
    home = await homes.one(home="Banksia")
    with pytest.raises(NotFound):
        await stock.change(home.id, item="x")
    with pytest.raises(NotFound):
        await _delete(stock, home.id)
    assert homes.told(await homes.get(home.id)) == {"home": "Banksia"}


async def test_letters_that_no_store_can_hold_are_replaced_and_all_others_stay(people: Desk) -> None:
    made = await people.one(firstName="a\0b\ud800c", lastName="e\u0301 \u00e9 \ufeff\u200b\u2028 \x7f")
    assert people.told(await people.get(made.id)) == {
        "firstName": "a\ufffdb\ufffdc",
        "lastName": "e\u0301 \u00e9 \ufeff\u200b\u2028 \x7f",
    }


async def test_instants_are_cut_to_the_millisecond_and_told_in_utc(people: Desk) -> None:
    made = await people.one(seen="2026-02-26T12:02:03.999999+11:00")
    assert people.told(made) == {"seen": "2026-02-26T01:02:03.999Z"}


async def test_errors_of_writing_are_titus_errors_and_tell_no_cells(people: Desk) -> None:
    secret = "Q" * 40
    for cells in (
        {"score": secret},
        {"status": secret},
        {"dateOfBirth": secret},
        {"home": [secret]},
        {"files": [secret]},
    ):
        with pytest.raises(TitusError) as refused:
            await people.create(cells)
        assert secret not in str(refused.value) or "status" in cells


async def _delete(desk: Desk, *removals: RecordId | Removal) -> tuple[object, ...]:
    items = tuple(one if isinstance(one, Removal) else Removal(one) for one in removals)
    return (await desk.office.store.write(Delete(table=desk.table.id, by=ANN, items=items))).records
