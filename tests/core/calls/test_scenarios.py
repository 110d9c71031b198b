"""The arrival orders of `_scenarios.json` as facts of the core, under their names. Over HTTP they are played with the
recorded payloads in `tests/journeys`."""

from __future__ import annotations

from tests.core.calls.builders import (
    ANA,
    BEN,
    CAI,
    CALL,
    PHONES,
    arrived,
    at_browser,
    bridged,
    browser,
    caller,
    dial_ended,
    group,
    leg,
    not_bridged,
    picked_up,
    pressed,
    recording,
    world,
)
from tests.core.calls.story import Story
from titus_core.calls.facts import Fact
from titus_core.calls.history import fold
from titus_core.calls.instructions import ConnectAgent, Dial, Hangup, TakeVoicemail
from titus_core.calls.model import CallStatus, Outcome, RecordingState, Result, Screening
from titus_core.hunt_groups.model import Strategy, ToAgent

S, R = CallStatus, Result
SERVING = group(ANA, BEN, CAI, overflow=(ToAgent(),))
DUAL = recording(RecordingState.COMPLETED, duration=30, channels=2)
FIRST_ANSWERS: tuple[Fact, ...] = (
    leg(S.INITIATED, wave=1),
    leg(S.RINGING, wave=1),
    leg(S.IN_PROGRESS, wave=1),
    bridged(1),
    leg(S.COMPLETED, wave=1, duration=30),
    caller(duration=40),
    DUAL,
)


def told(*facts: Fact) -> Story:
    return Story(world(ANA, BEN, CAI, agent=True)).tell(arrived(SERVING), *facts)


def test_first_member_answers() -> None:
    story = told(*FIRST_ANSWERS)
    assert (story.outcome, story.results, story.call.status) == (Outcome.ANSWERED, [R.ANSWERED], S.COMPLETED)
    assert len(story.call.recordings) == 1


def test_second_member_answers() -> None:
    story = told(leg(S.RINGING), dial_ended(1), leg(S.NO_ANSWER), bridged(2, "CAleg2"), caller())
    assert (story.outcome, story.results) == (Outcome.ANSWERED, [R.NO_ANSWER, R.ANSWERED])


def test_all_exhausted_ai_fallback() -> None:
    story = told(dial_ended(1), dial_ended(2, S.BUSY), dial_ended(3, S.FAILED))
    assert story.reply == (ConnectAgent(1),)
    assert story.results == [R.NO_ANSWER, R.BUSY, R.FAILED]


def test_caller_abandons_at_step_2() -> None:
    story = told(dial_ended(1), caller()).tell(dial_ended(2, S.CANCELED, caller_status=S.COMPLETED))
    assert story.reply == ()
    assert (story.outcome, story.results) == (Outcome.CALLER_HUNG_UP, [R.NO_ANSWER, R.CALLER_GONE])


def test_status_before_action() -> None:
    backwards = told(
        leg(S.COMPLETED, wave=1, duration=30),
        caller(duration=40),
        DUAL,
        bridged(1),
        leg(S.IN_PROGRESS, wave=1),
        leg(S.RINGING, wave=1),
        leg(S.INITIATED, wave=1),
    )
    assert backwards.call == told(*FIRST_ANSWERS).call


def test_duplicate_action_and_retry_same_token() -> None:
    """Repetitions are answered from the store (`test_serving_callers`); even without it nobody is rung for them."""
    assert told(dial_ended(1)).tell(dial_ended(1)).rung == []


def test_stale_action_after_advance() -> None:
    story = told(dial_ended(1), bridged(2, "CAleg2")).tell(dial_ended(1))
    assert story.reply == (Hangup(),)


def test_voicemail_answers_screening_on() -> None:
    story = told(picked_up(), not_bridged(1))
    assert (story.results, story.rung) == ([R.SCREENED_OUT, None], [BEN])


def test_decline_screen() -> None:
    assert told(picked_up(), pressed(Screening.DECLINED), not_bridged(1)).results == [R.DECLINED, None]


def test_ring_all_two_pick_up() -> None:
    people = world(at_browser(ANA), at_browser(BEN))
    story = Story(people).tell(arrived(group(browser(ANA), browser(BEN), strategy=Strategy.RING_ALL)))
    story.tell(leg(S.IN_PROGRESS, "client:user_1", "CAleg1"), leg(S.CANCELED, "client:user_2", "CAleg2"), bridged(1))
    assert story.results == [R.ANSWERED, R.LOST_RACE]


def test_restart_between_steps() -> None:
    story = told()
    story.known = fold(story.events)
    assert story.tell(dial_ended(1)).rung == [BEN]


def test_recording_before_everything() -> None:
    story = Story(world(ANA)).tell(DUAL, arrived(SERVING))
    assert story.rung == [ANA]
    assert story.call.recordings[0].channels == 2


def test_recording_absent_closes() -> None:
    story = told(bridged(1), recording(RecordingState.ABSENT))
    assert story.call.recordings[0].state is RecordingState.ABSENT


def test_withheld_number() -> None:
    story = Story(world(ANA)).tell(arrived(SERVING, from_number="+266696687", caller=None), dial_ended(1), caller())
    assert (story.call.caller, story.call.participant) == (None, None)


def test_browser_member_offline() -> None:
    people = world(at_browser(ANA), BEN)
    story = Story(people).tell(arrived(group(browser(ANA), BEN)), dial_ended(1))
    assert story.rung == [BEN]
    assert story.dial.targets[0].address == PHONES[BEN]


def test_no_members_available() -> None:
    story = Story(world()).tell(arrived(group(ANA)))
    assert not any(isinstance(step, Dial) for step in story.reply)
    assert isinstance(story.reply[-1], TakeVoicemail)
    assert story.call.id == CALL
