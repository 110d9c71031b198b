"""What is incomplete is told of, the oldest first; what is merely on its way is not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.core.calls.builders import CALL, CALLER, LINE
from titus_adapters.memory.clock import NOON, ManualClock
from titus_adapters.memory.store import MemoryStore
from titus_core.callbacks.model import Callback
from titus_core.calls.conversations import Conversation, ConversationState
from titus_core.calls.find_lost_calls import WATERMARK
from titus_core.calls.ports import Delivery
from titus_core.calls.transcripts import Transcript
from titus_core.jobs.find_gaps import FindGaps
from titus_core.jobs.model import GivenUp, Job, Later, NewJob, Verdict
from titus_core.kernel.ids import ConversationId
from titus_core.kernel.watermarks import Watermark
from titus_core.messaging.model import Direction, Message, MessageId, MessageStatus
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

    def gaps(self, *, reads_lists: bool = True) -> list[tuple[str, str, str]]:
        reader, watched = self.store.reader, ("elevenlabs", "anthropic", "twilio")
        find = FindGaps(reader, self.store.jobs, self.clock, reads_lists=reads_lists, watched=watched)
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


def test_lists_that_are_not_read_are_told_of_where_there_are_any() -> None:
    desk = Desk()
    desk.does(lambda tx: tx.watermarks.move(WATERMARK, Watermark(NOON)))
    desk.clock.advance(15 * 60)
    assert desk.gaps() == []
    desk.clock.advance(1)
    assert desk.gaps() == [("unread_lists", "lost-calls", "not read since then")]
    assert desk.gaps(reads_lists=False) == []


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


def test_a_text_of_which_nobody_knows_is_told_of() -> None:
    desk = Desk()
    message = Message(
        id=MessageId("TX1"),
        direction=Direction.OUTBOUND,
        status=MessageStatus.UNKNOWN,
        from_number=LINE,
        to_number=CALLER,
        party=CALLER,
        body="Hello",
        created_at=NOON,
        updated_at=NOON,
    )
    desk.does(lambda tx: tx.messages.save(message))
    assert desk.gaps() == [("unknown_text", "TX1", "")]


def test_a_callback_that_is_due_for_more_than_a_day_is_told_of() -> None:
    desk = Desk()
    callback = Callback(
        call_id=CALL,
        caller=CALLER,
        from_number=CALLER,
        to_number=LINE,
        outcome="voicemail",
        called_at=NOON,
        owed_at=NOON,
    )
    desk.does(lambda tx: tx.callbacks.save(callback))
    desk.clock.advance(timedelta(hours=24).total_seconds())
    assert desk.gaps() == []
    desk.clock.advance(1)
    assert desk.gaps() == [("overdue_callback", CALL, "open")]
