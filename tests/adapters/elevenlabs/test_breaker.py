"""The circuit breaker, without a network."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from titus_adapters.elevenlabs.breaker import FAILURES, LONGEST_PAUSE, PAUSE, Breaker
from titus_adapters.elevenlabs.refusals import Fault


def tripped(now: float = 0.0) -> Breaker:
    breaker = Breaker()
    for _ in range(FAILURES):
        breaker = breaker.failed(Fault.UNWELL, now)
    return breaker


def test_a_new_breaker_admits_any_number_of_requests() -> None:
    breaker = Breaker()
    for now in range(10):
        assert breaker.admits(now)
        breaker = breaker.entered(now)


def test_it_opens_after_so_many_failures_in_a_row() -> None:
    breaker = Breaker()
    for _ in range(FAILURES - 1):
        breaker = breaker.failed(Fault.UNWELL, 0)
        assert breaker.admits(0)
    assert not breaker.failed(Fault.UNWELL, 0).admits(0)


@given(st.floats(0, 2 * PAUSE))
def test_its_state_has_a_name_that_agrees_with_what_it_admits(now: float) -> None:
    assert Breaker().state(now) == "closed"
    broken = tripped()
    assert broken.state(now) == ("half_open" if broken.admits(now) else "open")


def test_a_success_in_between_starts_the_count_anew() -> None:
    breaker = Breaker()
    for _ in range(5 * FAILURES):
        breaker = breaker.failed(Fault.UNWELL, 0).succeeded()
    assert breaker == Breaker()


def test_what_only_a_person_can_mend_opens_it_at_once() -> None:
    assert not Breaker().failed(Fault.SHUT, 0).admits(0)


def test_a_request_that_was_itself_wrong_says_that_the_service_is_well() -> None:
    breaker = Breaker()
    for _ in range(5 * FAILURES):
        breaker = breaker.failed(Fault.OURS, 0)
    assert breaker.admits(0)
    assert tripped().entered(PAUSE).failed(Fault.OURS, PAUSE) == Breaker()


def test_half_open_it_admits_one_request_and_closes_when_that_succeeds() -> None:
    breaker = tripped()
    assert not breaker.admits(PAUSE - 0.1)
    assert breaker.admits(PAUSE)
    probing = breaker.entered(PAUSE)
    assert not probing.admits(PAUSE)
    assert probing.succeeded() == Breaker()


def test_a_probe_that_fails_opens_it_again() -> None:
    probing = tripped().entered(PAUSE).failed(Fault.UNWELL, PAUSE + 1)
    assert not probing.admits(2 * PAUSE)
    assert probing.admits(2 * PAUSE + 1)


def test_a_probe_that_is_never_heard_of_again_does_not_keep_it_shut() -> None:
    probing = tripped().entered(PAUSE)
    assert probing.admits(2 * PAUSE)


@pytest.mark.parametrize(("told", "pause"), [(0.0, PAUSE), (5.0, PAUSE), (60.0, 60.0), (1e9, LONGEST_PAUSE)])
def test_it_comes_back_when_it_is_told_to_within_reason(told: float, pause: float) -> None:
    breaker = Breaker().failed(Fault.UNWELL, 0, told)
    assert not breaker.admits(pause - 0.1)
    assert breaker.admits(pause)


def test_a_straggler_that_fails_late_does_not_shorten_the_pause() -> None:
    breaker = Breaker().failed(Fault.UNWELL, 0, 100.0).failed(Fault.UNWELL, 1)
    assert not breaker.admits(99)


@given(st.lists(st.sampled_from(["asks", "works", *Fault]), max_size=60), st.floats(0, 1e9))
def test_whatever_happens_it_admits_someone_after_the_longest_pause(history: list[Fault | str], told: float) -> None:
    breaker, now = Breaker(), 0.0
    for event in history:
        now += 1
        match event:
            case "asks" if breaker.admits(now):
                breaker = breaker.entered(now)
            case "works":
                breaker = breaker.succeeded()
            case Fault():
                breaker = breaker.failed(event, now, told)
    assert breaker.admits(now + LONGEST_PAUSE)
