"""Holds back what a unit of work writes until it returns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from titus_adapters.sql.events import appending
from titus_adapters.sql.jobs import enqueuing
from titus_adapters.sql.statements import Command, Params
from titus_core.jobs.model import Causes, NewJob
from titus_core.kernel.errors import Misuse, ReadAfterWrite
from titus_core.kernel.events import Envelope


class Write(NamedTuple):
    """One command with its values, and how many rows it must touch (None: any number)."""

    command: Command
    params: Params
    expect: int | None


class Buffer:
    """The writing half of a session; each engine adds the reading."""

    __slots__ = ("_caused", "_causes", "_events", "_jobs", "_over", "_writes")

    def __init__(self, causes: Causes) -> None:
        self._causes = causes
        self._caused: list[tuple[Command, Params]] = []
        self._writes: list[Write] = []
        self._events: list[Envelope] = []
        self._jobs: list[tuple[NewJob, datetime]] = []
        self._over = False

    def write(self, command: Command, params: Params, expect: int | None = None) -> None:
        self._refuse_if_over()
        self._writes.append(Write(command, params, expect))

    def record(self, *envelopes: Envelope) -> None:
        self._refuse_if_over()
        self._events.extend(envelopes)

    def enqueue(self, job: NewJob, at: datetime) -> None:
        self._refuse_if_over()
        self._jobs.append((job, at))

    def writes(self) -> Iterator[Write]:
        """All that is to be stored; events last and together, whenever they were recorded, with the jobs that they
        cause."""
        yield from self._writes
        self._caused = list(enqueuing(self._events, self._causes, self._jobs))
        for command, params in self._caused:
            yield Write(command, params, None)
        for command, params in appending(self._events):
            yield Write(command, params, None)

    @property
    def events(self) -> Sequence[Envelope]:
        """What was recorded."""
        return self._events

    @property
    def causes_jobs(self) -> bool:
        """Whether something of what was stored is to be done later."""
        return bool(self._caused)

    @property
    def tells_of_calls(self) -> bool:
        """Whether something happened to a call."""
        return any(envelope.subject.startswith("call:") for envelope in self._events)

    def end(self) -> None:
        """From now on the session is refused to whoever kept it."""
        self._over = True

    def before_read(self) -> None:
        """Called by the engine before each read."""
        self._refuse_if_over()
        if self._writes or self._events or self._jobs:
            raise ReadAfterWrite

    def _refuse_if_over(self) -> None:
        if self._over:
            raise Misuse("this unit of work is over; its tx cannot be kept")
