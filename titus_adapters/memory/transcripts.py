"""Conversations with the AI agent, and which callers were handed over to it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from msgspec.structs import replace

from titus_adapters.memory.state import State
from titus_adapters.memory.unit import Journal, Unit
from titus_core.calls.transcripts import AgentVisit, Link, Transcript
from titus_core.kernel.errors import Conflict
from titus_core.kernel.ids import CallId, ConversationId
from titus_core.kernel.paging import Page
from titus_core.kernel.phone import PhoneNumber


class MemoryAgentVisits:
    """`calls.ports.AgentVisits`."""

    __slots__ = ("_state", "_unit")

    def __init__(self, state: State, unit: Unit) -> None:
        self._state = state
        self._unit = unit

    def add(self, visit: AgentVisit) -> None:
        self._unit.write(partial(_add, self._state, visit))

    async def of(self, conversation_id: ConversationId) -> CallId | None:
        self._unit.reading()
        named = [visit for visit in self._state.agent_visits.values() if visit.conversation_id == conversation_id]
        return min(named, key=lambda visit: visit.at).call_id if named else None

    async def near(self, caller: PhoneNumber, start: datetime, end: datetime) -> tuple[CallId, ...]:
        self._unit.reading()
        taken = {transcript.call_id for transcript in self._state.transcripts.values()}
        found = [
            (visit.at, visit.call_id)
            for visit in self._state.agent_visits.values()
            if visit.caller == caller
            and start <= visit.at <= end
            and visit.conversation_id is None
            and visit.call_id not in taken
        ]
        return tuple(call_id for _, call_id in sorted(found))


class MemoryTranscripts:
    """`calls.ports.Transcripts`."""

    __slots__ = ("_state", "_unit")

    def __init__(self, state: State, unit: Unit) -> None:
        self._state = state
        self._unit = unit

    async def get(self, conversation_id: ConversationId) -> Transcript | None:
        self._unit.reading()
        return self._state.transcripts.get(conversation_id)

    def save(self, transcript: Transcript) -> None:
        self._unit.write(partial(_save, self._state, transcript))


def of_call(state: State, call_id: CallId) -> Transcript | None:
    found = [transcript for transcript in state.transcripts.values() if transcript.call_id == call_id]
    return min(found, key=lambda one: (-len(one.conversation.turns), one.heard_at, one.id), default=None)


def unlinked(state: State, limit: int, after: ConversationId | None) -> tuple[Transcript, ...]:
    waiting = [transcript for transcript in state.transcripts.values() if transcript.call_id is None]
    if after is not None:
        last = state.transcripts.get(after)
        waiting = [one for one in waiting if last is not None and _place(one) < _place(last)]
    return tuple(sorted(waiting, key=_place, reverse=True)[:limit])


def _place(transcript: Transcript) -> tuple[datetime, str]:
    return transcript.heard_at, transcript.id


def page(state: State, limit: int, after: ConversationId | None) -> Page[Transcript]:
    latest = sorted(state.transcripts.values(), key=_heard, reverse=True)
    last = state.transcripts.get(after) if after is not None else None
    if after is not None:
        latest = [one for one in latest if last is not None and _heard(one) < _heard(last)]
    return Page(tuple(latest[:limit]), latest[limit - 1].id if len(latest) > limit else None)


def _heard(transcript: Transcript) -> tuple[datetime, str]:
    return transcript.heard_at, transcript.id


def _add(state: State, visit: AgentVisit, journal: Journal) -> None:
    if visit.call_id not in state.agent_visits:
        journal.put(state.agent_visits, visit.call_id, visit)


def _save(state: State, transcript: Transcript, journal: Journal) -> None:
    stored = state.transcripts.get(transcript.id)
    if transcript.version != (0 if stored is None else stored.version):
        raise Conflict(conversation_id=transcript.id)
    if transcript.link is Link.NUMBER_AND_TIME and any(_guesses(one, transcript) for one in state.transcripts.values()):
        raise Conflict(call_id=transcript.call_id)
    journal.put(state.transcripts, transcript.id, replace(transcript, version=transcript.version + 1))


def _guesses(one: Transcript, other: Transcript) -> bool:
    """Whether another conversation was tied to the same call by number and time."""
    return one.id != other.id and one.link is Link.NUMBER_AND_TIME and one.call_id == other.call_id
