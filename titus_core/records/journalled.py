"""Records that lie in a store without units of work, with a journal of every write in our own: its intent before the
store is asked, its end and its events afterwards. A crash in between leaves an open entry, which `settle_writes` looks
into; nothing is ever done twice by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Sequence
from datetime import datetime
from typing import TypeVar, assert_never

import msgspec
from msgspec.structs import replace

from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import AlreadyExists, Invalid, NotFound, Stale, TitusError, Unavailable
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import IdSource
from titus_core.kernel.unit_of_work import Storage
from titus_core.records.asking import check_ids, check_query
from titus_core.records.attaching import files_field, with_files
from titus_core.records.catalogue import Catalogue, Table
from titus_core.records.draft import RowChange
from titus_core.records.errors import PartlyCommitted, UnknownTable
from titus_core.records.events import subject
from titus_core.records.journalling import digest_of
from titus_core.records.model import Fields, Record, RecordId, TableId
from titus_core.records.ports import (
    Catalogues,
    Change,
    Changes,
    Create,
    Delete,
    JournalEntry,
    JournalTx,
    Query,
    RecordPage,
    RecordPromises,
    Removal,
    Update,
    Upload,
    Upsert,
    Write,
    WriteState,
    Written,
)
from titus_core.records.remote import Outcome, RemoteRecords
from titus_core.records.trail import event_of
from titus_core.records.wanting import about, checked_write

R = TypeVar("R")


class JournalledRecords:
    """`RecordStore` on a `RemoteRecords`."""

    def __init__(
        self,
        remote: RemoteRecords,
        storage: Storage[JournalTx],
        clock: Clock,
        ids: IdSource,
        catalogues: Catalogues,
    ) -> None:
        self._remote = remote
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._catalogues = catalogues

    @property
    def promises(self) -> RecordPromises:
        return self._remote.promises

    async def get(self, table: TableId, ids: Sequence[RecordId]) -> tuple[Record, ...]:
        check_ids(ids)
        return await self._remote.get((await self._catalogue()).table(table).id, ids)

    async def query(self, query: Query) -> RecordPage:
        table = check_query(await self._catalogue(), query)
        return await self._remote.query(replace(query, table=table.id))

    async def write(self, write: Write) -> Written:
        catalogue = await self._catalogue()
        sound = checked_write(catalogue, write)
        table = catalogue.table(sound.table)
        begun = JournalEntry(id=self._ids.token(), at=self._clock.now(), write=sound, digest=digest_of(sound))
        known = await self._repeated(begun)
        if known is not None:
            return known
        entry = replace(begun, before=await self._before(table, sound))
        await self._storage.transact(_keep, entry)
        outcome = await self._written(replace(entry, version=1))
        return await self._ended(table, replace(entry, version=1), outcome)

    async def attach(self, upload: Upload, content: AsyncIterator[bytes]) -> Record:
        table = (await self._catalogue()).table(upload.table)
        sound = replace(upload, table=table.id, field=files_field(table, upload.field).id)
        write = Update(table=table.id, by=upload.by, key=upload.key, items=(Change(id=upload.record, fields={}),))
        begun = JournalEntry(id=self._ids.token(), at=self._clock.now(), write=write, digest=digest_of(sound))
        known = await self._repeated(begun)
        if known is not None:
            return _only(known.records)
        entry = replace(begun, before=await self._before(table, write))
        await self._storage.transact(_keep, entry)
        record = await self._surely(replace(entry, version=1), self._remote.attach(sound, content))
        await self._ended(table, replace(entry, version=1), Outcome(records=(record,)))
        return record

    def content(self, table: TableId, record: RecordId, attachment: str) -> AsyncIterator[bytes]:
        return self._remote.content(table, record, attachment)

    async def changes(self, since: str | None) -> Changes:
        return await self._remote.changes(since)

    async def _catalogue(self) -> Catalogue:
        """Raises `UnknownTable` while there is none: then there are no tables."""
        found = await self._catalogues.catalogue()
        if found is None:
            raise UnknownTable("", None)
        return found

    async def _repeated(self, entry: JournalEntry) -> Written | None:
        """What the same write (by key) made when it came first, as it is now; None: this is the first. Raises
        `AlreadyExists` for a key of another write, or of one of which nobody knows yet whether it was done."""
        write = entry.write
        if write.key is None:
            return None
        known = await self._storage.transact(_of_key, (write.by.name, write.key))
        if known is None:
            return None
        if known.digest != entry.digest or known.state is not WriteState.DONE:
            raise AlreadyExists("That key was used for another write", key=write.key)
        ids = [one for one in known.ids if one is not None]
        return Written(await self._remote.get(write.table, ids), known.created)

    async def _before(self, table: Table, write: Write) -> tuple[Record, ...]:
        """What is there before a change or a deletion. Raises `NotFound`, `Stale` and `Invalid`; so far nothing was
        changed."""
        match write:
            case Update(items=changes):
                before = await self._found(write.table, changes)
                for place, change in enumerate(changes):
                    _check_files(table, change.fields, before[place].fields, place)
                return before
            case Delete(items=removals):
                return await self._found(write.table, removals)
            case Create(items=items) | Upsert(items=items):
                for place, cells in enumerate(items):
                    _check_files(table, cells, {}, place)
                return ()
            case _:
                assert_never(write)

    async def _found(self, table: TableId, items: Sequence[Change | Removal]) -> tuple[Record, ...]:
        found = {one.id: one for one in await self._remote.get(table, [item.id for item in items])}
        for place, item in enumerate(items):
            if item.id not in found:
                raise about(NotFound("There is no such record", id=item.id), place)
            if item.version is not None and item.version != found[item.id].version:
                raise about(Stale(id=item.id, version=found[item.id].version), place)
        return tuple(found[item.id] for item in items)

    async def _written(self, entry: JournalEntry) -> Outcome:
        return await self._surely(entry, self._remote.write(entry.write))

    async def _surely(self, entry: JournalEntry, writing: Awaitable[R]) -> R:
        """Note that nothing was stored, where that is sure. What is not sure stays open, for `settle_writes`."""
        try:
            return await writing
        except TitusError as error:
            if not (isinstance(error, Unavailable) and error.data.get("unsure")):
                await self._storage.transact(_keep, replace(entry, state=WriteState.FAILED, reason=error.code))
            raise

    async def _ended(self, table: Table, entry: JournalEntry, outcome: Outcome) -> Written:
        """Raises `PartlyCommitted` if something was left."""
        done = ended(entry, outcome)
        await self._storage.transact(_end, Ended(table, done, outcome, self._clock.now()))
        if outcome.left:
            places = [place for place in range(len(entry.write.items)) if place not in outcome.left]
            raise PartlyCommitted(places, outcome.left, outcome.reason)
        return Written(tuple(record for record in outcome.records if record is not None), outcome.created)


class Ended(msgspec.Struct, frozen=True):
    """A write whose end is known."""

    table: Table
    entry: JournalEntry
    outcome: Outcome
    at: datetime


def ended(entry: JournalEntry, outcome: Outcome) -> JournalEntry:
    """The entry with what became of it."""
    state = WriteState.PARTLY if outcome.left else WriteState.DONE
    ids = tuple(_id_of(entry, place, record, outcome) for place, record in enumerate(outcome.records))
    return replace(entry, state=state, ids=ids, created=outcome.created, reason=outcome.reason)


def changes_of(ended: Ended) -> tuple[RowChange, ...]:
    """What changed, by what was there before and is there now."""
    before = {record.id: record for record in ended.entry.before}
    changed = [
        RowChange(ended.table, record_id, before.get(record_id), record)
        for record_id, record in zip(ended.entry.ids, ended.outcome.records, strict=True)
        if record_id is not None
    ]
    return tuple(one for one in changed if one.before != one.after)


def _id_of(entry: JournalEntry, place: int, record: Record | None, outcome: Outcome) -> RecordId | None:
    if place in outcome.left:
        return None
    write = entry.write
    return write.items[place].id if isinstance(write, Delete) else record.id if record is not None else None


def _check_files(table: Table, cells: Fields, stored: Fields, place: int) -> None:
    """Raises `Invalid` for files that are not in the cell."""
    try:
        with_files(table, cells, stored)
    except Invalid as error:
        about(error, place)
        raise


def _only(records: Sequence[Record]) -> Record:
    if not records:
        raise NotFound("There is no such record")
    return records[0]


async def _of_key(tx: JournalTx, key: tuple[str, str]) -> JournalEntry | None:
    return await tx.record_journal.of_key(*key)


async def _keep(tx: JournalTx, entry: JournalEntry) -> None:
    tx.record_journal.save(entry)


async def _end(tx: JournalTx, ended: Ended) -> None:
    """The end and its events in one commit."""
    entry, by = ended.entry, ended.entry.write.by
    changes = changes_of(ended)
    tx.record_journal.save(entry)
    tx.record(*(Envelope(subject(one.table.id, one.id), ended.at, by, event_of(one, entry.id)) for one in changes))
