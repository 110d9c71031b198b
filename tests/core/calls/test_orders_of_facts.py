"""R9: every order of the same facts ends alike, in all but times and offers that no fact is about.

Orders that cannot be are left out: nobody can tell of a dial before it was offered. Where the caller's end is told
early, later offers are not made; facts about them cannot be either.
"""

from __future__ import annotations

from itertools import permutations

import pytest
from msgspec.structs import replace

from tests.core.calls.builders import (
    ANA,
    BEN,
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
    message,
    not_bridged,
    picked_up,
    pressed,
    recording,
    world,
)
from tests.core.calls.story import Story
from tests.simulation.timeless import timeless
from titus_core.calls.events import AgentServed
from titus_core.calls.evidence import outcome, result
from titus_core.calls.facts import DialEnded, Fact, KeyPressed, LegPickedUp, MessageTaken
from titus_core.calls.hunting import Directory
from titus_core.calls.model import Call, CallStatus, RecordingState, Screening
from titus_core.hunt_groups.model import HuntGroup, Strategy, ToAgent

S = CallStatus
PHONE = group(ANA, BEN, overflow=(ToAgent(),))
BROWSERS = group(browser(ANA), browser(BEN), strategy=Strategy.RING_ALL)
PEOPLE = world(ANA, BEN, agent=True)
AT_BROWSERS = world(at_browser(ANA), at_browser(BEN))
SECOND = PHONES[BEN]
ONE, TWO = "client:user_1", "client:user_2"

SETS: list[tuple[str, HuntGroup, tuple[Fact, ...]]] = [
    (
        "the first member answers",
        PHONE,
        (
            leg(S.INITIATED, wave=1),
            leg(S.RINGING, wave=1),
            leg(S.IN_PROGRESS, wave=1),
            leg(S.COMPLETED, wave=1, duration=30),
            bridged(1, duration=30),
            caller(duration=40),
            recording(RecordingState.COMPLETED, duration=30, channels=2),
        ),
    ),
    (
        "the second member answers",
        PHONE,
        (
            leg(S.NO_ANSWER, wave=1),
            dial_ended(1),
            leg(S.RINGING, SECOND, "CAleg2", wave=2),
            leg(S.COMPLETED, SECOND, "CAleg2", wave=2, duration=9),
            bridged(2, "CAleg2"),
            caller(),
        ),
    ),
    ("nobody answers", PHONE, (leg(S.BUSY, wave=1), dial_ended(1, S.BUSY), dial_ended(2), caller(S.COMPLETED))),
    ("the caller hangs up in the ringing", PHONE, (leg(S.CANCELED, wave=1), dial_ended(1, S.CANCELED), caller())),
    (
        "the caller hangs up, and the dial says so",
        PHONE,
        (dial_ended(1, caller_status=S.COMPLETED), leg(S.CANCELED, wave=1), caller(duration=4), caller(S.RINGING)),
    ),
    (
        "a voicemail picks up",
        PHONE,
        (leg(S.IN_PROGRESS, wave=1), leg(S.COMPLETED, wave=1, duration=8), not_bridged(1), caller()),
    ),
    (
        "the leg declines",
        PHONE,
        (leg(S.BUSY, wave=1, sip_code=603), dial_ended(1, S.BUSY), leg(S.RINGING, wave=1), caller(S.COMPLETED)),
    ),
    (
        "one of two browsers",
        BROWSERS,
        (
            leg(S.IN_PROGRESS, TWO, "CAleg2", wave=1),
            leg(S.RINGING, ONE, "CAleg1", wave=1),
            leg(S.CANCELED, ONE, "CAleg1", wave=1),
            leg(S.COMPLETED, TWO, "CAleg2", wave=1, duration=12),
            bridged(1, "CAleg2"),
            caller(),
        ),
    ),
    (
        "two browsers pick up at once",
        BROWSERS,
        (
            leg(S.IN_PROGRESS, ONE, "CAleg1", wave=1),
            leg(S.IN_PROGRESS, TWO, "CAleg2", wave=1),
            leg(S.COMPLETED, ONE, "CAleg1", wave=1, duration=0),
            bridged(1, "CAleg2"),
            caller(),
        ),
    ),
    (
        "a message is left",
        PHONE,
        (
            message(duration=9),
            recording(RecordingState.IN_PROGRESS, voicemail=True),
            recording(RecordingState.COMPLETED, voicemail=True, duration=9),
            caller(duration=60),
            caller(S.IN_PROGRESS),
        ),
    ),
    (
        "the recording is absent",
        PHONE,
        (recording(RecordingState.ABSENT), bridged(1), recording(RecordingState.IN_PROGRESS), caller()),
    ),
    ("the agent talks", group(overflow=(ToAgent(),)), (AgentServed(call_id=CALL), caller(), caller(S.RINGING))),
    (
        "a key is pressed",
        PHONE,
        (picked_up(), leg(S.IN_PROGRESS, wave=1), pressed(Screening.DECLINED), leg(S.COMPLETED, wave=1), caller()),
    ),
]


@pytest.mark.parametrize(("serving", "facts"), [row[1:] for row in SETS], ids=[row[0] for row in SETS])
def test_every_order_of_the_same_facts_ends_alike(serving: HuntGroup, facts: tuple[Fact, ...]) -> None:
    ends = {}
    for order in permutations(facts):
        end = told(serving, order)
        if end is not None:
            ends[about(end, facts)] = order
    assert len(ends) == 1, list(ends.values())[:2]


@pytest.mark.parametrize(("serving", "facts"), [row[1:] for row in SETS], ids=[row[0] for row in SETS])
def test_reports_before_the_arrival_end_alike(serving: HuntGroup, facts: tuple[Fact, ...]) -> None:
    """A webhook of the call may overtake the call itself, unless it tells that the call is over."""
    expected = told(serving, facts)
    early = [fact for fact in facts if is_early(fact)]
    for report in early:
        story = Story(directory(serving)).tell(report, arrived(serving), *(fact for fact in facts if fact != report))
        assert expected is not None
        assert about(story.call, facts) == about(expected, facts)


def is_early(fact: Fact) -> bool:
    status = getattr(fact, "status", None)
    asks = isinstance(fact, DialEnded | KeyPressed | LegPickedUp | MessageTaken | AgentServed)
    return not asks and not (status is not None and status.ended and not hasattr(fact, "leg_id"))


def directory(serving: HuntGroup) -> Directory:
    return AT_BROWSERS if serving is BROWSERS else PEOPLE


def told(serving: HuntGroup, facts: tuple[Fact, ...]) -> Call | None:
    """The call after these facts; None if one of them came before what it is about."""
    story = Story(directory(serving)).tell(arrived(serving))
    for fact in facts:
        wave = getattr(fact, "wave", None)
        if wave is not None and wave > len(story.call.waves):
            return None
        story.after(1).tell(fact)
    return story.call


def about(call: Call, facts: tuple[Fact, ...]) -> object:
    """The call as far as these facts are about it."""
    numbers = {getattr(fact, "wave", None) for fact in facts}
    waves = tuple(wave for wave in call.waves if wave.number in numbers)
    results = tuple(result(call, wave, attempt) for wave in waves for attempt in wave.attempts)
    offers = {"stage": 0, "skips": (), "held_since": None, "holds": 0, "voicemail_offered_at": None}
    return timeless(replace(call, waves=waves, **offers)), outcome(call), results
