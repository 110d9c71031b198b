"""The figures: each by its definition, the same in every order."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.core.calls.builders import (
    ANA,
    BEN,
    MAIN,
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
    world,
)
from tests.core.calls.story import Story
from titus_adapters.memory.store import MemoryStore
from titus_core.calls.measure_calls import AT_ONCE, MeasureCalls, Span
from titus_core.calls.model import Call, CallStatus, Direction, Outcome
from titus_core.calls.statistics import Figures, Yardstick, figures
from titus_core.hunt_groups.model import Strategy
from titus_core.kernel.ids import CallId, GroupId

YARDSTICK = Yardstick(threshold=20.0, short_abandon=5.0)


def gave_up(after: float) -> Call:
    return Story(world(ANA)).tell(arrived(group(phone(ANA)))).after(after).tell(caller()).call


def answered(after: float, talks: float = 60) -> Call:
    story = Story(world(ANA)).tell(arrived(group(phone(ANA), screening=False))).after(after)
    story.tell(leg(CallStatus.IN_PROGRESS, wave=1)).after(talks)
    return story.tell(leg(CallStatus.COMPLETED, wave=1), bridged(1), caller()).call


def of(*calls: Call, **more: Any) -> Figures:
    return figures(calls, YARDSTICK, **more)


def test_nothing_has_no_rates() -> None:
    nothing = of()
    assert (nothing.offered, nothing.answer_rate, nothing.abandon_rate, nothing.longest_wait) == (0, None, None, None)
    assert nothing.service_level_of_answered is nothing.service_level_of_offered is None
    assert nothing.average_speed_of_answer is nothing.average_talk is None


def test_each_rate_is_as_it_is_defined() -> None:
    told = of(answered(4), answered(10, talks=30), answered(40), gave_up(8), gave_up(50), gave_up(2))
    assert (told.offered, told.answered, told.abandoned, told.short_abandoned) == (5, 3, 2, 1)
    assert (told.answer_rate, told.abandon_rate) == (0.6, 0.4)
    assert told.service_level_of_answered == round(2 / 3, 4)
    assert told.service_level_of_offered == round((2 + 1) / 5, 4)
    assert (told.average_speed_of_answer, told.average_talk, told.longest_wait) == (18.0, 50.0, 50.0)
    assert told.outcomes[Outcome.ANSWERED] == 3
    assert told.outcomes[Outcome.VOICEMAIL] == 0


@pytest.mark.parametrize(
    "call",
    [
        replace(gave_up(30), refusal="blocked"),
        replace(gave_up(30), direction=Direction.OUTBOUND),
        Story(world(ANA)).tell(arrived(group(ANA))).call,
    ],
    ids=["blocked", "our own", "live"],
)
def test_what_counts_nowhere(call: Call) -> None:
    assert of(call) == of()


def test_a_call_that_never_arrived_counts_without_a_wait() -> None:
    told = of(Story().tell(caller()).call)
    assert (told.offered, told.abandoned, told.longest_wait) == (1, 1, None)


def test_the_figures_of_one_group_are_of_its_calls() -> None:
    unplanned = Story().tell(caller()).call
    assert of(answered(4), unplanned, group_id=MAIN).offered == 1
    assert of(answered(4), unplanned, group_id=GroupId(7)).offered == 0


def test_a_member_who_does_not_pick_up_has_missed_it_and_one_who_declines_has_declined() -> None:
    story = Story(world(ANA, BEN)).tell(
        arrived(
            group(
                phone(
                    ANA,
                ),
                phone(BEN),
                screening=False,
            )
        )
    )
    story.after(20).tell(dial_ended(1)).after(3)
    story.tell(
        leg(CallStatus.BUSY, PHONES[BEN], "CAleg2", wave=2, sip_code=603), dial_ended(2, CallStatus.BUSY), caller()
    )
    ana, ben = of(story.call).members
    assert (ana.offered, ana.missed, ana.declined, ana.answered) == (1, 1, 0, 0)
    assert (ben.offered, ben.missed + ben.declined, ben.answered) == (1, 1, 0)


def test_whoever_was_rung_together_with_the_one_who_answered_has_missed_nothing() -> None:
    members = (browser(ANA), browser(BEN))
    story = Story(world(at_browser(ANA), at_browser(BEN)))
    story.tell(arrived(group(*members, strategy=Strategy.RING_ALL))).after(5)
    story.tell(leg(CallStatus.IN_PROGRESS, f"client:user_{ANA}", wave=1)).after(30)
    story.tell(bridged(1), caller())
    ana, ben = of(story.call).members
    assert (ana.answered, ana.talk_seconds) == (1, 30)
    assert (ben.offered, ben.missed, ben.declined, ben.answered) == (1, 0, 0, 0)


def test_an_external_number_is_nobodys_figure() -> None:
    call = answered(4)
    (wave,) = call.waves
    outside = replace(wave, attempts=(replace(wave.attempts[0], user_id=None),))
    told = of(replace(call, waves=(outside,)))
    assert (told.answered, told.members, told.average_talk) == (1, (), 60.0)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 120)), max_size=8), st.randoms(use_true_random=False))
def test_rates_are_rates_and_the_order_makes_no_difference(what: list[tuple[bool, float]], random: Any) -> None:
    calls = [answered(after) if taken else gave_up(after) for taken, after in what]
    told = of(*calls)
    random.shuffle(calls)
    assert of(*calls) == told
    assert told.offered + told.short_abandoned == len(calls)
    assert told.answered + told.abandoned == told.offered
    for rate in (told.answer_rate, told.abandon_rate, told.service_level_of_answered, told.service_level_of_offered):
        assert rate is None or 0 <= rate <= 1


def test_all_pages_of_the_span_are_counted() -> None:
    store, count = MemoryStore(), AT_ONCE + 3

    async def fill(tx: Any, number: int) -> None:
        call_id = CallId(f"CA{number:032d}")
        tx.calls.save(replace(gave_up(30), id=call_id, settled_at=NOON, version=0))

    async def measured() -> Figures:
        for number in range(count):
            await store.transact(fill, number)
        return await MeasureCalls(store.reader)(Span(NOON, NOON + timedelta(days=1)), YARDSTICK)

    assert asyncio.run(measured()).offered == count
