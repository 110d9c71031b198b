"""A conversation with the AI agent as we keep it: what was told of it, joined, and the call that it belongs to."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from titus_core.calls.conversations import Conversation, ConversationState, Summary
from titus_core.kernel.files import StoredFile
from titus_core.kernel.ids import CallId, ConversationId
from titus_core.kernel.phone import PhoneNumber

STARTS_WITHIN = timedelta(minutes=2)
"""Between our hand-over and the agent's first second, when only number and time can tell (`call-routing.md`)."""


class Link(StrEnum):
    """What tied a conversation to its call, the surest first."""

    OUR_ID = "our_id"
    CALL_SID = "call_sid"
    CONVERSATION_ID = "conversation_id"
    NUMBER_AND_TIME = "number_and_time"
    PERSON = "person"


class AgentVisit(msgspec.Struct, frozen=True):
    """A caller was handed over. `conversation_id` where the agent's provider named it beforehand."""

    call_id: CallId
    at: datetime
    caller: PhoneNumber | None = None
    conversation_id: ConversationId | None = None


class Transcript(msgspec.Struct, frozen=True, kw_only=True):
    """`call_id` None: it waits for a person to say which call it belongs to. `audio` is our copy of the sound, until
    that is erased (`audio_erased`)."""

    conversation: Conversation
    heard_at: datetime
    call_id: CallId | None = None
    link: Link | None = None
    summary: Summary | None = None
    audio: StoredFile | None = None
    audio_erased: bool = False
    version: int = 0

    @property
    def id(self) -> ConversationId:
        return self.conversation.id


def as_text(conversation: Conversation) -> str | None:
    """What was said, a line a turn, as today's clients show it; None without words."""
    lines = [f"{turn.speaker.value.capitalize()}: {turn.text}" for turn in conversation.turns]
    return "\n".join(lines) or None


def summary_of(transcript: Transcript) -> str | None:
    """Our own summary, or else the one of the agent's provider."""
    return transcript.summary.text if transcript.summary is not None else transcript.conversation.summary


_ORDER = list(ConversationState)


def joined(one: Conversation, other: Conversation) -> Conversation:
    """What two tellings of one conversation say together, in whichever order they came: the later state's word goes
    first, and what it leaves out is taken from the other. Words that were said are never taken back."""
    later, earlier = sorted((one, other), key=_rank, reverse=True)
    return replace(
        later,
        agent_id=later.agent_id or earlier.agent_id,
        call_id=later.call_id or earlier.call_id,
        provider_call_id=later.provider_call_id or earlier.provider_call_id,
        number=later.number or earlier.number,
        started_at=later.started_at or earlier.started_at,
        seconds=later.seconds if later.seconds is not None else earlier.seconds,
        turns=later.turns or earlier.turns,
        summary=later.summary or earlier.summary,
        has_audio=later.has_audio or earlier.has_audio,
        failure=later.failure or earlier.failure,
    )


def _rank(told: Conversation) -> tuple[int, int, bytes]:
    """Of two in the same state, who tells more; and in the end anything that does not depend on the order."""
    return _ORDER.index(told.state), len(told.turns), msgspec.json.encode(told)
