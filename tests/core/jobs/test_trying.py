"""One try of a job: done, later, or for a person."""

from __future__ import annotations

import pytest

from tests.core.calls.builders import NOON
from tests.core.calls.office import at_once
from titus_core.jobs.causes import Kind
from titus_core.jobs.model import Done, GivenUp, Job, JobId, JobState, Later, Verdict
from titus_core.jobs.periodic import PERIODS
from titus_core.jobs.trying import MOST_TRIES, Handler, TryJob, pause_after
from titus_core.kernel.errors import Invalid, NotConfigured, NotFound, Refused, Unavailable

ROUND = Kind.FIND_LOST_CALLS
"""It comes round by itself."""

PERIOD = PERIODS[ROUND].total_seconds()


def job(tries: int = 1, kind: str = "known") -> Job:
    return Job(
        id=JobId(1),
        kind=kind,
        subject="RE1",
        call_id=None,
        state=JobState.RUNNING,
        tries=tries,
        created_at=NOON,
        due_at=NOON,
        error="dead" if tries > 1 else None,
    )


def handler(error: Exception | None = None) -> Handler:
    async def handle(job: Job) -> None:
        if error is not None:
            raise error

    return handle


def tried(error: Exception | None = None, tries: int = 1, kind: str = "known") -> Verdict:
    return at_once(TryJob({"known": handler(error), ROUND: handler(error)})(job(tries, kind)))


def test_what_worked_is_done() -> None:
    assert tried() == Done()


def test_what_nobody_can_do_waits_for_a_person() -> None:
    assert tried(kind="unknown") == GivenUp("nothing here does unknown")


@pytest.mark.parametrize("error", [Invalid("x", "is odd"), NotFound(), Refused(), NotConfigured()])
def test_what_cannot_work_waits_for_a_person(error: Exception) -> None:
    assert isinstance(tried(error), GivenUp)


@pytest.mark.parametrize("error", [Unavailable("busy"), RuntimeError("a fault")])
def test_what_may_work_later_is_tried_again(error: Exception) -> None:
    verdict = tried(error, tries=3)
    assert verdict == Later(pause_after(3), f"{type(error).__name__}: {error}")


@pytest.mark.parametrize(("asked", "pause"), [(30, 30.0), (0.1, 5.0), (10**9, 4 * 3600.0), (None, 5.0), ("soon", 5.0)])
def test_a_provider_may_ask_for_a_longer_pause(asked: object, pause: float) -> None:
    verdict = tried(Unavailable("busy", retry_after=asked))
    assert isinstance(verdict, Later)
    assert verdict.seconds == pause


def test_a_provider_that_asks_for_short_pauses_is_not_given_up_the_sooner() -> None:
    busy = Unavailable("busy", retry_after=2)
    pauses = [
        verdict.seconds for tries in range(1, MOST_TRIES) if isinstance(verdict := tried(busy, tries=tries), Later)
    ]
    assert sum(pauses) > 20 * 3600


def test_what_waits_for_a_person_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    tried(Refused("The model stopped with refusal"))
    assert "waits for a person" in caplog.text


def test_tries_run_out() -> None:
    assert isinstance(tried(Unavailable(), tries=MOST_TRIES - 1), Later)
    assert isinstance(tried(Unavailable(), tries=MOST_TRIES), GivenUp)


def test_a_job_that_kills_its_workers_runs_out_of_tries() -> None:
    verdict = tried(tries=MOST_TRIES + 1)
    assert verdict == GivenUp(f"it was begun {MOST_TRIES} times and never ended: dead")


def test_pauses_grow_to_four_hours_and_last_a_day() -> None:
    pauses = [pause_after(tries) for tries in range(1, MOST_TRIES)]
    assert pauses[:4] == [5, 10, 20, 40]
    assert max(pauses) == 4 * 3600
    assert 24 * 3600 < sum(pauses) < 36 * 3600


@pytest.mark.parametrize("error", [Unavailable(retry_after=3600), Unavailable(), NotFound(), RuntimeError("a fault")])
@pytest.mark.parametrize("tries", [1, MOST_TRIES, 10 * MOST_TRIES])
def test_what_comes_round_is_tried_once_in_its_period_at_least_and_never_given_up(error: Exception, tries: int) -> None:
    verdict = tried(error, tries=tries, kind=ROUND)
    assert isinstance(verdict, Later)
    assert verdict.seconds <= PERIOD


def test_what_comes_round_is_tried_soon_after_a_hiccup() -> None:
    assert tried(Unavailable("busy"), kind=ROUND) == Later(pause_after(1), "Unavailable: busy")
