"""What shadows counted, by table, kind and field."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from titus_adapters.sql.metadata import metadata, text
from titus_adapters.sql.session import Reading, Session
from titus_adapters.sql.statements import Query, bind, binds, change, insert
from titus_adapters.sql.types import Json, Utc
from titus_core.records.model import FieldId, RecordId, TableId
from titus_core.records.shadow.model import Tally, What

record_tallies = sa.Table(
    "record_tallies",
    metadata,
    text("table_id", primary_key=True),
    text("what", primary_key=True),
    text("field_id", primary_key=True),
    sa.Column("count", sa.BigInteger(), nullable=False),
    sa.Column("first_at", Utc(), nullable=False),
    sa.Column("last_at", Utc(), nullable=False),
    sa.Column("records", Json(tuple[str, ...]), nullable=False),
    text("detail"),
    sa.Column("version", sa.BigInteger(), nullable=False),
)
"""`field_id` is empty where it is about no field."""

_T = record_tallies.c
_KEY = ("table_id", "what", "field_id")


def _tally(
    table: str,
    what: str,
    field: str,
    count: int,
    first_at: datetime,
    last_at: datetime,
    records: tuple[str, ...],
    detail: str,
    version: int,
) -> Tally:
    return Tally(
        table=TableId(table),
        what=What(what),
        field=FieldId(field) if field else None,
        count=count,
        first_at=first_at,
        last_at=last_at,
        records=tuple(RecordId(one) for one in records),
        detail=detail,
        version=version,
    )


_ALL = sa.select(*record_tallies.columns)
_GET = Query(_ALL.where(*(_T[name] == bind(_T[name]) for name in _KEY)), _tally)
_LATEST = Query(_ALL.order_by(_T.last_at.desc(), *(_T[name] for name in _KEY)), _tally)
_INSERT = insert(record_tallies, *_KEY)
_UPDATE = change(
    sa.update(record_tallies)
    .where(*(_T[name] == bind(_T[name]) for name in _KEY), _T.version == bind(_T.version, "known"))
    .values({name: value for name, value in binds(record_tallies).items() if name not in _KEY}),
    *_KEY,
)


class SqlTallies:
    """`titus_core.records.shadow.ports.Tallies`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, table: TableId, what: What, field: FieldId | None) -> Tally | None:
        return await self._session.one(_GET, {"table_id": table, "what": what.value, "field_id": field or ""})

    def save(self, tally: Tally) -> None:
        row: dict[str, Any] = {
            "table_id": tally.table,
            "what": tally.what.value,
            "field_id": tally.field or "",
            "count": tally.count,
            "first_at": tally.first_at,
            "last_at": tally.last_at,
            "records": tally.records,
            "detail": tally.detail,
            "version": tally.version + 1,
        }
        self._session.write(_UPDATE if tally.version else _INSERT, {**row, "known": tally.version}, expect=1)


class TallyQueries:
    """`titus_core.records.shadow.ports.TallyReader`."""

    _reading: Reading

    async def record_tallies(self) -> tuple[Tally, ...]:
        return tuple(await self._reading.all(_LATEST, {}))
