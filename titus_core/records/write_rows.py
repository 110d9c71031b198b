"""Write to rows, in one unit of work: for every store that has such."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

import msgspec

from titus_core.kernel.errors import Invalid, NotFound, Stale
from titus_core.records.attaching import with_files
from titus_core.records.catalogue import Table
from titus_core.records.computing import compute
from titus_core.records.draft import Draft
from titus_core.records.journalling import digest_of, stripped
from titus_core.records.linking import load_linked, set_cells, unlink
from titus_core.records.model import Fields, Record, RecordId
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
    Written,
)
from titus_core.records.setting import Setting
from titus_core.records.storing import repeated, store
from titus_core.records.values import instant, written
from titus_core.records.wanting import about


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """`write` must have been checked (`wanting.checked_write`). `entry` is the id of the journal's entry; of `ids` each
    item takes one if it makes a record."""

    write: Write
    setting: Setting
    entry: str
    at: datetime
    ids: tuple[RecordId, ...]


async def write_rows(tx: RecordTx, wanted: Wanted) -> Written:
    """Raises `NotFound`, `Stale`, `Invalid` and `AlreadyExists` as `RecordStore.write` does."""
    entry = JournalEntry(
        id=wanted.entry,
        at=wanted.at,
        write=stripped(wanted.write),
        digest=digest_of(wanted.write),
        state=WriteState.DONE,
    )
    before = await repeated(tx, entry)
    if before is not None:
        return before
    writing = _Writing(tx, wanted)
    ids = await writing.apply(wanted.write)
    await compute(writing.draft, wanted.setting, wanted.write.by, wanted.at)
    store(tx, writing.draft, msgspec.structs.replace(entry, ids=ids, created=writing.created))
    if isinstance(wanted.write, Delete):
        return Written(())
    return Written(tuple(writing.draft.settled(writing.table.id, one) for one in ids), writing.created)


class _Writing:
    """One write on its way into a draft."""

    def __init__(self, tx: RecordTx, wanted: Wanted) -> None:
        self._rows = tx.record_rows
        self._catalogue = wanted.setting.catalogue
        self._new_ids = wanted.ids
        self.table = self._catalogue.table(wanted.write.table)
        self.draft = Draft(self._catalogue, tx.record_rows, instant(wanted.at))

    @property
    def created(self) -> frozenset[RecordId]:
        return frozenset(one for _, one in self.draft.made)

    async def apply(self, write: Write) -> tuple[RecordId, ...]:
        """Which record each item is about."""
        match write:
            case Create(items=items):
                targets = [self._made(place) for place in range(len(items))]
                await self._fill(targets, items)
            case Upsert(items=items):
                targets = await self._matched(write)
                await self._fill(targets, items)
            case Update(items=changes):
                await self._find(changes)
                targets = [change.id for change in changes]
                await self._fill(targets, [_cells(self.table, change) for change in changes])
            case Delete(items=removals):
                await self._find(removals)
                targets = [removal.id for removal in removals]
                await self._remove(targets)
            case _:
                assert_never(write)
        return tuple(targets)

    def _made(self, place: int) -> RecordId:
        self.draft.make(self.table.id, self._new_ids[place])
        return self._new_ids[place]

    async def _find(self, items: Sequence[Change | Removal]) -> None:
        await self.draft.load(self.table.id, [item.id for item in items])
        for place, item in enumerate(items):
            row = self.draft.stored(self.table.id, item.id)
            if row is None:
                raise about(NotFound("There is no such record", id=item.id), place)
            if item.version is not None and item.version != row.version:
                raise about(Stale(id=item.id, version=row.version), place)

    async def _matched(self, write: Upsert) -> list[RecordId]:
        """Of two concurrent upserts that find nothing, the later one finds that the number moved on, and looks again:
        so the number is read first."""
        field = write.match_on[0]
        await self.draft.last_number(self.table.id, field)
        keys = [{one: item[one] for one in write.match_on} for item in write.items]
        found = await self._rows.matching(self.table.id, keys, 2)
        targets = [self._match(write, place, rows) for place, rows in enumerate(found)]
        if self.draft.made:
            self.draft.give_out(self.table.id, field, 1)
        return targets

    def _match(self, write: Upsert, place: int, rows: tuple[Record, ...]) -> RecordId:
        if len(rows) > 1:
            field = self.table.field(write.match_on[0])
            raise about(Invalid(field.api, "matches more than one record"), place)
        self.draft.take(self.table.id, rows)
        return rows[0].id if rows else self._made(place)

    async def _fill(self, targets: Sequence[RecordId], items: Sequence[Fields]) -> None:
        await load_linked(self.draft, self.table, zip(targets, items, strict=True))
        for place, (record_id, cells) in enumerate(zip(targets, items, strict=True)):
            row = self.draft.stored(self.table.id, record_id)
            try:
                known = with_files(self.table, cells, {} if row is None else row.fields)
                set_cells(self.draft, self.table, record_id, known)
            except Invalid as error:
                about(error, place)
                raise

    async def _remove(self, targets: Sequence[RecordId]) -> None:
        for record_id in targets:
            self.draft.remove(self.table.id, record_id)
        await unlink(self.draft, self._catalogue, self.table, targets)


def _cells(table: Table, change: Change) -> Fields:
    """With `replace`, also those that are cleared because nobody names them."""
    if not change.replace:
        return change.fields
    cleared = {field.id: written(field, None) for field in table.fields if field.computed is None}
    return {**cleared, **change.fields}
