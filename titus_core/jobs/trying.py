"""One try of one job, and when the next one is."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from titus_core.jobs.model import Done, GivenUp, Job, Later, Verdict
from titus_core.jobs.periodic import period_of
from titus_core.kernel.errors import Invalid, NotConfigured, NotFound, Refused, TitusError

Handler: TypeAlias = Callable[[Job], Awaitable[None]]
"""Does what a job of its kind asks for. Safe to run again after it ran, wholly or in part."""

MOST_TRIES = 18
"""With the pauses below a job is tried for about a day: a provider that is down overnight loses nothing."""

_FIRST_PAUSE = 5.0
_LONGEST_PAUSE = 4 * 3600.0

_HOPELESS = (Invalid, NotConfigured, NotFound, Refused)
"""Trying again cannot help by itself."""

_LOG = logging.getLogger("titus.jobs")


def pause_after(tries: int) -> float:
    """Seconds from one try to the next: 5 s, then twice as long each time, at most 4 hours."""
    return min(_FIRST_PAUSE * 2.0 ** min(tries - 1, 20), _LONGEST_PAUSE)


class TryJob:
    """An `Attempt`: finds the handler of the job's kind, and says what became of it. What comes round by itself is
    never given up, and tried at least once in its period: while it waits, nothing else does its work."""

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        self._handlers = handlers

    async def __call__(self, job: Job) -> Verdict:
        handler = self._handlers.get(job.kind)
        if handler is None:
            return _given_up(job, f"nothing here does {job.kind}")
        if job.tries > MOST_TRIES and period_of(job.kind) is None:
            return _given_up(job, f"it was begun {job.tries - 1} times and never ended: {job.error}")
        try:
            await handler(job)
        except _HOPELESS as error:
            period = period_of(job.kind)
            return _given_up(job, _told(error)) if period is None else Later(period.total_seconds(), _told(error))
        except Exception as error:  # noqa: BLE001 (no job may end the worker; it is logged, and shown)
            return _failed(job, error)
        return Done()


def _failed(job: Job, error: Exception) -> Verdict:
    _LOG.warning("job %s (%s %s), try %s: %s", job.id, job.kind, job.subject, job.tries, _told(error))
    if not isinstance(error, TitusError):
        _LOG.error("this is a fault in Titus", exc_info=error)
    period = period_of(job.kind)
    if period is None and job.tries >= MOST_TRIES:
        return _given_up(job, _told(error))
    # Who says "in two seconds" for an hour would otherwise have used up all tries within a minute.
    pause = max(_asked_for(error), pause_after(job.tries))
    return Later(pause if period is None else min(pause, period.total_seconds()), _told(error))


def _given_up(job: Job, why: str) -> GivenUp:
    _LOG.warning("job %s (%s %s) waits for a person after %s tries: %s", job.id, job.kind, job.subject, job.tries, why)
    return GivenUp(why)


def _asked_for(error: Exception) -> float:
    """The pause that a provider asked for, within reason."""
    asked = error.data.get("retry_after") if isinstance(error, TitusError) else None
    return min(float(asked), _LONGEST_PAUSE) if isinstance(asked, int | float) else 0.0


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
