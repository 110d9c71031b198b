"""`records.shadow.ports.Tallies` and `TallyReader`: what two stores of records say differently."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.contracts.examples import later
from tests.contracts.stores import Store, read, write
from titus_core.kernel.errors import Conflict
from titus_core.records.model import FieldId, RecordId, TableId
from titus_core.records.shadow.model import Tally, What

CELL = Tally(
    table=TableId("tblStock000000000"),
    what=What.CELL,
    field=FieldId("fldSLeft000000000"),
    count=3,
    first_at=later(0),
    last_at=later(5),
    records=(RecordId("recA0000000000000"), RecordId("recB0000000000000")),
)
FAILED = Tally(table=CELL.table, what=What.FAILED, count=1, first_at=later(9), last_at=later(9), detail="unavailable")


async def test_what_was_counted_is_kept_by_table_kind_and_field(store: Store) -> None:
    assert await store.reader.record_tallies() == ()
    assert await read(store, lambda tx: tx.record_tallies.get(CELL.table, CELL.what, CELL.field)) is None
    await write(store, lambda tx: tx.record_tallies.save(CELL), lambda tx: tx.record_tallies.save(FAILED))
    stored = await read(store, lambda tx: tx.record_tallies.get(CELL.table, CELL.what, CELL.field))
    assert stored == replace(CELL, version=1)
    assert await read(store, lambda tx: tx.record_tallies.get(CELL.table, CELL.what, None)) is None
    assert await store.reader.record_tallies() == (replace(FAILED, version=1), replace(CELL, version=1))


async def test_counting_on_replaces_what_was_counted(store: Store) -> None:
    await write(store, lambda tx: tx.record_tallies.save(CELL))
    more = replace(CELL, count=7, last_at=later(20), version=1)
    await write(store, lambda tx: tx.record_tallies.save(more))
    assert await store.reader.record_tallies() == (replace(more, version=2),)


@pytest.mark.parametrize("version", [0, 2])
async def test_another_version_than_the_stored_one_conflicts(store: Store, version: int) -> None:
    await write(store, lambda tx: tx.record_tallies.save(CELL))
    with pytest.raises(Conflict):
        await write(store, lambda tx: tx.record_tallies.save(replace(CELL, version=version)))
