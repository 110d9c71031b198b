"""Times by name."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from titus_adapters.sql.metadata import metadata, text
from titus_adapters.sql.session import Reading, Session
from titus_adapters.sql.statements import Query, bind, change, insert
from titus_adapters.sql.types import Utc
from titus_core.kernel.watermarks import Watermark

watermarks = sa.Table(
    "watermarks",
    metadata,
    text("name", primary_key=True),
    sa.Column("at", Utc(), nullable=False),
    sa.Column("version", sa.BigInteger(), nullable=False),
    text("token", nullable=True),
)
_W = watermarks.c


def _mark(at: datetime, version: int, token: str | None) -> Watermark:
    return Watermark(at, version, token or "")


_GET = Query(sa.select(_W.at, _W.version, _W.token).where(_W.name == bind(_W.name)), _mark)
_INSERT = insert(watermarks, "name")
_UPDATE = change(
    sa.update(watermarks)
    .where(_W.name == bind(_W.name), _W.version == bind(_W.version, "known"))
    .values(at=bind(_W.at), version=bind(_W.version), token=bind(_W.token)),
    "name",
)


class SqlWatermarks:
    """`titus_core.kernel.watermarks.Watermarks`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, name: str) -> Watermark | None:
        return await self._session.one(_GET, {"name": name})

    def move(self, name: str, to: Watermark) -> None:
        row = {"name": name, "at": to.at, "version": to.version + 1, "known": to.version, "token": to.token}
        self._session.write(_UPDATE if to.version else _INSERT, row, expect=1)


class WatermarkQueries:
    """A part of `titus_core.jobs.find_gaps.GapReader`."""

    _reading: Reading

    async def watermark(self, name: str) -> Watermark | None:
        return await self._reading.one(_GET, {"name": name})
