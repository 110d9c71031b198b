"""Conversations with the AI agent, and which callers were handed over to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from msgspec.structs import asdict, replace

from titus_adapters.sql.lists import among
from titus_adapters.sql.metadata import metadata, text
from titus_adapters.sql.session import Reading, Session
from titus_adapters.sql.statements import Query, bind, binds, change, insert
from titus_adapters.sql.types import Bool, Json, Utc
from titus_core.calls.transcripts import AgentVisit, Link, Transcript
from titus_core.kernel.ids import CallId, ConversationId
from titus_core.kernel.paging import Page
from titus_core.kernel.phone import PhoneNumber

agent_visits = sa.Table(
    "agent_visits",
    metadata,
    text("call_id", primary_key=True),
    sa.Column("at", Utc(), nullable=False),
    text("caller", nullable=True),
    text("conversation_id", nullable=True),
    sa.Index(None, "conversation_id"),
    sa.Index(None, "caller", "at"),
)
transcripts = sa.Table(
    "transcripts",
    metadata,
    text("id", primary_key=True),
    sa.Column("version", sa.BigInteger(), nullable=False),
    text("call_id", nullable=True),
    sa.Column("heard_at", Utc(), nullable=False),
    sa.Column("turns", sa.BigInteger(), nullable=False),
    sa.Column("state", Json(Transcript), nullable=False),
    sa.Column("has_audio", Bool(), server_default=sa.false(), nullable=False),
    sa.Column("guessed", Bool(), server_default=sa.false(), nullable=False),
    sa.Index(None, "call_id"),
    sa.Index(None, "heard_at", "id"),
)
_V, _T = agent_visits.c, transcripts.c
_UNLINKED = _T.call_id.is_(None)
_KEPT = _T.has_audio == sa.true()
sa.Index("ix_transcripts_audio", _T.heard_at, postgresql_where=_KEPT, sqlite_where=_KEPT)
_GUESSED = _T.guessed == sa.true()
sa.Index(
    "uq_transcripts_guessed", _T.call_id, unique=True, postgresql_where=_GUESSED, sqlite_where=_GUESSED
)  # two conversations at once may not both guess one call
sa.Index("ix_transcripts_unlinked", _T.heard_at, postgresql_where=_UNLINKED, sqlite_where=_UNLINKED)


def _the_state(state: Transcript) -> Transcript:
    return state


_OF = Query(sa.select(_V.call_id).where(_V.conversation_id == bind(_V.conversation_id)).order_by(_V.at), CallId)
_NEAR = Query(
    sa.select(_V.call_id)
    .where(
        _V.caller == bind(_V.caller),
        _V.at >= bind(_V.at, "start"),
        _V.at <= bind(_V.at, "end"),
        _V.conversation_id.is_(None),
        ~sa.exists().where(_T.call_id == _V.call_id),
    )
    .order_by(_V.at, _V.call_id),
    CallId,
)
_ADD = insert(agent_visits, "call_id")

_GET = Query(sa.select(_T.state).where(_T.id == bind(_T.id)), _the_state)
_OF_CALL = Query(
    sa.select(_T.state).where(_T.call_id == bind(_T.call_id)).order_by(_T.turns.desc(), _T.heard_at, _T.id),
    _the_state,
)
_OF_CALLS = Query(
    sa.select(_T.state).where(among(_T.call_id, "ids")).order_by(_T.turns, _T.heard_at.desc(), _T.id.desc()),
    _the_state,
)
_UNLINKED_ONES = (
    sa.select(_T.state)
    .where(_UNLINKED)
    .order_by(_T.heard_at.desc(), _T.id.desc())
    .limit(sa.bindparam("limit", type_=sa.BigInteger()))
)
_L = transcripts.alias("last_seen").c
_LAST_HEARD = sa.select(_L.heard_at).where(_L.id == bind(_L.id, "after")).scalar_subquery()
_BEHIND = sa.or_(_T.heard_at < _LAST_HEARD, sa.and_(_T.heard_at == _LAST_HEARD, _T.id < bind(_T.id, "after")))
_WAITING = Query(_UNLINKED_ONES, _the_state)
_WAITING_AFTER = Query(
    _UNLINKED_ONES.where(_BEHIND),
    _the_state,
)
_LATEST = sa.select(_T.state).order_by(_T.heard_at.desc(), _T.id.desc())
_PAGE = Query(_LATEST.limit(sa.bindparam("limit", type_=sa.BigInteger())), _the_state)
_NEXT_PAGE = Query(
    _LATEST.where(_BEHIND).limit(sa.bindparam("limit", type_=sa.BigInteger())),
    _the_state,
)
_INSERT = insert(transcripts, "id")
_UPDATE = change(
    sa.update(transcripts)
    .where(_T.id == bind(_T.id, "id"), _T.version == bind(_T.version, "known"))
    .values({name: value for name, value in binds(transcripts).items() if name != "id"}),
    "id",
)


class SqlAgentVisits:
    """`titus_core.calls.ports.AgentVisits`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, visit: AgentVisit) -> None:
        self._session.write(_ADD, asdict(visit))

    async def of(self, conversation_id: ConversationId) -> CallId | None:
        return await self._session.one(_OF, {"conversation_id": conversation_id})

    async def near(self, caller: PhoneNumber, start: datetime, end: datetime) -> tuple[CallId, ...]:
        return tuple(await self._session.all(_NEAR, {"caller": caller, "start": start, "end": end}))


class SqlTranscripts:
    """`titus_core.calls.ports.Transcripts`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, conversation_id: ConversationId) -> Transcript | None:
        return await self._session.one(_GET, {"id": conversation_id})

    def save(self, transcript: Transcript) -> None:
        row = _row(replace(transcript, version=transcript.version + 1))
        command = _UPDATE if transcript.version else _INSERT
        self._session.write(command, {**row, "known": transcript.version}, expect=1)


class TranscriptQueries:
    """A part of `titus_core.calls.ports.CallReader`."""

    _reading: Reading

    async def transcript(self, conversation_id: ConversationId) -> Transcript | None:
        return await self._reading.one(_GET, {"id": conversation_id})

    async def transcript_of(self, call_id: CallId) -> Transcript | None:
        return await self._reading.one(_OF_CALL, {"call_id": call_id})

    async def transcripts_of(self, call_ids: Collection[CallId]) -> Mapping[CallId, Transcript]:
        found = await self._reading.all(_OF_CALLS, {"ids": list(call_ids)}) if call_ids else []
        return {one.call_id: one for one in found if one.call_id is not None}  # the best one comes last

    async def conversations(self, limit: int, after: ConversationId | None) -> Page[Transcript]:
        asked = {"limit": limit + 1}
        query = _PAGE if after is None else _NEXT_PAGE
        rows = await self._reading.all(query, asked if after is None else {**asked, "after": after})
        return Page(tuple(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None)

    async def unlinked(self, limit: int, after: ConversationId | None = None) -> tuple[Transcript, ...]:
        if after is None:
            return tuple(await self._reading.all(_WAITING, {"limit": limit}))
        return tuple(await self._reading.all(_WAITING_AFTER, {"limit": limit, "after": after}))


def _row(transcript: Transcript) -> dict[str, object]:
    return {
        "id": transcript.id,
        "version": transcript.version,
        "call_id": transcript.call_id,
        "heard_at": transcript.heard_at,
        "turns": len(transcript.conversation.turns),
        "guessed": transcript.link is Link.NUMBER_AND_TIME,
        "has_audio": transcript.audio is not None,
        "state": transcript,
    }
