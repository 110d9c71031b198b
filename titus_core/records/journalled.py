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
from titus_core.records.keyed import any_alike
from titus_core.records.model import Fields, Record, RecordId, TableId
from titus_core.records.ports import (
    MOST_AT_ONCE,
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
        if isinstance(known, Written):
            return known
        entry = await self._kept(replace(known, before=await self._before(table, sound)))
        return await self._ended(table, entry, await self._surely(entry, self._remote.write(entry.write)))

    async def attach(self, upload: Upload, content: AsyncIterator[bytes]) -> Record:
        table = (await self._catalogue()).table(upload.table)
        sound = replace(upload, table=table.id, field=files_field(table, upload.field).id)
        write = Update(table=table.id, by=upload.by, key=upload.key, items=(Change(id=upload.record, fields={}),))
        begun = JournalEntry(id=self._ids.token(), at=self._clock.now(), write=write, digest=digest_of(sound))
        known = await self._repeated(begun)
        if isinstance(known, Written):
            return _only(known.records)
        entry = await self._kept(replace(known, before=await self._before(table, write)))
        record = await self._surely(entry, self._remote.attach(sound, content))
        await self._ended(table, entry, Outcome(records=(record,)))
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

    async def _kept(self, entry: JournalEntry) -> JournalEntry:
        """From here on a crash leaves an open entry."""
        await self._storage.transact(_keep, entry)
        return replace(entry, version=entry.version + 1)

    async def _repeated(self, entry: JournalEntry) -> Written | JournalEntry:
        """What the same write (by key) made when it came first, as it is now; or the entry to go on with: of this
        write, or of the first one if that surely did nothing. Raises `AlreadyExists` for a key of another write, or of
        one of which nobody knows yet whether it was done."""
        write = entry.write
        if write.key is None:
            return entry
        known = await self._storage.transact(_of_key, (write.by.name, write.key))
        if known is None:
            return entry
        if known.digest == entry.digest and known.state is WriteState.FAILED:
            return replace(entry, id=known.id, version=known.version)
        if known.digest != entry.digest:
            raise AlreadyExists("That key was used for another write", key=write.key)
        if known.state is not WriteState.DONE:
            raise AlreadyExists("The write with that key has no end yet, or only a part of it was done", key=write.key)
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
            case Create(items=items):
                _check_new(table, items)
                return ()
            case Upsert(items=items):
                _check_new(table, items)
                return await self._alike(write)
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

    async def _alike(self, upsert: Upsert) -> tuple[Record, ...]:
        """What has the key of an item; more than `MOST_AT_ONCE` only where a key is no key, and the store refuses."""
        query = Query(table=upsert.table, where=any_alike(upsert), limit=MOST_AT_ONCE)
        return (await self._remote.query(query)).records

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
        await self._storage.transact(end, Ended(table, done, outcome, self._clock.now()))
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


def _check_new(table: Table, items: Sequence[Fields]) -> None:
    for place, cells in enumerate(items):
        _check_files(table, cells, {}, place)


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


async def end(tx: JournalTx, ended: Ended) -> None:
    """The end and its events in one commit."""
    entry, by = ended.entry, ended.entry.write.by
    changes = changes_of(ended)
    tx.record_journal.save(entry)
    tx.record(*(Envelope(subject(one.table.id, one.id), ended.at, by, event_of(one, entry.id)) for one in changes))
