"""What is to be done later, and how it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import NewType, TypeAlias

import msgspec

from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import CallId

JobId = NewType("JobId", int)
"""Grows with every job of a store."""


class NewJob(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be done after a commit, and because of it. `kind` names the use case that does it, `subject` what it
    is about (the id of a recording, a message, a call). `call_id`: the call that people will look for it under.

    Of one kind and subject there is one at a time: while it waits or is worked on, the same again is no second one.
    """

    kind: str
    subject: str
    call_id: CallId | None = None
    wait_seconds: int = 0

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.subject}"


Causes: TypeAlias = Callable[[Envelope], tuple[NewJob, ...]]
"""What an event makes necessary. Pure: it is asked inside the commit that stores the event."""


def nothing(envelope: Envelope) -> tuple[NewJob, ...]:
    """No event causes anything."""
    return ()


class JobState(StrEnum):
    """A job that is done is gone; its doings are in the trail. `STUCK` waits for a person."""

    WAITING = "waiting"
    RUNNING = "running"
    STUCK = "stuck"


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A job as workers and people see it. `tries` counts how often it was begun, `due_at` is when it may begin next,
    `error` is what went wrong at the last try."""

    id: JobId
    kind: str
    subject: str
    call_id: CallId | None
    state: JobState
    tries: int
    created_at: datetime
    due_at: datetime
    error: str | None = None


class Done(msgspec.Struct, frozen=True):
    """Nothing is left to do."""


class Later(msgspec.Struct, frozen=True):
    """It did not work now, and may after this pause."""

    seconds: float
    error: str


class GivenUp(msgspec.Struct, frozen=True):
    """Trying again is of no use until a person has looked at it."""

    error: str


Verdict: TypeAlias = Done | Later | GivenUp
"""What became of one try."""
