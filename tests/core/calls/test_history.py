"""The state of a call is the fold of its events, and merging facts does not depend on their order."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.core.calls.builders import (
    ANA,
    BEN,
    CAI,
    CALL,
    arrived,
    caller,
    dial_ended,
    engaged,
    group,
    leg,
    message,
    pressed,
    recording,
    stranded,
    waits,
    world,
)
from tests.core.calls.story import Story
from titus_core.calls.events import AgentServed, WaveEnded
from titus_core.calls.facts import AgentUnavailable, Fact, SettleDue
from titus_core.calls.history import evolve, fold
from titus_core.calls.model import Call, CallStatus, RecordingState
from titus_core.hunt_groups.model import ToAgent
from titus_core.kernel.ids import LegId

S = CallStatus


def test_an_eventful_call_is_the_fold_of_its_events() -> None:
    serving = group(ANA, BEN, CAI, when_busy="wait", overflow=(ToAgent(),))
    story = Story(world(ANA, engaged(BEN), agent=True)).tell(arrived(serving)).after(3)
    story.tell(leg(S.RINGING), pressed(), dial_ended(1, S.FAILED)).after(5).tell(waits(1)).after(5)
    story.where(world(BEN)).tell(waits(2)).after(20).tell(dial_ended(2), stranded()).after(1)
    story.tell(AgentServed(call_id=CALL), AgentUnavailable(call_id=CALL, reason="down"), message(), caller())
    story.after(40).tell(SettleDue(call_id=CALL))
    assert fold(story.events) == story.call
    assert story.call.settled_at is not None


def test_no_events_make_no_call() -> None:
    assert fold([]) is None


def wave_end(*ends: WaveEnded) -> Call:
    story = Story(world(ANA)).tell(arrived(group(ANA)))
    call = story.call
    for end in ends:
        call = evolve(call, end, story.now)
    return call


ENDS = [
    WaveEnded(call_id=CALL, wave=1, status=S.NO_ANSWER),
    WaveEnded(call_id=CALL, wave=1, status=S.COMPLETED, bridged=True, leg_id=LegId("CAleg1"), duration=9),
    WaveEnded(call_id=CALL, wave=1, status=S.COMPLETED, bridged=False, duration=4),
    WaveEnded(call_id=CALL, wave=2, status=S.BUSY),
]


def test_ends_of_one_dial_merge_in_any_order() -> None:
    merged = {wave_end(*order).waves for order in permutations(ENDS)}
    assert len(merged) == 1
    end = wave_end(*ENDS).waves[0].end
    assert end is not None
    assert (end.status, end.bridged, end.leg_id, end.duration) == (S.COMPLETED, True, "CAleg1", 9)


def test_the_leg_that_was_bridged_names_the_dial_rather_than_one_that_was_not() -> None:
    other = WaveEnded(call_id=CALL, wave=1, status=S.NO_ANSWER, bridged=False, leg_id=LegId("CAother"))
    for order in ((other, ENDS[1]), (ENDS[1], other)):
        end = wave_end(*order).waves[0].end
        assert end is not None
        assert end.leg_id == "CAleg1"


@pytest.mark.parametrize(
    "reports",
    [
        [leg(S.INITIATED), leg(S.RINGING), leg(S.IN_PROGRESS), leg(S.COMPLETED, duration=8, sip_code=200)],
        [caller(S.RINGING), caller(S.IN_PROGRESS), caller(S.COMPLETED, duration=8), caller(S.COMPLETED, duration=7)],
        [
            recording(RecordingState.IN_PROGRESS),
            recording(RecordingState.COMPLETED, duration=8, channels=2),
            recording(RecordingState.ABSENT),
            recording(RecordingState.ANNOUNCED, voicemail=True),
        ],
    ],
    ids=["legs", "callers", "recordings"],
)
def test_reports_merge_in_any_order(reports: list[Fact]) -> None:
    calls = {Story().tell(*order).call for order in permutations(reports)}
    assert len({(call.legs, call.status, call.duration, call.recordings) for call in calls}) == 1
