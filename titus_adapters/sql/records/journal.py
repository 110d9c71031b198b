"""The writes of records, one row each, with what reading of them there is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace

from titus_adapters.sql.metadata import metadata, text
from titus_adapters.sql.records.schema import RecordSchema
from titus_adapters.sql.session import Reading, Session
from titus_adapters.sql.statements import Query, bind, binds, change, insert
from titus_adapters.sql.types import Utc
from titus_core.records.journalling import decoded, encoded
from titus_core.records.ports import JournalEntry, WriteState

record_writes = sa.Table(
    "record_writes",
    metadata,
    text("id", primary_key=True),
    text("actor"),
    text("key", nullable=True),
    sa.Column("at", Utc(), nullable=False),
    text("state"),
    sa.Column("version", sa.BigInteger(), nullable=False),
    text("entry"),
    sa.UniqueConstraint("actor", "key"),
)
W = record_writes.c

_UNSETTLED = W.state.in_([sa.literal_column(f"'{state.value}'") for state in (WriteState.OPEN, WriteState.PARTLY)])
sa.Index("ix_record_writes_unsettled", W.at, W.id, postgresql_where=_UNSETTLED, sqlite_where=_UNSETTLED)


def _told(entry: str) -> str:
    return entry


_GET = Query(sa.select(W.entry).where(W.id == bind(W.id)), _told)
_OF_KEY = Query(sa.select(W.entry).where(W.actor == bind(W.actor), W.key == bind(W.key)), _told)
_OPEN = Query(
    sa.select(W.entry)
    .where(_UNSETTLED, W.at < bind(W.at, "before"))
    .order_by(W.state, W.at, W.id)
    .limit(sa.bindparam("limit", type_=sa.BigInteger())),
    _told,
)
_INSERT = insert(record_writes, "id")
_UPDATE = change(
    sa.update(record_writes)
    .where(W.id == bind(W.id), W.version == bind(W.version, "known"))
    .values({name: value for name, value in binds(record_writes).items() if name != "id"}),
    "id",
)


class SqlRecordJournal:
    """`titus_core.records.ports.RecordJournal`."""

    __slots__ = ("_schema", "_session")

    def __init__(self, session: Session, schema: RecordSchema) -> None:
        self._session = session
        self._schema = schema

    async def get(self, entry_id: str) -> JournalEntry | None:
        told = await self._session.one(_GET, {"id": entry_id})
        return self._read(told)

    async def of_key(self, by: str, key: str) -> JournalEntry | None:
        told = await self._session.one(_OF_KEY, {"actor": by, "key": key})
        return self._read(told)

    def save(self, entry: JournalEntry) -> None:
        row = _row(replace(entry, version=entry.version + 1))
        command = _UPDATE if entry.version else _INSERT
        self._session.write(command, {**row, "known": entry.version}, expect=1)

    def _read(self, told: str | None) -> JournalEntry | None:
        return None if told is None else decoded(self._schema.catalogue, told)


async def open_writes(reading: Reading, schema: RecordSchema, before: datetime, limit: int) -> tuple[JournalEntry, ...]:
    found = await reading.all(_OPEN, {"before": before, "limit": limit})
    return tuple(decoded(schema.catalogue, told) for told in found)


def _row(entry: JournalEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "actor": entry.write.by.name,
        "key": entry.write.key,
        "at": entry.at,
        "state": entry.state.value,
        "version": entry.version,
        "entry": encoded(entry).decode(),
    }
