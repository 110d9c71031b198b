"""What each event makes necessary."""

from __future__ import annotations

import pytest

from tests.core.calls.builders import CALL, NOON
from titus_core.callbacks.events import CallbackOwed
from titus_core.calls.conversation_events import ConversationTold
from titus_core.calls.conversations import ConversationState
from titus_core.calls.events import AgentServed, CallSettled, RecordingErased, RecordingKept, RecordingReported
from titus_core.calls.model import RecordingState
from titus_core.jobs.causes import AUDIO_AFTER, PULLS_AFTER, Kind, causes_of
from titus_core.jobs.model import NewJob, nothing
from titus_core.kernel.actor import TWILIO
from titus_core.kernel.events import Envelope, Event
from titus_core.kernel.files import StoredFile
from titus_core.kernel.ids import ConversationId, RecordingId
from titus_core.messaging.events import MessageQueued, MessageReceived
from titus_core.messaging.model import MessageId, Purpose

CONVERSATION = ConversationId("conv_1")


def told(state: ConversationState, turns: int = 2, *, has_audio: bool = False) -> ConversationTold:
    return ConversationTold(conversation_id=CONVERSATION, state=state, turns=turns, has_audio=has_audio)


def recorded(state: RecordingState) -> RecordingReported:
    return RecordingReported(call_id=CALL, recording_id=RecordingId("RE1"), state=state)


PULL = NewJob(kind=Kind.PULL_CONVERSATION, subject=CONVERSATION, wait_seconds=PULLS_AFTER)
TABLE: list[tuple[Event, NewJob | None]] = [
    (recorded(RecordingState.COMPLETED), NewJob(kind=Kind.KEEP_RECORDING, subject="RE1", call_id=CALL)),
    (recorded(RecordingState.ABSENT), None),
    (
        RecordingKept(call_id=CALL, recording_id=RecordingId("RE1"), file=StoredFile("RE1", 1, "00", "audio/mpeg")),
        NewJob(kind=Kind.ERASE_AT_PROVIDER, subject="RE1", call_id=CALL),
    ),
    (RecordingErased(call_id=CALL, recording_id=RecordingId("RE1")), None),
    (
        AgentServed(call_id=CALL, conversation_id=CONVERSATION),
        NewJob(kind=Kind.PULL_CONVERSATION, subject=CONVERSATION, call_id=CALL, wait_seconds=PULLS_AFTER),
    ),
    (AgentServed(call_id=CALL), None),
    (told(ConversationState.DONE), NewJob(kind=Kind.SUMMARISE_CALL, subject=CONVERSATION)),
    (told(ConversationState.DONE, turns=0), PULL),
    (told(ConversationState.PROCESSING), PULL),
    (told(ConversationState.RUNNING, turns=0), PULL),
    (told(ConversationState.PROCESSING, has_audio=True), PULL),
    (told(ConversationState.FAILED, turns=0), None),
    (told(ConversationState.FAILED, turns=0, has_audio=True), None),
    (CallSettled(call_id=CALL, outcome="answered"), None),
    (
        MessageQueued(message_id=MessageId("TX1"), purpose=Purpose.NOTICE, call_id=CALL),
        NewJob(kind=Kind.SEND_TEXT, subject="TX1", call_id=CALL),
    ),
    (MessageReceived(message_id=MessageId("SM1"), media=2), NewJob(kind=Kind.KEEP_MEDIA, subject="SM1")),
    (MessageReceived(message_id=MessageId("SM1")), None),
]


@pytest.mark.parametrize(("event", "job"), TABLE)
def test_the_table(event: Event, job: NewJob | None) -> None:
    envelope = Envelope(f"call:{CALL}", NOON, TWILIO, event)
    assert causes_of(tuple(Kind))(envelope) == ((job,) if job is not None else ())
    assert causes_of(())(envelope) == nothing(envelope) == ()


def test_whoever_was_not_served_is_texted_and_told_of() -> None:
    envelope = Envelope(f"callback:{CALL}", NOON, TWILIO, CallbackOwed(call_id=CALL, outcome="voicemail"))
    kinds = [(job.kind, job.subject, job.call_id) for job in causes_of(tuple(Kind))(envelope)]
    assert kinds == [(Kind.TEXT_MISSED_CALLER, CALL, CALL), (Kind.TELL_GROUP, CALL, CALL)]


@pytest.mark.parametrize(("turns", "first"), [(2, Kind.SUMMARISE_CALL), (0, Kind.PULL_CONVERSATION)])
def test_sound_is_fetched_once_all_is_told_and_time_was_left_to_send_it(turns: int, first: Kind) -> None:
    event = told(ConversationState.DONE, turns, has_audio=True)
    jobs = causes_of(tuple(Kind))(Envelope(f"conversation:{CONVERSATION}", NOON, TWILIO, event))
    sound = NewJob(kind=Kind.KEEP_CONVERSATION_AUDIO, subject=CONVERSATION, wait_seconds=AUDIO_AFTER)
    assert [job.kind for job in jobs] == [first, Kind.KEEP_CONVERSATION_AUDIO]
    assert jobs[1] == sound


def test_a_job_is_the_same_by_kind_and_subject() -> None:
    assert PULL.key == "pull_conversation:conv_1"
