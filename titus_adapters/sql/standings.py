"""How providers stand with us."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from msgspec.structs import asdict

from titus_adapters.sql.metadata import metadata, text
from titus_adapters.sql.session import Reading, Session
from titus_adapters.sql.statements import Query, bind, binds, change, insert
from titus_adapters.sql.types import Utc
from titus_core.providers.model import Level, Standing

standings = sa.Table(
    "standings",
    metadata,
    text("name", primary_key=True),
    text("level"),
    text("detail"),
    sa.Column("since", Utc(), nullable=False),
    sa.Column("checked_at", Utc(), nullable=False),
    sa.Column("version", sa.BigInteger(), nullable=False),
)
_S = standings.c


def _standing(name: str, level: str, detail: str, since: datetime, checked_at: datetime, version: int) -> Standing:
    return Standing(name=name, level=Level(level), detail=detail, since=since, checked_at=checked_at, version=version)


_ALL = sa.select(*standings.columns)
_GET = Query(_ALL.where(_S.name == bind(_S.name)), _standing)
_BY_NAME = Query(_ALL.order_by(_S.name), _standing)
_INSERT = insert(standings, "name")
_UPDATE = change(
    sa.update(standings)
    .where(_S.name == bind(_S.name), _S.version == bind(_S.version, "known"))
    .values({name: value for name, value in binds(standings).items() if name != "name"}),
    "name",
)


class SqlStandings:
    """`titus_core.providers.ports.Standings`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, name: str) -> Standing | None:
        return await self._session.one(_GET, {"name": name})

    def save(self, standing: Standing) -> None:
        row = {**asdict(standing), "level": standing.level.value, "version": standing.version + 1}
        self._session.write(_UPDATE if standing.version else _INSERT, {**row, "known": standing.version}, expect=1)


class StandingQueries:
    """`titus_core.providers.ports.StandingReader`."""

    _reading: Reading

    async def standings(self) -> tuple[Standing, ...]:
        return tuple(await self._reading.all(_BY_NAME, {}))
