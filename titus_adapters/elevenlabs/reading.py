"""ElevenLabs' conversations in the words of the core."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

from titus_adapters.elevenlabs.payloads import ConversationDetail, Metadata
from titus_core.calls.conversations import Conversation, ConversationState, Speaker, Turn
from titus_core.kernel.ids import CallId, ConversationId

OUR_CALL = "titus_call_sid"
"""The dynamic variable that carries our call id to ElevenLabs and back (facts §1.4, correlation order)."""

_STATES = {
    "initiated": ConversationState.RUNNING,
    "in-progress": ConversationState.RUNNING,
    "processing": ConversationState.PROCESSING,
    "failed": ConversationState.FAILED,
    "done": ConversationState.DONE,
}
_SPEAKERS = {"agent": Speaker.AGENT, "user": Speaker.CALLER}
_LOG = logging.getLogger("titus.elevenlabs")


def state_of(status: str) -> ConversationState:
    """A word that we do not know yet is not the end: the conversation is looked at again."""
    return _STATES.get(status, ConversationState.RUNNING)


def conversation_of(detail: ConversationDetail) -> Conversation:
    """What was told of one conversation, by the API or by a webhook. Its telephone may be told as `phone_call`, as
    system variables, or (of calls that were registered, maybe) as both."""
    known, told = _variables(detail), detail.metadata or Metadata()
    phone, state = told.phone_call, state_of(detail.status)
    ours = known.get(OUR_CALL)
    theirs = (phone and phone.call_sid) or known.get("system__call_sid")
    return Conversation(
        id=ConversationId(detail.conversation_id),
        state=state,
        agent_id=detail.agent_id,
        call_id=CallId(ours) if ours else None,
        provider_call_id=CallId(theirs) if theirs else None,
        number=(phone and phone.external_number) or known.get("system__caller_id", ""),
        started_at=_moment(told.start_time_unix_secs),
        seconds=None if told.call_duration_secs is None else int(told.call_duration_secs),
        turns=tuple(_turns(detail)),
        summary=(detail.analysis and detail.analysis.transcript_summary) or None,
        has_audio=detail.has_audio or False,
        failure=_failure(told) if state is ConversationState.FAILED else None,
    )


def _variables(detail: ConversationDetail) -> dict[str, str]:
    """Those whose value is text; ids and numbers always are."""
    data = detail.conversation_initiation_client_data
    variables = data.dynamic_variables if data is not None else None
    return {name: value for name, value in (variables or {}).items() if isinstance(value, str)}


def _turns(detail: ConversationDetail) -> Iterator[Turn]:
    for said in detail.transcript or ():
        speaker, text = _SPEAKERS.get(said.role), (said.message or "").strip()
        if text and speaker is None:
            # To guess would put words into somebody's mouth.
            _LOG.warning("%s: a turn of role %.20r is left out", detail.conversation_id, said.role)
        elif text and speaker is not None:
            yield Turn(speaker, text, int(said.time_in_call_secs))


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _failure(told: Metadata) -> str:
    return (told.error and told.error.reason) or told.termination_reason or "unknown"
