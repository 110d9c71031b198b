"""A store of records that answers from one store, and looks at another one meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from titus_core.kernel.actor import Actor
from titus_core.kernel.errors import TitusError, Unavailable
from titus_core.records.catalogue import Catalogue
from titus_core.records.errors import PartlyCommitted, UnknownTable
from titus_core.records.model import Record, RecordId, TableId
from titus_core.records.ports import (
    Catalogues,
    Changes,
    Create,
    Query,
    RecordPage,
    RecordPromises,
    RecordStore,
    Upload,
    Upsert,
    Write,
    Written,
)
from titus_core.records.shadow.comparing import drifts
from titus_core.records.shadow.findings import Findings
from titus_core.records.shadow.model import Mirrored, What
from titus_core.records.shadow.ports import Aside, Candidate, Readable

LOOKS = 3
"""How often a difference is looked at again while others write, before it is let be."""

PAUSE = 2.0
"""Seconds before a difference is looked at again: another process may be mirroring what made it."""

R = TypeVar("R")
Ask = Callable[[Readable], Awaitable[RecordPage]]


class _Look(msgspec.Struct, frozen=True):
    """A question and what the primary answered. `settled`: nothing was written here while it did;
    `begun` counts the writes until then."""

    table: TableId
    ask: Ask
    told: RecordPage
    settled: bool
    tries: int = 0
    begun: int = 0


class _Dirty(msgspec.Struct, frozen=True):
    """Records that a write was about. `told` None: how they are now is to be asked."""

    table: TableId
    by: Actor
    ids: tuple[RecordId, ...]
    told: tuple[Record, ...] | None = None


class ShadowRecords:
    """`RecordStore`. Whatever the caller is told is the `primary`'s word, in the primary's time; what it wrote is
    mirrored to the `candidate` afterwards, and what it was told is compared with the candidate's answer, both `aside`.

    A difference counts when a second look finds it again and nothing was written meanwhile. Bytes of attachments are
    not mirrored, only what is told of them."""

    def __init__(
        self,
        primary: RecordStore,
        candidate: Candidate,
        aside: Aside,
        findings: Findings,
        catalogues: Catalogues,
        pause: float = PAUSE,
    ) -> None:
        self._primary = primary
        self._candidate = candidate
        self._aside = aside
        self._findings = findings
        self._catalogues = catalogues
        self._pause = pause
        self._begun = 0
        self._open = 0
        self._to_mirror = 0
        self._keeping = False

    @property
    def promises(self) -> RecordPromises:
        return self._primary.promises

    async def get(self, table: TableId, ids: Sequence[RecordId]) -> tuple[Record, ...]:
        async def ask(store: Readable) -> RecordPage:
            return RecordPage(await store.get(table, ids))

        return (await self._answered(table, ask, ask(self._primary))).records

    async def query(self, query: Query) -> RecordPage:
        patient = replace(query, hurry=False, after=query.after and replace(query.after, hint=None))
        return await self._answered(query.table, lambda store: store.query(patient), self._primary.query(query))

    async def write(self, write: Write) -> Written:
        named = () if isinstance(write, Create | Upsert) else tuple(item.id for item in write.items)
        about = _Dirty(write.table, write.by, named)
        return await self._written(about, self._primary.write(write), lambda written: written.records)

    async def attach(self, upload: Upload, content: AsyncIterator[bytes]) -> Record:
        about = _Dirty(upload.table, upload.by, (upload.record,))
        return await self._written(about, self._primary.attach(upload, content), lambda record: (record,))

    def content(self, table: TableId, record: RecordId, attachment: str) -> AsyncIterator[bytes]:
        return self._primary.content(table, record, attachment)

    async def changes(self, since: str | None) -> Changes:
        return await self._primary.changes(since)

    # --- writes -----------------------------------------------------------------------------------------------------

    async def _written(self, about: _Dirty, writing: Awaitable[R], told: Callable[[R], tuple[Record, ...]]) -> R:
        """Where other writes were under way, nobody knows which came last: then the records are read again. So are
        those that the write names, where nobody knows what became of it."""
        alone, self._begun, self._open = self._open == 0, self._begun + 1, self._open + 1
        number = self._begun
        try:
            result = await writing
        except BaseException as error:
            if _may_be_stored(error):
                self._mirror(about)
            raise
        finally:
            self._open -= 1
        records = told(result)
        ids = tuple(dict.fromkeys((*about.ids, *(record.id for record in records))))
        self._mirror(replace(about, ids=ids, told=records if alone and number == self._begun else None))
        return result

    def _mirror(self, dirty: _Dirty) -> None:
        if not dirty.ids:
            self._findings.count(dirty.table, What.UNTOLD)
            return self._keep()

        def ended(error: Exception | None) -> None:
            self._to_mirror -= 1
            if error is None:
                self._findings.count(dirty.table, What.MIRRORED)
            self._ended(dirty.table, error)

        self._to_mirror += 1
        if not self._aside.begin(partial(self._mirrored, dirty), ended):
            self._to_mirror -= 1
            self._skipped(dirty.table)
        return None

    async def _mirrored(self, dirty: _Dirty) -> None:
        told = dirty.told if dirty.told is not None else await self._primary.get(dirty.table, dirty.ids)
        there = {record.id for record in told}
        gone = tuple(one for one in dirty.ids if one not in there)
        await self._candidate.mirror(Mirrored(dirty.table, dirty.by, told, gone))

    # --- reads ------------------------------------------------------------------------------------------------------

    async def _answered(self, table: TableId, ask: Ask, answering: Awaitable[RecordPage]) -> RecordPage:
        still, before = self._open == 0, self._begun
        told = await answering
        settled = still and before == self._begun and told.as_of is None
        self._look(_Look(table, ask, told, settled))
        return told

    def _look(self, look: _Look, pause: float = 0.0) -> None:
        ended = partial(self._ended, look.table)
        if not self._aside.begin(partial(self._compared, look), ended, pause):
            self._skipped(look.table)

    async def _compared(self, look: _Look) -> None:
        if look.tries:
            look = await self._again(look)
        table = (await self._catalogue()).table(look.table)
        other = await look.ask(self._candidate)
        settled = look.settled and (not look.tries or look.begun == self._begun)
        found = drifts(table, look.told.records, other.records)
        if not found:
            self._findings.count(table.id, What.COMPARED)
        elif settled and (look.tries or self._findings.knows(table.id, found)):
            self._findings.note(table.id, found)
        elif look.tries < LOOKS:
            self._look(replace(look, tries=look.tries + 1), self._pause)
        else:
            self._findings.count(table.id, What.UNSETTLED)

    async def _again(self, look: _Look) -> _Look:
        still, begun = self._open == 0 and self._to_mirror == 0, self._begun
        told = await look.ask(self._primary)
        return replace(look, told=told, settled=still and told.as_of is None, begun=begun)

    async def _catalogue(self) -> Catalogue:
        found = await self._catalogues.catalogue()
        if found is None:
            raise UnknownTable("", None)
        return found

    # --- what is counted --------------------------------------------------------------------------------------------

    def _ended(self, table: TableId, error: Exception | None) -> None:
        if error is not None:
            late = isinstance(error, TimeoutError)
            detail = error.code if isinstance(error, TitusError) else type(error).__name__
            self._findings.count(table, What.LATE if late else What.FAILED, detail=detail)
        self._keep()

    def _skipped(self, table: TableId) -> None:
        self._findings.count(table, What.SKIPPED)

    def _keep(self) -> None:
        """Store what was counted, if something was that somebody should see; once at a time."""
        if not self._keeping and self._findings.are_due:
            self._keeping = self._aside.begin(self._findings.keep, self._kept)

    def _kept(self, error: Exception | None) -> None:
        self._keeping = False


def _may_be_stored(error: BaseException) -> bool:
    """What refuses a write says that nothing of it is stored."""
    return not isinstance(error, TitusError) or isinstance(error, Unavailable | PartlyCommitted)
