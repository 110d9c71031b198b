"""What the AI agent said to a caller, as its provider tells it, and the summary of a talk."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from titus_core.kernel.ids import CallId, ConversationId


class Speaker(StrEnum):
    AGENT = "agent"
    CALLER = "caller"


class Turn(msgspec.Struct, frozen=True):
    """One thing that was said, `at` so many seconds after the conversation began."""

    speaker: Speaker
    text: str
    at: int


class ConversationState(StrEnum):
    """In order of what is known; a later word wins. Only what is done or failed is told for good."""

    RUNNING = "running"
    PROCESSING = "processing"
    FAILED = "failed"
    DONE = "done"


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """One conversation of the AI agent with a caller.

    `call_id` is our own id, given along at the hand-over and told back; `provider_call_id` the telephony provider's id
    as the agent's provider saw it; `number` the caller's number as it spells it. Each may be missing: then None, or
    blank. `turns` is empty until the provider has a transcript; turns without words are left out.
    """

    id: ConversationId
    state: ConversationState
    agent_id: str = ""
    call_id: CallId | None = None
    provider_call_id: CallId | None = None
    number: str = ""
    started_at: datetime | None = None
    seconds: int | None = None
    turns: tuple[Turn, ...] = ()
    summary: str | None = None
    has_audio: bool = False
    failure: str | None = None


class Invitation(msgspec.Struct, frozen=True):
    """How the AI agent takes a caller over: an address to send the caller to, or a document of the telephony provider
    that connects them; one of the two. `conversation_id` where it is known beforehand."""

    url: str | None = None
    document: str | None = None
    conversation_id: ConversationId | None = None


class PostCall(msgspec.Struct, frozen=True):
    """What the agent's provider tells by itself after a conversation. `kind` is its own word; `conversation` is what it
    tells of one, if anything. `sound`: the event brings what was said as sound."""

    kind: str
    conversation: Conversation | None = None
    sound: bool = False


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A summary and what it took. `cost` is in US dollars; None: the model's price is not known. `turns`: of how many
    turns it was made."""

    text: str
    model: str
    request_id: str
    input_tokens: int
    output_tokens: int
    cost: str | None = None
    turns: int = 0
