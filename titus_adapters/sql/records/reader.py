"""The read side of records, outside units of work."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from titus_adapters.sql.records.journal import open_writes
from titus_adapters.sql.records.schema import RecordSchema
from titus_adapters.sql.session import Reading
from titus_core.calls.ports import Feed, Mark
from titus_core.kernel.errors import Invalid
from titus_core.records.catalogue import Catalogue
from titus_core.records.events import RecordDeleted
from titus_core.records.model import Record, RecordId, TableId
from titus_core.records.ports import Changes, JournalEntry, Query, RecordPage, Touched

_GONE = RecordDeleted.__struct_config__.tag
_SUBJECT = re.compile(r"record:([^:]+):([^:]+)")
_TOKEN = re.compile(r"(\d{1,18})\.(\d{1,18})")


class RecordReading:
    """`titus_core.records.ports.RecordReader` and `Catalogues`."""

    _reading: Reading
    _feed: Feed
    _schema: RecordSchema

    async def catalogue(self) -> Catalogue | None:
        return await self._schema.refresh(self._reading)

    async def records(self, table: TableId, ids: Sequence[RecordId]) -> tuple[Record, ...]:
        found = await self._schema.queries.some(self._reading, table, ids)
        return tuple(found[one] for one in ids if one in found)

    async def record_page(self, query: Query) -> RecordPage:
        return await self._schema.queries.page(self._reading, query)

    async def touched(self, since: str | None, limit: int) -> Changes:
        """A token is a place in the feed, which shows nothing before which something may still come."""
        if since is None:
            return Changes((), _token(await self._feed.newest()))
        told = await self._feed.after(_mark(since), limit)
        found = [(_SUBJECT.fullmatch(fed.event.subject), fed.event.kind) for fed in told]
        touched = tuple(
            Touched(TableId(subject[1]), RecordId(subject[2]), kind == _GONE) for subject, kind in found if subject
        )
        return Changes(touched, _token(told[-1].mark) if told else since, more=len(told) == limit)

    async def open_writes(self, before: datetime, limit: int) -> tuple[JournalEntry, ...]:
        return await open_writes(self._reading, self._schema, before, limit)


def _token(mark: Mark) -> str:
    return f"{mark.txid}.{mark.position}"


def _mark(token: str) -> Mark:
    told = _TOKEN.fullmatch(token)
    if told is None:
        raise Invalid("since", "is no token of this store")
    return Mark(int(told[1]), int(told[2]))
