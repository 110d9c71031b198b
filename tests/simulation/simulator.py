"""One history from one seed: some callers, some people, some faults. The same seed is the same history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

from msgspec.structs import replace

from tests.core.calls.builders import ANA, BEN, CAI, DEB, LINE, MAIN, NOON, ON_CALL, group
from tests.core.calls.office import Office, at_once
from tests.simulation.agenda import Agenda
from tests.simulation.desk import Desk
from tests.simulation.faults import Faults, drawn
from tests.simulation.history import History
from tests.simulation.invariants import check_end
from tests.simulation.lines import Line
from tests.simulation.provider import Provider
from titus_adapters.memory.voice_agent import ScriptedAgent
from titus_core.hunt_groups.availability import Presence
from titus_core.hunt_groups.model import HuntGroup, Member, Strategy, ToAgent, ToGroup, ToNumber, ToVoicemail
from titus_core.kernel.ids import CallId, GroupId, UserId

STAFF = (ANA, BEN, CAI, DEB)
CALLERS = ("+61491570156", "+61491570110", "+61491570737", "+266696687", "anonymous", "+61491570313")
BLOCKED = CALLERS[-1]
TICK = 15.0
LONGEST = 3000.0
STEPS = (ToGroup(GroupId(2)), ToAgent(), ToNumber(ON_CALL), ToVoicemail())


def simulate(seed: int, faults: Faults | None = None, change: Callable[[Faults], Faults] | None = None) -> History:
    """Plays the history to its end; raises `Broken` when an invariant does not hold."""
    world = World(seed, faults, change)
    world.run()
    check_end(world.history)
    return world.history


class World:
    """What there is in one history. `change` alters the faults that the seed drew, without changing the rest."""

    def __init__(self, seed: int, faults: Faults | None, change: Callable[[Faults], Faults] | None) -> None:
        self.random = Random(seed)  # noqa: S311 (not a secret)
        found = drawn(self.random)
        self.faults = change(found) if change is not None else faults or found
        self.agenda = Agenda()
        self.history = History(seed, NOON)
        self.history.is_informed = not (self.faults.lost or self.faults.clock_steps)
        self.provider = Provider(self.agenda, self.faults, self.history, self.random)
        self.office = Office(*self._groups(), telephony=self.provider, agent=self._agent())
        self.desk = self.provider.desk = Desk(self.office, self.agenda, self.faults, self.history)
        self._staff()
        for number in range(self.random.randint(1, 3)):
            self.agenda.after(self.random.choice((0.0, 0.0, 5.0, 30.0)), self._ring_in, CallId(f"CA{number}"))
        self.agenda.after(TICK, self._tick)

    def run(self) -> None:
        while self.agenda.seconds < LONGEST and self.agenda.step():
            pass

    # --- how it begins ------------------------------------------------------------------------------------------------

    def _groups(self) -> tuple[HuntGroup, HuntGroup]:
        random = self.random
        main = group(
            *(
                Member(user_id, tier=random.choice((1, 1, 2)))
                for user_id in random.sample(STAFF, random.choice((0, 1, 2, 3, 4)))
            ),
            strategy=random.choice(list(Strategy)),
            ring_seconds=random.choice((10, 20, 30)),
            max_wait_seconds=random.choice((30, 60, 180)),
            when_busy=random.choice(("overflow", "wait")),
            screening=random.random() < 0.8,
            wrap_up_seconds=random.choice((0, 0, 30)),
            record=random.random() < 0.5,
            sticky_days=random.choice((0, 7)),
            blocked=(BLOCKED,),
            overflow=tuple(random.sample(STEPS, random.randint(0, 3))),
        )
        other = group(
            Member(CAI), Member(DEB), id=GroupId(2), name="Second line", strategy=random.choice(list(Strategy))
        )
        return main, other

    def _agent(self) -> ScriptedAgent:
        down = self.random.random() < self.faults.agent_down
        return ScriptedAgent(None if down else "https://agent.example/inbound")

    def _staff(self) -> None:
        random = self.random
        self.office.staff(*STAFF)
        self._say({user_id: random.choice((*[Presence.AVAILABLE] * 4, Presence.OFFLINE)) for user_id in STAFF})
        fresh = [user_id for user_id in STAFF if random.random() < 0.4]
        if fresh:
            self.office.heartbeat(*fresh, at=NOON + timedelta(seconds=random.choice((30.0, 600.0))))

    def _ring_in(self, call_id: CallId) -> None:
        patience = self.random.choice((4.0, 25.0, 60.0, 120.0, 600.0))
        number = self.random.choice(CALLERS)
        line = Line(self.provider, call_id, number, LINE, patience)
        line.truth.blocked = number == BLOCKED
        self.provider.lines[call_id] = line
        line.ring_in()

    # --- what happens besides -----------------------------------------------------------------------------------------

    def _tick(self) -> None:
        """Every so often: Titus looks after what is due, people come and go, groups are edited, clocks are set."""
        self.desk.tend()
        if self.agenda.seconds % 60 == 0:
            self.desk.find_calls(tuple(call_id for call_id, line in self.provider.lines.items() if not line.over))
        self._meddle()
        if not self._is_quiet():
            self.agenda.after(TICK, self._tick)

    def _is_quiet(self) -> bool:
        lines = self.provider.lines.values()
        return bool(lines) and all(line.over and line.call_id in self.history.settled for line in lines)

    def _meddle(self) -> None:
        random, faults = self.random, self.faults
        if random.random() < faults.edits:
            self._say({random.choice(STAFF): random.choice(list(Presence))})
            self._edit()
        if random.random() < faults.restarts:
            self.office.open()
        if random.random() < faults.clock_steps:
            self.desk.set_clock_by(timedelta(seconds=random.choice((-40, -5, 5, 40))))

    def _say(self, said: dict[UserId, Presence]) -> None:
        self.office.say(said)
        self.history.presence.update(said)

    def _edit(self) -> None:
        stored = at_once(self.office.store.reader.group(MAIN))
        assert stored is not None
        people = self.random.sample(STAFF, self.random.randint(0, 4))
        self.office.groups(replace(stored, members=tuple(map(Member, people))))
