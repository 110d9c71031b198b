"""Switches that today's clients set."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from titus_adapters.sql.metadata import metadata, text
from titus_adapters.sql.session import Session
from titus_adapters.sql.statements import Query, bind, upsert
from titus_adapters.sql.types import Utc

voice_settings = sa.Table(
    "voice_settings",
    metadata,
    text("name", primary_key=True),
    text("value"),
    sa.Column("updated_at", Utc(), nullable=False),
)

GET: Query[str] = Query(
    sa.select(voice_settings.c.value).where(voice_settings.c.name == bind(voice_settings.c.name)), str
)
_SET = upsert(voice_settings, "name")


class SqlVoiceSettings:
    """`titus_core.hunt_groups.ports.VoiceSettings`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, name: str) -> str | None:
        return await self._session.one(GET, {"name": name})

    def set(self, name: str, value: str, at: datetime) -> None:
        self._session.write(_SET, {"name": name, "value": value, "updated_at": at})
