"""One history: some callers, some people, some faults. The same seed is the same history, on every kind of store."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from msgspec.structs import replace

from tests.core.calls.builders import LINE, NOON
from tests.core.calls.office import Setup
from tests.simulation.agenda import Agenda, AgendaClock
from tests.simulation.boundaries import Boundaries, Fuse, RandomFuse
from tests.simulation.desk import Desk
from tests.simulation.faults import Faults, Luck
from tests.simulation.history import History
from tests.simulation.invariants import check_end
from tests.simulation.lines import Line
from tests.simulation.office_life import OfficeLife
from tests.simulation.premises import MemoryPremises, Premises
from tests.simulation.processes import Process
from tests.simulation.provider import Agent, Provider
from tests.simulation.setting import BLOCKED, Caller, Setting, drawn_setting
from tests.simulation.strays import stray
from titus_core.callbacks.ports import Which
from titus_core.kernel.ids import CallId

TICK = 15.0
FINDS_EVERY = 4
LONGEST = 6000.0


def simulate(seed: int, change: Callable[[Faults], Faults] | None = None, premises: Premises | None = None) -> History:
    """Plays the history of this seed to its end; raises `Broken` when an invariant does not hold. `change` alters the
    faults that the seed drew, without changing the rest."""
    setting = drawn_setting(seed)
    if change is not None:
        setting = replace(setting, faults=change(setting.faults))
    return play(setting, premises or MemoryPremises())


def play(setting: Setting, premises: Premises, fuse: Fuse | None = None) -> History:
    """Plays this history to its end. `fuse` says where processes die, instead of the setting's rate."""
    world = World(setting, premises, fuse)
    world.run()
    check_end(world.history)
    return world.history


class World:
    """What there is in one history."""

    def __init__(self, setting: Setting, premises: Premises, fuse: Fuse | None) -> None:
        faults, self.random = setting.faults, Random(setting.seed)  # noqa: S311 (not a secret)
        self.agenda = Agenda()
        self.history = History(setting.seed, NOON)
        self.history.is_informed = not (
            faults.lost or faults.clock_steps or faults.skewed or faults.kept or faults.busy
        )
        self.history.is_told = not (faults.lost or faults.unanswered or faults.busy)
        self.history.is_timely = not faults.late
        self.history.says_bridged = faults.says_bridged
        self.luck = Luck(faults, self.random, self.history.fired)
        # What strikes Titus itself is drawn apart: the world must be the same with and without it.
        aside = Random(-setting.seed - 1)  # noqa: S311 (not a secret)
        besides = Luck(faults, aside, self.history.fired)
        self.provider = Provider(self.agenda, faults, self.history, self.random, setting.people(self.random), besides)
        fuse = fuse or RandomFuse(faults.crashes, aside)
        agent = Agent(besides)
        self.history.agent_ready, self.history.invited = agent.available, agent.invited
        processes = [
            Process(store, run, Boundaries(fuse), AgendaClock(self.agenda), self.provider, agent)
            for store, run in zip(premises.stores, premises.runs, strict=True)
        ]
        self.desk = self.provider.desk = Desk(
            premises, (processes[0], processes[1]), self.agenda, self.history, besides
        )
        store, run = self._aside = premises.aside
        self.office = OfficeLife(Setup(store, AgendaClock(self.agenda), run), self.history, self.random)
        self.office.begin(setting)
        if self.luck.strikes("skewed"):
            self.desk.set_clock_by(self.luck.one_of(-600.0, -40.0, -1.0, 1.0, 40.0, 600.0))
        for number, caller in enumerate(setting.callers):
            self.agenda.after(caller.at, self._ring_in, CallId(f"CA{number}"), caller)
        self._ticks = 0
        self.agenda.after(TICK, self._tick)

    def run(self) -> None:
        while self.agenda.seconds < LONGEST and self.agenda.step():
            pass
        store, run = self._aside
        owed = run(store.reader.callbacks(Which.DUE, 10_000, None)).items
        self.history.owed = {callback.call_id: callback.outcome for callback in owed}

    def _ring_in(self, call_id: CallId, caller: Caller) -> None:
        line = Line(self.provider, call_id, caller.number, LINE, caller.patience)
        line.truth.blocked = caller.number == BLOCKED
        self.provider.lines[call_id] = line
        line.ring_in()

    # --- what happens besides -----------------------------------------------------------------------------------------

    def _tick(self) -> None:
        """Every so often: Titus looks after what is due, people come and go, groups are edited, clocks are set."""
        self.desk.tend()
        self._ticks += 1
        if self._ticks % FINDS_EVERY == 0:
            self.desk.find_calls(tuple(call_id for call_id, line in self.provider.lines.items() if not line.over))
        settled = self._is_settled()
        if not settled and not self.desk.is_at_work:
            self._meddle()
        if not settled or not self.agenda.is_empty or not self.desk.is_idle:
            self.agenda.after(60.0 if settled else TICK, self._tick)

    def _is_settled(self) -> bool:
        """Nothing is left to do; but a late report may come yet."""
        lines = self.provider.lines.values()
        over = len(lines) > 0 and all(line.over for line in lines)
        return over and not self.desk.kept and self.history.settled.keys() >= self.history.calls.keys()

    def _meddle(self) -> None:
        if self.luck.strikes("edits"):
            self.office.edit()
        if self.luck.strikes("restarts"):
            self.desk.restart()
        if self.luck.strikes("clock_steps"):
            self.desk.set_clock_by(self.luck.one_of(-600.0, -40.0, -5.0, 5.0, 40.0, 600.0))
        if self.agenda.seconds < 600 and self.luck.strikes("strays"):
            self.provider.tell(stray(self.random))
