"""Titus as the simulated world reaches it: two processes on one store, every step of theirs recorded and checked."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from random import Random
from typing import TypeVar

from tests.simulation.agenda import Agenda
from tests.simulation.boundaries import Crashed
from tests.simulation.faults import Luck
from tests.simulation.history import LATER, Change, Delivered, History, Step
from tests.simulation.invariants import Broken, check_step
from tests.simulation.premises import Premises
from tests.simulation.processes import Process
from tests.simulation.requests import Request
from titus_core.calls.advance_hunt import NextStep
from titus_core.calls.instructions import Reply
from titus_core.kernel.errors import Conflict, Unavailable
from titus_core.kernel.ids import CallId

T = TypeVar("T")
DOWN_FOR = (20.0, 90.0)
INSISTS = 20
AT_THE_SAME_TIME = 2.0
"""What is planned within so many seconds may come while Titus still works on something."""


class Desk:
    """Delivers requests and records what came of each. What strikes processes has randomness of its own, so that the
    world of a history is the same with and without crashes (R10)."""

    def __init__(
        self, premises: Premises, processes: tuple[Process, Process], agenda: Agenda, history: History, luck: Luck
    ) -> None:
        self.processes = processes
        self.kept: dict[tuple[str, str], Request] = {}
        """Deliveries that wait to be worked on."""
        self._begun = 0
        self._premises = premises
        self._agenda = agenda
        self._history = history
        self._luck = luck
        self._choice = Random(history.seed)  # noqa: S311 (not a secret)

    # --- requests -----------------------------------------------------------------------------------------------------

    def deliver(self, request: Request, beside: Callable[[], object] | None = None) -> Reply | None:
        """One request to one of the processes. None: nothing was asked, or Titus could do no better than its fallback
        document. `beside` happens while it is worked on. Raises `Crashed`; a report that is refused, `Unavailable`."""
        if self._luck.strikes("busy"):
            if request.how == "report":
                raise Unavailable
            return None
        process = self._pick()
        is_new = not self.is_at_work and (request.route, request.key) not in self._history.replies
        if is_new and self._luck.strikes("kept"):
            return self._keep(process, request)
        return self._worked(process, request, beside)

    def _keep(self, process: Process, request: Request) -> Reply | None:
        self.kept[request.route, request.key] = request
        return self._do(process, request.call_id, partial(self._kept, process, request))

    def _kept(self, process: Process, request: Request) -> Reply | None:
        reply = process.titus.keep(request.route, request.key)
        self._record(process, request.call_id, _delivered(request, request.route, reply, asked=False))
        return reply

    def _worked(self, process: Process, request: Request, beside: Callable[[], object] | None) -> Reply | None:
        known = (request.route, request.key) in self._history.replies
        act = partial(self._answered, process, request, known)
        return self._do(process, request.call_id, act, beside, told=True)

    def _answered(self, process: Process, request: Request, known: bool) -> Reply | None:
        """`known`: it had been worked on before; if it has only now, its twin was faster."""
        reply = self._acted(process, request)
        again = (request.route, request.key) in self._history.replies
        asked, fresh = request.how != "report", request.how == "fresh" and known == again
        delivered = _delivered(
            request, request.route, reply, asked=asked and reply is not None, again=again, fresh=fresh
        )
        self._record(process, request.call_id, delivered)
        return reply

    def _acted(self, process: Process, request: Request, waiting_id: int | None = None) -> Reply | None:
        titus = process.titus
        self._history.invited_before = len(self._history.invited)
        try:
            return titus.deliver(
                getattr(titus, request.use_case),
                request.route,
                request.key,
                request.fact,
                agent_ready=titus.agent.available,
                waiting_id=waiting_id,
            )
        except Conflict as error:
            # Two at once are few enough for the store to settle it by working again.
            raise Broken("r7_of_two_at_once_both_are_answered", request.key, self._history.seed) from error

    def _do(
        self,
        process: Process,
        call_id: CallId,
        act: Callable[[], T],
        beside: Callable[[], object] | None = None,
        *,
        told: bool = False,
    ) -> T:
        """Let the process do this, and `beside` happen meanwhile; or before, where the store or the other process
        cannot do it meanwhile. `told`: by somebody, so that what changes is news."""
        self._begun += 1
        before, process.told = process.told, told
        try:
            if beside is not None:
                self._do_beside(process, call_id, beside)
            return self._do_alone(process, call_id, act)
        finally:
            self._begun -= 1
            process.told = before

    def _do_beside(self, process: Process, call_id: CallId, beside: Callable[[], object]) -> None:
        if not self.is_at_work and self._premises.interleaves and self._is_up(self._other(process)):
            process.boundaries.race(partial(self._race, process, call_id, beside), self._choice.choice((0, 0, 1)))
        else:
            beside()

    def _do_alone(self, process: Process, call_id: CallId, act: Callable[[], T]) -> T:
        process.at_work, process.began_at = True, process.clock.now()
        try:
            done = act()
        except Crashed:
            self._die(process, call_id)
            raise
        finally:
            process.boundaries.call_off()
            process.at_work = process.raced = False
        process.boundaries.fuse.calm()
        return done

    def _race(self, process: Process, call_id: CallId, beside: Callable[[], object]) -> None:
        self._record(process, call_id, None)
        process.raced = True
        beside()

    # --- what is done without being asked -----------------------------------------------------------------------------

    def tend(self) -> None:
        """Look after what is due, work again on what was kept. What one process dies of, the next one does."""
        self._insist(self._tend)
        if self.kept:
            self._insist(self._work_again)

    def find_calls(self, live: tuple[CallId, ...]) -> None:
        """Look for calls that the provider has and Titus does not know."""
        if any(call_id not in self._history.calls for call_id in live):
            self._insist(self._find_calls, live)

    def _insist(self, do: Callable[..., None], *args: object) -> None:
        for _ in range(INSISTS):
            with suppress(Crashed):
                do(self._pick(), *args)
                return

    def _tend(self, process: Process) -> None:
        now = process.clock.now()
        for call_id in process.titus.run(process.titus.store.reader.due(now, 100)):
            beside = partial(self._agenda.step, AT_THE_SAME_TIME) if self._luck.strikes("overlaps") else None
            self._do(process, call_id, partial(self._tended, process, call_id), beside)

    def _tended(self, process: Process, call_id: CallId) -> None:
        process.titus.tend_one(call_id)
        self._record(process, call_id, None)

    def _work_again(self, process: Process) -> None:
        now, reader = process.clock.now(), process.titus.store.reader
        stored = process.titus.run(reader.waiting(now, 50))
        keys = {(waiting.delivery.route, waiting.delivery.key) for waiting in stored}
        self.kept = {key: request for key, request in self.kept.items() if key in keys}  # the others were not stored
        for waiting in stored:
            request = self.kept[waiting.delivery.route, waiting.delivery.key]
            self._do(process, request.call_id, partial(self._worked_later, process, request, waiting.id), told=True)
            del self.kept[request.route, request.key]

    def _worked_later(self, process: Process, request: Request, waiting_id: int) -> None:
        reply = self._acted(process, request, waiting_id)
        self._record(process, request.call_id, _delivered(request, request.route + LATER, reply, asked=False))

    def _find_calls(self, process: Process, live: tuple[CallId, ...]) -> None:
        process.began_at = process.clock.now()
        with suppress(Unavailable):
            try:
                process.titus.find_calls()
            finally:
                for call_id in live:
                    self._record(process, call_id, None)
        process.boundaries.fuse.calm()

    # --- processes ----------------------------------------------------------------------------------------------------

    @property
    def is_idle(self) -> bool:
        """Nothing is worked on, or about to be."""
        return self._begun == 0

    @property
    def is_at_work(self) -> bool:
        return any(process.at_work for process in self.processes)

    def set_clock_by(self, seconds: float) -> None:
        self._choice.choice(self.processes).clock.skew += timedelta(seconds=seconds)
        self.compare_clocks()

    def compare_clocks(self) -> None:
        """Time limits forgive what clocks differ by, from each other and from the truth."""
        skews = [process.clock.skew for process in self.processes]
        self._fastest = max(getattr(self, "_fastest", timedelta()), *skews)
        self._slowest = min(getattr(self, "_slowest", timedelta()), *skews)
        self._history.slack = self._fastest - self._slowest

    def restart(self) -> None:
        self._choice.choice(self.processes).titus.open()

    def _pick(self) -> Process:
        """Whoever is up and not at work; if nobody is, the first process: it has more than one request at once."""
        one, two = self.processes
        if self._choice.random() < 0.5:
            one, two = two, one
        return next((process for process in (one, two) if self._can_work(process)), self.processes[0])

    def _other(self, process: Process) -> Process:
        one, two = self.processes
        return two if process is one else one

    def _can_work(self, process: Process) -> bool:
        return not process.at_work and self._is_up(process)

    def _is_up(self, process: Process) -> bool:
        return process.down_until <= self._agenda.seconds

    def _die(self, process: Process, call_id: CallId) -> None:
        """What it committed before is in the store; whoever repeats the request will be told its answer."""
        self._history.fired["crashes"] += 1
        self._record(process, call_id, None)
        process.titus.open()
        other = self._other(process)
        if self._luck.strikes("deaths") and self._is_up(other) and not other.at_work:
            process.down_until = self._agenda.seconds + self._luck.one_of(*DOWN_FOR)

    # --- recording ----------------------------------------------------------------------------------------------------

    def _record(self, process: Process, call_id: CallId, delivered: Delivered | None) -> None:
        history = self._history
        history.now = self._agenda.now
        changed = self._changed(call_id)
        if delivered is None and changed is None:
            return
        step = Step(
            process.began_at, delivered, () if changed is None else (changed,), raced=process.raced, told=process.told
        )
        history.engaged = self._premises.engaged()
        check_step(history, step)
        history.add(step)

    def _changed(self, call_id: CallId) -> Change | None:
        before, after = self._history.calls.get(call_id), self._premises.call(call_id)
        if after is None or after is before or after == before:
            return None
        known = len(self._history.events.get(call_id, ()))
        return Change(before, after, tuple(self._premises.events(call_id, known)))


def _delivered(
    request: Request, route: str, reply: Reply | None, *, asked: bool, again: bool = False, fresh: bool = False
) -> Delivered:
    told = request.fact.fact if isinstance(request.fact, NextStep) else request.fact
    return Delivered(route, request.key, told, reply, asked, again, fresh)
