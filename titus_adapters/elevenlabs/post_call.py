"""ElevenLabs' post-call events in the words of the core (elevenlabs-anthropic-graph.md §1.3)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import msgspec

from titus_adapters.elevenlabs.payloads import ConversationDetail
from titus_adapters.elevenlabs.reading import conversation_of
from titus_core.calls.conversations import Conversation, ConversationState, PostCall
from titus_core.kernel.errors import Invalid
from titus_core.kernel.ids import CallId, ConversationId

_LOG = logging.getLogger("titus.elevenlabs")


class _Failed(msgspec.Struct, frozen=True):
    """A conversation that never came about. `metadata.body` is Twilio's last word on the telephone call."""

    conversation_id: str
    agent_id: str = ""
    failure_reason: str = ""
    metadata: dict[str, Any] | None = None


class _Heard(msgspec.Struct, frozen=True):
    """Whose sound an audio event brings. The sound itself was left out on its way in (`audio_event`)."""

    conversation_id: str
    agent_id: str = ""


def post_call(body: bytes) -> PostCall:
    """What the event tells. Raises `Invalid` if it is no JSON. One whose shape is not the known one still names its
    conversation, if it can, so that it is asked for; kinds that are not known yet tell nothing."""
    try:
        told = msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Invalid("body", "is no JSON that can be read") from error
    kind = told.get("type") if isinstance(told, dict) else None
    data = told.get("data") if isinstance(told, dict) else None
    read = _READ.get(kind) if isinstance(kind, str) else None
    if read is None:
        return PostCall(kind if isinstance(kind, str) else "")
    assert isinstance(kind, str)
    try:
        return PostCall(kind, _with_a_name(read(data)), sound=kind == _SOUND)
    except (msgspec.MsgspecError, ValueError) as error:
        _LOG.warning("a %s of an unknown shape is kept as it came: %s", kind, type(error).__name__)
        return PostCall(kind, _named(data))


def _sounded(data: Any) -> Conversation:
    """It is over, and there is sound; what was said may be told before or after."""
    told = msgspec.convert(data, _Heard)
    return Conversation(
        id=ConversationId(told.conversation_id),
        state=ConversationState.PROCESSING,
        agent_id=told.agent_id,
        has_audio=True,
    )


def _transcribed(data: Any) -> Conversation:
    return _ended(conversation_of(msgspec.convert(data, ConversationDetail)))


def _with_a_name(told: Conversation) -> Conversation:
    if not told.id:
        raise ValueError("a conversation without an id")
    return told


def _named(data: Any) -> Conversation | None:
    """Only which one it is about, so that its provider can be asked."""
    known = data.get("conversation_id") if isinstance(data, dict) else None
    if not isinstance(known, str) or not known:
        return None
    return Conversation(id=ConversationId(known), state=ConversationState.PROCESSING)


def _ended(told: Conversation) -> Conversation:
    """The event itself says that the conversation is over, whatever its status is called."""
    if told.state in {ConversationState.DONE, ConversationState.FAILED}:
        return told
    return msgspec.structs.replace(told, state=ConversationState.PROCESSING)


def _failed(data: Any) -> Conversation:
    told = msgspec.convert(data, _Failed)
    twilio = (told.metadata or {}).get("body")
    sid = twilio.get("CallSid") if isinstance(twilio, dict) else None
    return Conversation(
        id=ConversationId(told.conversation_id),
        state=ConversationState.FAILED,
        agent_id=told.agent_id,
        provider_call_id=CallId(sid) if isinstance(sid, str) and sid else None,
        failure=told.failure_reason or "unknown",
    )


_SOUND = "post_call_audio"
_READ: dict[str, Callable[[Any], Conversation]] = {
    "post_call_transcription": _transcribed,
    _SOUND: _sounded,
    "call_initiation_failure": _failed,
}
