"""When a call is looked at without anybody calling us, and when it is settled."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.core.calls.builders import ANA, CALL, NOON, arrived, caller, group, leg, recording, waits, world
from tests.core.calls.story import Story
from titus_core.calls.facts import SettleDue
from titus_core.calls.model import CallStatus, RecordingState
from titus_core.calls.timers import INQUIRES_AFTER, SETTLES_AFTER, due_at

SETTLE = SettleDue(call_id=CALL)


def ended() -> Story:
    return Story(world(ANA)).tell(arrived(group(ANA)), caller())


def test_a_live_call_is_looked_up_after_45_seconds_without_news() -> None:
    story = Story(world(ANA)).tell(arrived(group(ANA))).after(20).tell(leg(CallStatus.RINGING))
    assert due_at(story.call) == NOON + timedelta(seconds=20) + INQUIRES_AFTER


def test_a_call_that_ended_settles_30_seconds_after_the_last_news() -> None:
    story = ended().after(10).tell(recording(RecordingState.COMPLETED))
    assert due_at(story.call) == story.now + SETTLES_AFTER
    assert story.after(29).tell(SETTLE).news == []
    assert story.after(1).tell(SETTLE).news == ["CallSettled"]
    assert story.call.settled_at == story.now


def test_a_settled_call_is_never_due_again_and_settles_once() -> None:
    story = ended().after(30).tell(SETTLE)
    assert due_at(story.call) is None
    assert story.after(60).tell(SETTLE).news == []


def test_a_live_call_does_not_settle_however_long_nothing_is_heard() -> None:
    story = Story(world(ANA)).tell(arrived(group(ANA))).after(3600).tell(SETTLE)
    assert story.news == []


def test_a_clock_that_is_set_back_does_not_make_news_older() -> None:
    story = ended().after(-600).tell(recording(RecordingState.COMPLETED))
    assert story.call.news_at == NOON


def test_questions_about_a_call_that_nobody_knows_are_refused() -> None:
    with pytest.raises(AssertionError, match="makes it arrive"):
        Story().tell(SETTLE)


def test_a_call_that_did_not_arrive_is_not_hunted_for() -> None:
    with pytest.raises(AssertionError, match="arrived"):
        Story().tell(caller(CallStatus.IN_PROGRESS), waits())
