"""What ElevenLabs says and is told, by its own names: only the fields that Titus uses.

Fields that are not listed here are ignored, and words of a fixed set stay text: the vendor's own models allow both to
grow (../shared/facts/elevenlabs-anthropic-graph.md §1.2).
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

Moment = Annotated[float, Meta(ge=0, lt=253402300800)]
"""Unix seconds, up to the last year that Python counts. Whole ones, so far."""

Seconds = Annotated[float, Meta(ge=0, lt=10_000_000)]


class Said(Struct, frozen=True, kw_only=True):
    """`message` is null in turns that only use a tool."""

    role: str = ""
    message: str | None = None
    time_in_call_secs: Seconds = 0


class PhoneCall(Struct, frozen=True, kw_only=True):
    """`type` twilio, sip_trunking or exotel; all three have these."""

    call_sid: str | None = None
    external_number: str | None = None


class Failure(Struct, frozen=True, kw_only=True):
    code: int | None = None
    reason: str | None = None


class Metadata(Struct, frozen=True, kw_only=True):
    start_time_unix_secs: Moment | None = None
    call_duration_secs: Seconds | None = None
    phone_call: PhoneCall | None = None
    termination_reason: str | None = None
    error: Failure | None = None


class Analysis(Struct, frozen=True, kw_only=True):
    transcript_summary: str | None = None


class ClientData(Struct, frozen=True, kw_only=True):
    """Values are text, numbers or true and false; system variables are among them."""

    dynamic_variables: dict[str, Any] | None = None


class ConversationDetail(Struct, frozen=True, kw_only=True):
    """`GET /v1/convai/conversations/{id}`, and `data` of a `post_call_transcription`: the latter may come without a
    transcript (`exclude_transcript`)."""

    conversation_id: str
    status: str
    agent_id: str = ""
    transcript: tuple[Said, ...] | None = None
    metadata: Metadata | None = None
    analysis: Analysis | None = None
    conversation_initiation_client_data: ClientData | None = None
    has_audio: bool | None = None


class ConversationRow(Struct, frozen=True, kw_only=True):
    """One of a list."""

    conversation_id: str
    status: str
    start_time_unix_secs: Moment


class ConversationPage(Struct, frozen=True, kw_only=True):
    conversations: tuple[ConversationRow, ...]
    has_more: bool
    next_cursor: str | None = None


class Context(Struct, frozen=True, kw_only=True):
    """What the agent is told beforehand."""

    dynamic_variables: dict[str, str | int]


class RegisterCall(Struct, frozen=True, kw_only=True):
    """The body of `POST /v1/convai/twilio/register-call`."""

    agent_id: str
    from_number: str
    to_number: str
    direction: str
    conversation_initiation_client_data: Context


class Wrapped(Struct, frozen=True):
    """A document inside JSON: one public integration met it (facts §1.4)."""

    twiml: str


Document = Wrapped | str
"""An answer to register-call that is JSON after all."""


def unwrapped(body: bytes) -> str:
    """The document in an answer to register-call. Raises ValueError if it is no text."""
    text = body.decode("utf-8-sig").strip()
    if text.startswith("<"):
        return text
    document: Wrapped | str = msgspec.json.decode(text, type=Document)
    return document if isinstance(document, str) else document.twiml
