"""Give an end to writes that have none: a crash, or an answer that never came, between the store and the journal."""

from __future__ import annotations

import logging
from datetime import timedelta

from msgspec.structs import replace

from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import Conflict
from titus_core.kernel.unit_of_work import Storage
from titus_core.records.catalogue import Catalogue, Table
from titus_core.records.journalled import Ended, end, ended
from titus_core.records.model import Record
from titus_core.records.ports import (
    MOST_AT_ONCE,
    Catalogues,
    JournalEntry,
    JournalTx,
    Query,
    RecordReader,
    WriteState,
)
from titus_core.records.remote import Outcome, RemoteRecords
from titus_core.records.settling import NOT_DONE, ids_of, outcome_of, question

SETTLES_AFTER = timedelta(minutes=15)
"""Longer than a write takes that is still under way: ten requests, and a cool-off of half a minute or several."""

MOST_WRITES = 100
"""Of one run; the next one goes on."""

_LOG = logging.getLogger("titus.records")


class SettleWrites:
    """Safe to run often, and on several processes at once: the journal takes one end. Raises `Unavailable` when the
    store cannot be asked: then everything stays open."""

    def __init__(
        self,
        remote: RemoteRecords,
        storage: Storage[JournalTx],
        reader: RecordReader,
        clock: Clock,
        catalogues: Catalogues,
    ) -> None:
        self._remote = remote
        self._storage = storage
        self._reader = reader
        self._clock = clock
        self._catalogues = catalogues

    async def __call__(self) -> None:
        catalogue = await self._catalogues.catalogue()
        before = self._clock.now() - SETTLES_AFTER
        for entry in await self._reader.open_writes(before, MOST_WRITES):
            table = None if catalogue is None else _table(catalogue, entry)
            if entry.state is WriteState.OPEN and table is not None:
                await self._settle(table, entry)

    async def _settle(self, table: Table, entry: JournalEntry) -> None:
        outcome = outcome_of(table, entry, await self._now(table, entry))
        done = _named(ended(entry, outcome), outcome)
        try:
            await self._storage.transact(end, Ended(table, done, outcome, self._clock.now()))
        except Conflict:
            _LOG.info("write %s of %s got its end meanwhile", entry.id, table.name)
        else:
            _LOG.warning("write %s of %s had no end, and is %s now", entry.id, table.name, done.state.value)

    async def _now(self, table: Table, entry: JournalEntry) -> list[Record]:
        where = question(entry)
        if where is None:
            return list(await self._remote.get(table.id, ids_of(entry)))
        found: list[Record] = []
        query = Query(table=table.id, where=where, limit=MOST_AT_ONCE, hurry=False)
        while True:
            page = await self._remote.query(query)
            found += page.records
            if page.next is None:
                return found
            query = replace(query, after=page.next)


def _table(catalogue: Catalogue, entry: JournalEntry) -> Table | None:
    """None: the catalogue knows it no more; whoever brings it back finds the write still open."""
    return next((table for table in catalogue.tables if table.id == entry.write.table), None)


def _named(entry: JournalEntry, outcome: Outcome) -> JournalEntry:
    """Of which nothing was done, and that is sure, has failed: the same write may be tried again under its key."""
    nothing = len(outcome.left) == len(outcome.records) and outcome.reason == NOT_DONE
    return replace(entry, state=WriteState.FAILED) if nothing else entry
