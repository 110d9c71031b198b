"""What is incomplete is told of, the oldest first; what is merely on its way is not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.core.calls.builders import CALL, CALLER, LINE
from titus_adapters.memory.clock import NOON, ManualClock
from titus_adapters.memory.store import MemoryStore
from titus_core.callbacks.model import Callback, Closing, Person, Resolution
from titus_core.calls.conversations import Conversation, ConversationState
from titus_core.calls.dialling import DialId, DialRequest, DialState
from titus_core.calls.model import Call, Recording, RecordingState
from titus_core.calls.note_alert import ProviderAlerted
from titus_core.calls.ports import Delivery
from titus_core.calls.transcripts import Transcript
from titus_core.jobs.find_gaps import MOST, FindGaps
from titus_core.jobs.model import GivenUp, Job, Later, NewJob, Verdict
from titus_core.kernel.actor import TWILIO
from titus_core.kernel.events import Envelope
from titus_core.kernel.files import StoredFile
from titus_core.kernel.ids import CallId, ConversationId, RecordingId, UserId
from titus_core.kernel.watermarks import Watermark
from titus_core.messaging.model import Direction, Message, MessageId, MessageStatus, Purpose, outgoing_id
from titus_core.providers.model import Level, Standing


class Desk:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.store = MemoryStore(clock=self.clock)

    def does(self, write: Callable[[Any], object]) -> None:
        async def work(tx: Any, _: None) -> None:
            write(tx)

        asyncio.run(self.store.transact(work, None))

    def tries(self, verdict: Verdict) -> None:
        async def attempt(job: Job) -> Verdict:
            return verdict

        self.does(lambda tx: tx.enqueue(NewJob(kind="keep_recording", subject="RE1", call_id=CALL), self.clock.now()))
        asyncio.run(self.store.jobs.run_due(("keep_recording",), attempt))

    def waits(self, *subjects: str) -> None:
        for subject in subjects:
            self.does(lambda tx, one=subject: tx.enqueue(NewJob(kind="keep_recording", subject=one), self.clock.now()))  # type: ignore[misc]

    def texts(self, *messages: Message) -> None:
        self.does(lambda tx: [tx.messages.save(message) for message in messages])

    def owes(self, **changes: Any) -> None:
        callback = Callback(
            call_id=CALL,
            caller=CALLER,
            from_number=CALLER,
            to_number=LINE,
            outcome="voicemail",
            called_at=NOON,
            owed_at=NOON,
        )
        self.does(lambda tx: tx.callbacks.save(replace(callback, **changes)))

    def gaps(self, *lists: str) -> list[tuple[str, str, str]]:
        watched = ("elevenlabs", "anthropic", "twilio")
        find = FindGaps(self.store.reader, self.store.jobs, self.clock, lists=lists, watched=watched)
        return [(gap.kind.value, gap.subject, gap.detail) for gap in asyncio.run(find())]


def test_nothing_is_incomplete_at_first() -> None:
    assert Desk().gaps() == []


def test_a_stuck_job_is_told_of_at_once() -> None:
    desk = Desk()
    desk.tries(GivenUp("Twilio has no such recording"))
    assert desk.gaps() == [("stuck_job", "keep_recording RE1", "Twilio has no such recording")]


def test_a_provider_that_is_down_is_told_of_the_one_that_is_down_longest_first() -> None:
    desk = Desk()
    for name, level, minutes in (
        ("anthropic", Level.DOWN, 0),
        ("elevenlabs", Level.DOWN, -9),
        ("twilio", Level.WARNING, -60),
        ("one that is configured no more", Level.DOWN, -90),
    ):
        since = NOON + timedelta(minutes=minutes)
        standing = Standing(name=name, level=level, detail=f"{name} says no", since=since, checked_at=NOON)
        desk.does(lambda tx, standing=standing: tx.standings.save(standing))  # type: ignore[misc]
    assert desk.gaps() == [
        ("provider_down", "elevenlabs", "elevenlabs says no"),
        ("provider_down", "anthropic", "anthropic says no"),
    ]


def test_a_job_that_is_tried_for_long_is_told_of() -> None:
    desk = Desk()
    desk.tries(Later(5.0, "Twilio cannot be reached"))
    desk.clock.advance(3600)
    assert desk.gaps() == []
    desk.clock.advance(1)
    assert desk.gaps() == [("late_job", "keep_recording RE1", "Twilio cannot be reached")]


def test_late_and_stuck_jobs_are_told_of_whatever_came_after_them() -> None:
    desk = Desk()
    desk.tries(GivenUp("the oldest"))
    desk.tries(Later(7200.0, "Twilio cannot be reached"))
    desk.clock.advance(3601)
    newer = [f"REnew{number}" for number in range(MOST)]
    desk.waits(*newer)

    async def give_up(job: Job) -> Verdict:
        return GivenUp("newer")

    asyncio.run(desk.store.jobs.run_due(("keep_recording",), give_up))
    desk.waits(*newer)
    gaps = desk.gaps()
    assert gaps[0] == ("stuck_job", "keep_recording RE1", "the oldest")
    assert len(gaps) == MOST + 1
    assert gaps[-1] == ("late_job", "keep_recording RE1", "Twilio cannot be reached")


@pytest.mark.parametrize("name", ["lost-calls", "lost-texts", "lost-conversations"])
def test_each_list_that_is_not_read_is_told_of_where_it_is_to_be_read(name: str) -> None:
    desk = Desk()
    desk.does(lambda tx: tx.watermarks.move(name, Watermark(NOON)))
    desk.clock.advance(15 * 60)
    assert desk.gaps(name) == []
    desk.clock.advance(1)
    assert desk.gaps(name, "another") == [("unread_lists", name, "not read since then")]
    assert desk.gaps() == []


def test_a_webhook_that_could_not_be_understood_is_told_of() -> None:
    desk = Desk()
    delivery = Delivery(route="status", key="CA1", token=None, query="", body="", received_at=NOON)
    desk.does(lambda tx: tx.inbox.keep(delivery, None, "", reduced=False))
    assert desk.gaps() == [("unread_webhook", "status CA1", "tried 0 times")]


def test_a_conversation_of_no_call_is_told_of() -> None:
    desk = Desk()
    for name in ("conv_1", "conv_2"):
        conversation = Conversation(id=ConversationId(name), state=ConversationState.DONE)
        transcript = Transcript(conversation=conversation, heard_at=desk.clock.now())
        desk.does(lambda tx, one=transcript: tx.transcripts.save(one))  # type: ignore[misc]
        desk.clock.advance(1)
    assert [subject for _, subject, _ in desk.gaps()] == ["conv_1", "conv_2"]


def test_of_more_conversations_than_are_told_of_the_oldest_are() -> None:
    desk = Desk()
    for number in range(MOST + 1):
        conversation = Conversation(id=ConversationId(f"conv_{number:03}"), state=ConversationState.DONE)
        transcript = Transcript(conversation=conversation, heard_at=NOON)
        desk.does(lambda tx, one=transcript: tx.transcripts.save(one))  # type: ignore[misc]
    assert [subject for _, subject, _ in desk.gaps()] == [f"conv_{number:03}" for number in range(MOST)]


def a_text(name: str = "TX1", **changes: Any) -> Message:
    message = Message(
        id=MessageId(name),
        direction=Direction.OUTBOUND,
        status=MessageStatus.UNKNOWN,
        from_number=LINE,
        to_number=CALLER,
        party=CALLER,
        body="Hello",
        created_at=NOON,
        updated_at=NOON,
    )
    return replace(message, **changes)


def failed(name: str, status: MessageStatus = MessageStatus.FAILED, **changes: Any) -> Message:
    return a_text(name, **{"status": status, "purpose": Purpose.NOTICE, "call_id": CALL, **changes})


def test_a_text_of_which_nobody_knows_is_told_of() -> None:
    desk = Desk()
    desk.texts(a_text())
    assert desk.gaps() == [("unknown_text", "TX1", "")]


def test_texts_of_our_own_that_did_not_arrive_are_told_of_for_a_week() -> None:
    desk = Desk()
    desk.texts(
        failed("TX1", MessageStatus.UNDELIVERED, error_code=30003),
        failed("TX2", purpose=Purpose.MISSED_CALL),
        failed("TX3", purpose=Purpose.STAFF),
        failed("TX4", MessageStatus.DELIVERED),
    )
    assert desk.gaps() == [
        ("undelivered_text", "TX1", "undelivered (error 30003)"),
        ("undelivered_text", "TX2", "failed"),
    ]
    desk.clock.advance(timedelta(days=7).total_seconds())
    assert desk.gaps() == []


def test_what_a_person_has_dealt_with_is_told_of_no_more() -> None:
    desk = Desk()
    desk.texts(failed("TX1"), a_text("TX2"), failed("TX3"), a_text("TX4", call_id=CALL))
    desk.owes()
    desk.texts(*(a_text(outgoing_id(f"resend:{name}"), status=MessageStatus.DELIVERED) for name in ("TX1", "TX2")))
    assert [subject for _, subject, _ in desk.gaps()] == ["TX4", "TX3"]
    closing = Closing(Person(UserId(1), "Ana"), NOON, Resolution.REACHED)
    desk.owes(closing=closing, version=1)
    assert desk.gaps() == []


def test_of_more_texts_than_are_told_of_the_oldest_are() -> None:
    desk = Desk()
    desk.texts(*(a_text(f"TX{number:03}") for number in range(MOST + 1)))
    assert [subject for _, subject, _ in desk.gaps()] == [f"TX{number:03}" for number in range(MOST)]


def test_a_call_of_which_nobody_knows_whether_it_was_dialled_is_told_of_for_a_week() -> None:
    desk = Desk()
    request = DialRequest(
        id=DialId("d1"), placed_by=UserId(1), from_number=LINE, callback=LINE, to=CALLER, requested_at=NOON
    )
    unknown = [
        replace(request, id=DialId(f"d{place:03}"), state=DialState.UNKNOWN, reason="no answer in time")
        for place in range(MOST + 1)
    ]
    desk.does(lambda tx: [tx.dial_requests.save(one) for one in (request, *unknown)])
    gaps = desk.gaps()
    assert gaps[0] == ("unknown_call", "d000", "no answer in time")
    assert len(gaps) == MOST
    desk.clock.advance(timedelta(days=7).total_seconds())
    assert desk.gaps() == []


def test_what_the_providers_debugger_said_is_told_of_for_a_day() -> None:
    desk = Desk()
    said = ProviderAlerted(level="error", code="11200", call_id=CALL)
    desk.does(lambda tx: tx.record(Envelope("alert:NO1", NOON, TWILIO, said)))
    assert desk.gaps() == [("provider_alert", "NO1", "error 11200")]
    desk.clock.advance(24 * 3600 + 1)
    assert desk.gaps() == []


def test_a_recording_that_nothing_fetches_any_more_is_told_of_for_a_week() -> None:
    desk = Desk()
    complete = Recording(id=RecordingId("RE000"), state=RecordingState.COMPLETED)
    file = StoredFile(key="k", size=1, content_type="audio/mpeg", sha256="0" * 64)
    kept = (
        replace(complete, file=file),
        replace(complete, erased=True),
        replace(complete, state=RecordingState.ABSENT),
    )
    for place in range(101):
        gone = replace(complete, id=RecordingId(f"RE{place:03}"))
        call = Call(id=CallId(f"CA{place}"), seen_at=NOON, news_at=NOON, settled_at=NOON, recordings=(*kept, gone))
        desk.does(lambda tx, one=call: tx.calls.save(one))  # type: ignore[misc]
    desk.clock.advance(1)
    assert desk.gaps()[0] == ("missing_recording", "RE000", "")
    assert len(desk.gaps()) == MOST
    desk.waits("RE000", *(f"REother{place}" for place in range(MOST)))
    assert desk.gaps()[0] == ("missing_recording", "RE001", "")
    desk.clock.advance(timedelta(days=7).total_seconds())
    assert desk.gaps() == []


def test_a_callback_that_is_due_for_more_than_a_day_is_told_of() -> None:
    desk = Desk()
    desk.owes()
    desk.clock.advance(timedelta(hours=24).total_seconds())
    assert desk.gaps() == []
    desk.clock.advance(1)
    assert desk.gaps() == [("overdue_callback", CALL, "open")]
