"""One process of Titus in a simulated world."""

from __future__ import annotations

from typing import Any

from tests.core.calls.office import Run, Titus
from tests.simulation.agenda import AgendaClock
from tests.simulation.boundaries import Boundaries, WatchedAgent, WatchedStore, WatchedTelephony
from titus_core.calls.ports import Telephony, VoiceAgent


class Process:
    """Its use cases, its clock, and until when (seconds) it is down. `began_at` is when it began what it
    does, `told` whether somebody told it something, `raced` whether something else happened since."""

    def __init__(
        self, store: Any, run: Run, boundaries: Boundaries, clock: AgendaClock, telephony: Telephony, agent: VoiceAgent
    ) -> None:
        self.boundaries = boundaries
        self.clock = clock
        self.down_until = 0.0
        self.at_work = self.told = self.raced = False
        self.began_at = clock.now()
        self.titus = Titus(
            WatchedStore(store, boundaries),
            telephony=WatchedTelephony(telephony, boundaries),
            agent=WatchedAgent(agent, boundaries),
            clock=clock,
            run=run,
        )
