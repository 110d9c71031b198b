"""What each event makes necessary: the one table from facts to jobs."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from titus_core.callbacks.events import CallbackOwed
from titus_core.calls.conversation_events import ConversationTold
from titus_core.calls.conversations import ConversationState
from titus_core.calls.dialling import DialRequested
from titus_core.calls.events import AgentServed, RecordingKept, RecordingReported
from titus_core.calls.model import RecordingState
from titus_core.jobs.model import Causes, NewJob
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import CallId
from titus_core.messaging.events import MessageQueued, MessageReceived


class Kind(StrEnum):
    """What a worker can do. A kind is a word in stored jobs: it never changes its meaning."""

    KEEP_RECORDING = "keep_recording"
    ERASE_AT_PROVIDER = "erase_at_provider"
    ERASE_OLD_RECORDINGS = "erase_old_recordings"
    PULL_CONVERSATION = "pull_conversation"
    FIND_CONVERSATION = "find_conversation"
    KEEP_CONVERSATION_AUDIO = "keep_conversation_audio"
    SUMMARISE_CALL = "summarise_call"
    LOOK_FOR_CALL = "look_for_call"
    SEND_TEXT = "send_text"
    KEEP_MEDIA = "keep_media"
    TEXT_MISSED_CALLER = "text_missed_caller"
    TELL_GROUP = "tell_group"
    FIND_LOST_CALLS = "find_lost_calls"
    FIND_LOST_TEXTS = "find_lost_texts"
    FOLLOW_TEXTS = "follow_texts"
    FIND_LOST_CONVERSATIONS = "find_lost_conversations"
    LOOK_AT_PROVIDERS = "look_at_providers"
    SETTLE_WRITES = "settle_writes"
    NOTE_RECORD_CHANGES = "note_record_changes"
    REFRESH_CALLERS = "refresh_callers"


PULLS_AFTER = 60
"""Seconds: the provider tells most conversations by itself within that time."""

AUDIO_AFTER = 300
"""Seconds: the provider sends most sound by itself within that time, once, and it may be large."""

LOOKS_AFTER = 60
"""Seconds: longer than asking the provider for a call can take, so whatever is not known by then needs a look."""


def causes_of(kinds: Collection[Kind]) -> Causes:
    """The table, without the kinds that this deployment has not configured: nobody would do them."""
    wanted = frozenset(kinds)

    def causes(envelope: Envelope) -> tuple[NewJob, ...]:
        return tuple(job for job in _caused(envelope) if job.kind in wanted)

    return causes


def _caused(envelope: Envelope) -> tuple[NewJob, ...]:
    match envelope.event:
        case RecordingReported(state=RecordingState.COMPLETED, call_id=call_id, recording_id=recording_id):
            return (_about(Kind.KEEP_RECORDING, recording_id, call_id),)
        case RecordingKept(call_id=call_id, recording_id=recording_id):
            return (_about(Kind.ERASE_AT_PROVIDER, recording_id, call_id),)
        case AgentServed(call_id=call_id, conversation_id=str(conversation_id)):
            return (_about(Kind.PULL_CONVERSATION, conversation_id, call_id, PULLS_AFTER),)
        case ConversationTold() as told:
            return (*_words_of(told), *_sound_of(told))
        case DialRequested(dial_id=dial_id):
            return (_about(Kind.LOOK_FOR_CALL, dial_id, wait=LOOKS_AFTER),)
        case MessageQueued(message_id=message_id, call_id=call_id):
            return (_about(Kind.SEND_TEXT, message_id, call_id),)
        case MessageReceived(message_id=message_id, media=media) if media:
            return (_about(Kind.KEEP_MEDIA, message_id),)
        case CallbackOwed(call_id=call_id):
            return (_about(Kind.TEXT_MISSED_CALLER, call_id, call_id), _about(Kind.TELL_GROUP, call_id, call_id))
        case _:
            return ()


def _words_of(told: ConversationTold) -> tuple[NewJob, ...]:
    if told.state is ConversationState.FAILED:
        return ()
    if told.state is ConversationState.DONE and told.turns:
        return (_about(Kind.SUMMARISE_CALL, told.conversation_id),)
    return (_about(Kind.PULL_CONVERSATION, told.conversation_id, wait=PULLS_AFTER),)


def _sound_of(told: ConversationTold) -> tuple[NewJob, ...]:
    if not told.has_audio or told.state is not ConversationState.DONE:
        return ()
    return (_about(Kind.KEEP_CONVERSATION_AUDIO, told.conversation_id, wait=AUDIO_AFTER),)


def _about(kind: Kind, subject: str, call_id: CallId | None = None, wait: int = 0) -> NewJob:
    return NewJob(kind=kind, subject=subject, call_id=call_id, wait_seconds=wait)
