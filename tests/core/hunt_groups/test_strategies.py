"""In which order members are rung."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.hunt_groups.builders import group, members, ready
from titus_adapters.memory.clock import NOON
from titus_core.hunt_groups.model import HuntGroup, Member, Strategy
from titus_core.hunt_groups.strategies import order
from titus_core.kernel.ids import CallId, UserId

CALL = CallId("CA" + "0" * 32)


def rung(hunted: HuntGroup, **facts: object) -> list[int]:
    states = facts.get("states", {})
    last = facts.get("last")
    call = CallId(str(facts.get("call", CALL)))
    assert isinstance(states, dict)
    return [m.user_id for m in order(hunted, states, call, UserId(last) if isinstance(last, int) else None)]


@pytest.mark.parametrize("strategy", [Strategy.SEQUENTIAL, Strategy.RING_ALL])
def test_members_are_rung_as_they_are_listed(strategy: Strategy) -> None:
    assert rung(group(strategy=strategy, members=members(3, 1, 2))) == [3, 1, 2]


@pytest.mark.parametrize("strategy", Strategy)
def test_a_lower_tier_always_comes_first(strategy: Strategy) -> None:
    mixed = (Member(UserId(1), tier=2), Member(UserId(2), tier=1), Member(UserId(3), tier=2), Member(UserId(4), tier=1))
    ordered = rung(group(strategy=strategy, members=mixed), last=4)
    assert {*ordered[:2]} == {2, 4}


@pytest.mark.parametrize(("last", "expected"), [(None, [1, 2, 3]), (1, [2, 3, 1]), (3, [1, 2, 3]), (9, [1, 2, 3])])
def test_round_robin_begins_behind_who_was_first_last_time(last: int | None, expected: list[int]) -> None:
    assert rung(group(strategy=Strategy.ROUND_ROBIN, members=members(1, 2, 3)), last=last) == expected


def test_longest_idle_rings_first_who_has_not_talked_for_longest() -> None:
    states = {
        UserId(1): ready(1, idle_since=NOON),
        UserId(2): ready(2, idle_since=NOON.replace(hour=0)),
        UserId(3): ready(3),
    }
    assert rung(group(strategy=Strategy.LONGEST_IDLE, members=members(1, 2, 3, 4)), states=states) == [3, 4, 2, 1]


def test_fewest_calls_rings_first_who_answered_least() -> None:
    states = {UserId(1): ready(1, answered=3), UserId(2): ready(2, answered=1), UserId(3): ready(3, answered=1)}
    assert rung(group(strategy=Strategy.FEWEST_CALLS, members=members(1, 2, 3, 4)), states=states) == [4, 2, 3, 1]


def test_random_is_another_order_for_another_call_but_the_same_for_the_same() -> None:
    shuffled = group(strategy=Strategy.RANDOM, members=members(*range(1, 11)))
    orders = {tuple(rung(shuffled, call=f"CA{number}")) for number in range(20)}
    assert len(orders) == 20
    assert rung(shuffled) == rung(shuffled)


@given(st.sampled_from(Strategy), st.lists(st.tuples(st.integers(1, 9), st.integers(1, 3)), unique_by=lambda m: m[0]))
def test_every_member_is_in_the_order_once(strategy: Strategy, people: list[tuple[int, int]]) -> None:
    listed = tuple(Member(UserId(user), tier=tier) for user, tier in people)
    ordered = order(group(strategy=strategy, members=listed), {}, CALL, None)
    assert sorted(ordered, key=lambda m: m.user_id) == sorted(listed, key=lambda m: m.user_id)
    assert [m.tier for m in ordered] == sorted(m.tier for m in listed)
