"""What people who watch are told of a call, and that they are told it once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.calls.builders import (
    ANA,
    BEN,
    CALL,
    NOON,
    PHONES,
    arrived,
    at_browser,
    bridged,
    browser,
    caller,
    dial_ended,
    group,
    leg,
    phone,
    picked_up,
    pressed,
    world,
)
from tests.core.calls.story import Story
from titus_core.calls.events import CallArrived, CallReported, LegReported, WaveEnded, WaveOffered
from titus_core.calls.evidence import answered_by, is_answered, outcome
from titus_core.calls.facts import SettleDue
from titus_core.calls.history import AnyCallEvent
from titus_core.calls.model import Attempt, CallStatus, Direction, Plan, Screening, VoicemailStage
from titus_core.calls.news import Followed, News, NewsKind, follow
from titus_core.hunt_groups.model import Endpoint, Strategy
from titus_core.kernel.ids import LegId

ARRIVED, OFFERED, ANSWERED, ENDED, CALLBACK = NewsKind


def told(*events: AnyCallEvent) -> list[News]:
    """The news of these events, a second apart."""
    known: Followed | None = None
    heard: list[News] = []
    for second, event in enumerate(events):
        known, news = follow(known, event, NOON + timedelta(seconds=second))
        heard += news
    return heard


def kinds(story: Story) -> list[NewsKind]:
    return [news.kind for news in told(*(event for event, _ in story.events))]


def test_a_hunt_is_told_step_by_step() -> None:
    story = Story(world(ANA, BEN)).tell(arrived(group(phone(ANA), phone(BEN))))
    story.tell(
        dial_ended(1), picked_up(PHONES[BEN], "CAleg2", 2), pressed(address=PHONES[BEN], leg_id="CAleg2", wave=2)
    )
    story.tell(bridged(2, "CAleg2"), caller(), SettleDue(call_id=CALL))
    assert kinds(story) == [ARRIVED, OFFERED, OFFERED, ANSWERED, ENDED]


def test_each_offer_tells_whom_and_the_answer_who() -> None:
    story = Story(world(ANA, BEN)).tell(arrived(group(phone(ANA), phone(BEN))), dial_ended(1))
    story.tell(pressed(address=PHONES[BEN], leg_id="CAleg2", wave=2))
    offers = [news.call.wave for news in told(*(event for event, _ in story.events)) if news.kind is OFFERED]
    assert [[attempt.user_id for attempt in wave.attempts] for wave in offers if wave is not None] == [[ANA], [BEN]]
    taken = answered_by(told(*(event for event, _ in story.events))[-1].call)
    assert taken is not None
    assert taken.user_id == BEN


def test_news_have_the_time_and_the_state_of_their_event() -> None:
    first, last = told(_arrival(), CallReported(call_id=CALL, status=CallStatus.COMPLETED, duration=3))
    assert (first.at, first.call.status, outcome(first.call)) == (NOON, CallStatus.QUEUED, None)
    assert (last.at, last.call.duration) == (NOON + timedelta(seconds=1), 3)
    assert outcome(last.call) is not None


def test_a_caller_whom_nobody_served_is_told_of_when_the_call_settles() -> None:
    story = Story(world(ANA)).tell(arrived(group(ANA)), caller()).after(30).tell(SettleDue(call_id=CALL))
    assert kinds(story) == [ARRIVED, OFFERED, ENDED, CALLBACK]


def test_a_screened_phone_that_is_picked_up_is_no_answer() -> None:
    story = Story(world(ANA)).tell(arrived(group(phone(ANA))), picked_up(), pressed(Screening.DECLINED))
    assert ANSWERED not in kinds(story)


def test_a_browser_that_is_picked_up_is_one() -> None:
    wave = _offer(_attempt(screened=False))
    up = LegReported(call_id=CALL, leg_id=LegId("CAleg1"), status=CallStatus.IN_PROGRESS, address=PHONES[ANA], wave=1)
    assert [news.kind for news in told(_arrival(), wave, up, up)] == [ARRIVED, OFFERED, ANSWERED]


def test_an_end_before_the_arrival_is_told_as_it_became_known() -> None:
    end = CallReported(call_id=CALL, status=CallStatus.COMPLETED)
    assert [news.kind for news in told(end, _arrival(), end)] == [ENDED, ARRIVED]


def test_a_call_that_we_place_does_not_arrive_and_may_be_answered_and_end_at_once() -> None:
    end = CallReported(call_id=CALL, status=CallStatus.COMPLETED, direction=Direction.OUTBOUND)
    heard = told(end, end)
    assert [news.kind for news in heard] == [ANSWERED, ENDED]
    assert answered_by(heard[0].call) is None


def test_an_answer_that_is_taken_back_and_proved_again_is_told_once() -> None:
    unsaid, denied, proved = (
        WaveEnded(call_id=CALL, wave=1, status=CallStatus.COMPLETED, bridged=said) for said in (None, False, True)
    )
    heard = told(_arrival(), _offer(_attempt(screened=False)), unsaid, denied, proved)
    assert [news.kind for news in heard] == [ARRIVED, OFFERED, ANSWERED]
    assert not is_answered(told(_arrival(), _offer(_attempt(screened=False)), denied)[-1].call)


def test_a_call_that_rings_two_browsers_is_offered_once_to_both() -> None:
    story = Story(world(at_browser(ANA), at_browser(BEN)))
    story.tell(arrived(group(browser(ANA), browser(BEN), strategy=Strategy.RING_ALL)))
    assert kinds(story) == [ARRIVED, OFFERED]


_EVENTS: list[AnyCallEvent] = [
    CallArrived(call_id=CALL, from_number="+61491570156", to_number="", plan=Plan((VoicemailStage(),), 180)),
    *(
        WaveEnded(call_id=CALL, wave=1, status=status, bridged=said)
        for status in (CallStatus.COMPLETED, CallStatus.NO_ANSWER)
        for said in (None, False, True)
    ),
    *(
        LegReported(call_id=CALL, leg_id=LegId("CAleg1"), status=status, address=PHONES[ANA], wave=1)
        for status in (CallStatus.RINGING, CallStatus.IN_PROGRESS, CallStatus.COMPLETED)
    ),
    *(CallReported(call_id=CALL, status=status) for status in CallStatus),
]


@given(st.lists(st.sampled_from(_EVENTS), max_size=12), st.booleans())
def test_in_every_order_each_is_told_at_most_once_and_what_is_so_at_the_end_was_told(
    events: list[AnyCallEvent], screened: bool
) -> None:
    heard = told(_offer(_attempt(screened=screened)), *events)
    count = [news.kind for news in heard]
    assert all(count.count(kind) <= 1 for kind in (ARRIVED, ANSWERED, ENDED))
    for news in heard:
        assert news.kind is not ANSWERED or is_answered(news.call)
        assert news.kind is not ENDED or not news.call.live
    known: Followed | None = None
    for event in (_offer(_attempt(screened=screened)), *events):
        known, _ = follow(known, event, NOON)
    assert known is not None
    assert (ARRIVED in count) is (known.call.arrived_at is not None)
    assert (ENDED in count) is (not known.call.live)
    assert ANSWERED in count or not is_answered(known.call)


@pytest.mark.parametrize("status", [CallStatus.BUSY, CallStatus.NO_ANSWER, CallStatus.FAILED])
def test_a_leg_that_was_not_picked_up_tells_nothing(status: CallStatus) -> None:
    story = Story(world(ANA)).tell(arrived(group(phone(ANA))), leg(status))
    assert kinds(story) == [ARRIVED, OFFERED]


def _arrival() -> CallArrived:
    return arrived(Plan((VoicemailStage(),), 180))


def _attempt(*, screened: bool) -> Attempt:
    return Attempt("Ana Ferris", Endpoint.BROWSER, PHONES[ANA], screened, ANA)


def _offer(*attempts: Attempt) -> WaveOffered:
    return WaveOffered(call_id=CALL, wave=1, stage=0, ring_seconds=20, attempts=attempts)
