"""Cells and writes as JSON, what the trail tells, and what makes a repetition."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from tests.core.records.things import AT, THINGS, a_thing, fld, rec
from titus_core.kernel.actor import SYSTEM, Actor
from titus_core.records.catalogue import Catalogue, Privacy, Table
from titus_core.records.draft import RowChange
from titus_core.records.events import RecordChanged, RecordCreated, RecordDeleted, subject
from titus_core.records.journalling import decoded, digest_of, encoded, stripped
from titus_core.records.model import Attachment, Fields, Incoming, Misfit, TableId
from titus_core.records.plain import cells_of, plain
from titus_core.records.ports import (
    Change,
    Create,
    Delete,
    JournalEntry,
    Removal,
    Update,
    Upload,
    Upsert,
    Write,
    WriteState,
)
from titus_core.records.trail import MASK, event_of

BASE = Catalogue(base="app1", tables=(THINGS,))
FILE = Attachment(id="att00000000000000", filename="x", size=1)
CELLS: dict[str, Any] = {
    "text": "a",
    "number": 0.1,
    "checkbox": False,
    "date": Misfit("10000-01-01"),
    "selects": ("b", "a"),
    "links": (rec("x"),),
    "attachments": (FILE, Incoming(url="https://x.example")),
    "list": ("a", 1, {"b": (1, None)}),
    "object": {"text": "1", "more": ({"x": None},)},
}


def test_cells_are_json_and_become_what_they_were() -> None:
    cells = {fld(kind): cell for kind, cell in CELLS.items()}
    told = {field: plain(cell) for field, cell in cells.items()}
    assert told[fld("date")] == "10000-01-01"
    assert told[fld("attachments")] == [
        {"id": "att00000000000000", "filename": "x", "size": 1},
        {"url": "https://x.example", "filename": None},
    ]
    assert cells_of(THINGS, msgspec.json.decode(msgspec.json.encode(told))) == cells


def test_cells_that_were_cleared_stay_so() -> None:
    assert cells_of(THINGS, {fld("text"): None, fld("attachments"): []}) == {
        fld("text"): None,
        fld("attachments"): None,
    }


def test_cells_of_fields_that_are_gone_are_carried() -> None:
    assert cells_of(THINGS, {"fldGone": [1.0, {"a": "b"}]}) == {"fldGone": (1, {"a": "b"})}
    assert cells_of(None, {fld("text"): 3}) == {fld("text"): 3}


WRITES: list[Write] = [
    Create(table=THINGS.id, by=SYSTEM, items=({fld("text"): "a"}, {})),
    Upsert(table=THINGS.id, by=SYSTEM, key="k", items=({fld("text"): "a"},), match_on=(fld("text"),)),
    Update(
        table=THINGS.id,
        by=Actor("user", "ann"),
        items=(
            Change(id=rec("a"), fields={fld(kind): cell for kind, cell in CELLS.items()}, version="1", replace=True),
        ),
    ),
    Delete(table=THINGS.id, by=SYSTEM, items=(Removal(rec("a"), "1"), Removal(rec("b")))),
]


@pytest.mark.parametrize("write", WRITES)
def test_an_entry_is_json_and_becomes_what_it_was(write: Write) -> None:
    entry = JournalEntry(
        id="w1",
        at=datetime(2026, 3, 4, 2, 0, 0, 5, tzinfo=UTC),
        write=write,
        digest=digest_of(write),
        before=(replace(a_thing(text="was"), version="3", modified_time=AT), a_thing("b")),
        state=WriteState.PARTLY,
        ids=(rec("a"), None),
        created=frozenset({rec("a")}),
        reason="it said no",
        version=4,
    )
    assert decoded(BASE, encoded(entry)) == entry
    gone = decoded(Catalogue(base="app1", tables=()), encoded(entry))
    assert (gone.write.table, gone.ids) == (THINGS.id, entry.ids)


def test_an_entry_stored_with_its_end_needs_no_items() -> None:
    assert [stripped(write).items for write in WRITES] == [()] * 4


def test_a_digest_tells_a_repetition_from_another_write() -> None:
    digests = [digest_of(write) for write in WRITES]
    assert len(set(digests)) == 4
    assert digest_of(Create(table=THINGS.id, by=SYSTEM, items=({fld("text"): "a"}, {}))) == digests[0]
    turned: tuple[Fields, Fields] = {fld("number"): 1, fld("text"): "a"}, {fld("text"): "a", fld("number"): 1}
    assert len({digest_of(Create(table=THINGS.id, by=SYSTEM, items=(one,))) for one in turned}) == 1
    upload = Upload(
        table=THINGS.id, record=rec("a"), field=fld("attachments"), filename="x", type="text/plain", by=SYSTEM
    )
    assert digest_of(upload) != digest_of(replace(upload, filename="y"))


SECRETIVE: Table = replace(
    THINGS,
    fields=tuple(replace(one, privacy=Privacy.SECRET) if one.id == fld("number") else one for one in THINGS.fields),
)


def test_the_trail_tells_what_changed_and_no_secrets() -> None:
    before = a_thing(text="a", number=1, checkbox=False, date="2026-01-01")
    after = a_thing(text="b", number=2, checkbox=False, attachments=(FILE,), list=("x",))
    assert event_of(RowChange(SECRETIVE, rec("a"), before, after), "w1") == RecordChanged(
        table=THINGS.id,
        record_id=rec("a"),
        write="w1",
        before={
            fld("text"): "a",
            fld("number"): MASK,
            fld("date"): "2026-01-01",
            fld("attachments"): None,
            fld("list"): None,
        },
        after={
            fld("text"): "b",
            fld("number"): MASK,
            fld("date"): None,
            fld("attachments"): [{"id": FILE.id, "filename": "x", "size": 1}],  # type: ignore[dict-item]
            fld("list"): ["x"],  # type: ignore[dict-item]
        },
    )


def test_the_trail_tells_that_a_secret_was_filled_or_emptied() -> None:
    one, other = a_thing(number=1), a_thing()
    filled = event_of(RowChange(SECRETIVE, rec("a"), other, one), "w1")
    assert isinstance(filled, RecordChanged)
    assert (filled.before, filled.after) == ({fld("number"): None}, {fld("number"): MASK})


def test_what_comes_and_goes_is_told_whole() -> None:
    thing = a_thing(text="a", number=1)
    made = event_of(RowChange(SECRETIVE, rec("a"), None, thing), "w1")
    gone = event_of(RowChange(SECRETIVE, rec("a"), thing, None), "w2")
    cells = {fld("text"): "a", fld("number"): MASK}
    assert made == RecordCreated(table=THINGS.id, record_id=rec("a"), write="w1", fields=cells)
    assert gone == RecordDeleted(table=THINGS.id, record_id=rec("a"), write="w2", fields=cells)
    assert subject(TableId("tbl1"), rec("a")) == "record:tbl1:reca0000000000000"


def test_a_cell_of_a_field_that_nobody_knows_may_be_secret() -> None:
    odd = replace(a_thing(), fields={fld("unheard of"): "x"})
    told = event_of(RowChange(SECRETIVE, rec("a"), None, odd), "w1")
    assert isinstance(told, RecordCreated)
    assert told.fields == {fld("unheard of"): MASK}
