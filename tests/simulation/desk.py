"""Titus as the simulated world reaches it: use cases on the store in memory, with its faults, every step checked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any, Literal, TypeAlias

from tests.core.calls.office import Office, at_once
from tests.simulation.agenda import Agenda
from tests.simulation.faults import Faults
from tests.simulation.history import Change, Delivered, History, Step
from tests.simulation.invariants import check_step
from titus_core.calls.advance_hunt import NextStep
from titus_core.calls.instructions import Reply
from titus_core.calls.tend_call import TendThis
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId

TRIES = 4
How: TypeAlias = Literal["fresh", "repeated", "report"]


class Desk:
    """Delivers requests and reports, and records what came of each. Crashes have their own randomness, so that the
    world of a history is the same with and without them (R10)."""

    def __init__(self, office: Office, agenda: Agenda, faults: Faults, history: History) -> None:
        self.office = office
        self._agenda = agenda
        self._faults = faults
        self._history = history
        self._crash = Random(history.seed)  # noqa: S311 (not a secret)
        self._skew = timedelta()

    def ask(self, call_id: CallId, use_case: str, route: str, key: str, fact: Any, how: How = "fresh") -> Reply | None:
        """One request, delivered until it is acknowledged. Every crash is followed by a restart."""
        self._set_clock()
        for _ in range(TRIES - 1):
            self._strike()
            try:
                return self._delivered(call_id, use_case, route, key, fact, how)
            except Unavailable:
                self.office.open()
        return self._delivered(call_id, use_case, route, key, fact, how)

    def tend(self) -> None:
        """Look after what is due, as the server does all the time."""
        self._set_clock()
        now = self.office.clock.now()
        for call_id in at_once(self.office.store.reader.due(now, 100)):
            self._changing(call_id, partial(self._tend, TendThis(call_id, now)))

    def _tend(self, command: TendThis) -> None:
        at_once(self.office.tend_call(command))

    def find_calls(self, live: tuple[CallId, ...]) -> None:
        """Look for calls that the provider has and Titus does not know."""
        self._set_clock()
        for call_id in live:
            if call_id not in self._history.calls:
                self._changing(call_id, self.office.find_calls)

    def set_clock_by(self, by: timedelta) -> None:
        self._skew += by
        self._history.slack += abs(by)

    def _set_clock(self) -> None:
        self._history.now = self._agenda.now
        self.office.clock.turn_to(self._agenda.now + self._skew)

    def _strike(self) -> None:
        if self._faults.crashes and self._crash.random() < self._faults.crashes:
            faults = self.office.store.faults
            (faults.before_commit if self._crash.random() < 0.5 else faults.after_commit)()

    def _delivered(self, call_id: CallId, use_case: str, route: str, key: str, fact: Any, how: How) -> Reply | None:
        again, asked = (route, key) in self._history.replies, how != "report"
        change = self._changes(call_id)
        try:
            reply = self.office.deliver(getattr(self.office, use_case), route, key, fact, agent_ready=True)
        except Unavailable:
            # What a commit stored before its caller died is in the store; the repetition will tell its answer.
            self._record(None, change)
            raise
        told = fact.fact if isinstance(fact, NextStep) else fact
        self._record(Delivered(route, key, told, reply, asked, again, how == "fresh"), change)
        return reply

    def _changing(self, call_id: CallId, act: Callable[[], object]) -> None:
        change = self._changes(call_id)
        act()
        self._record(None, change)

    def _changes(self, call_id: CallId) -> Callable[[], Change | None]:
        """To be asked after something was done: what it changed of this call."""
        before = self._history.calls.get(call_id)
        known = len(self._history.events.get(call_id, ()))

        def change() -> Change | None:
            after = at_once(self.office.store.reader.call(call_id))
            if after is None or after == before:
                return None
            return Change(before, after, tuple(self.office.events(call_id, known)))

        return change

    def _record(self, delivered: Delivered | None, change: Callable[[], Change | None]) -> None:
        changed = change()
        if delivered is None and changed is None:
            return
        step = Step(self.office.clock.now(), delivered, () if changed is None else (changed,))
        self._history.engaged = self.office.engaged
        check_step(self._history, step)
        self._history.add(step)
