"""A small telephony provider with people on its phones: it does what our answers say, and tells us what comes of it."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.simulation.agenda import Agenda
from tests.simulation.desk import Desk
from tests.simulation.dialling import Dialling, Leg
from tests.simulation.faults import Faults
from tests.simulation.history import History
from tests.simulation.lines import Line
from titus_core.calls.events import LegReported
from titus_core.calls.instructions import Reply, Target
from titus_core.calls.model import CallStatus, Direction
from titus_core.calls.ports import LegNews
from titus_core.kernel.ids import CallId, LegId


class Provider:
    """Knows all lines and legs; it is also the API (`calls.ports.Telephony`) that Titus asks for what it missed."""

    def __init__(self, agenda: Agenda, faults: Faults, history: History, random: Random) -> None:
        self.agenda = agenda
        self.faults = faults
        self.history = history
        self.random = random
        self.lines: dict[CallId, Line] = {}
        self.children: dict[CallId, list[Leg]] = {}
        self.desk: Desk

    # --- telling Titus ------------------------------------------------------------------------------------------------

    def ask(self, call_id: CallId, use_case: str, route: str, key: str, fact: Any) -> Reply:
        """What Titus says now. Sometimes the provider asks the same again later; nobody hears that answer."""
        reply = self.desk.ask(call_id, use_case, route, key, fact)
        if self.random.random() < self.faults.repeated:
            delay = self.random.choice((0.0, 3.0, 40.0))
            self.agenda.after(delay, self.desk.ask, call_id, use_case, route, key, fact, "repeated")
        assert reply is not None
        return reply

    def report(self, call_id: CallId, route: str, key: str, fact: Any) -> None:
        """Tell it, maybe late, twice, or never."""
        if self.faults.lost and self.random.random() < self.faults.lost:
            return
        for _ in range(2 if self.random.random() < self.faults.repeated else 1):
            delay = self.random.choice((1.0, 5.0, 30.0)) if self.random.random() < self.faults.late else 0.0
            self.agenda.after(delay, self._tell, call_id, route, key, fact)

    def _tell(self, call_id: CallId, route: str, key: str, fact: Any) -> None:
        self.desk.ask(call_id, "note_report", route, key, fact, "report")

    def report_leg(self, dialling: Dialling, leg: Leg) -> None:
        call_id = dialling.line.call_id
        fact = LegReported(
            call_id=call_id,
            leg_id=leg.id,
            status=leg.status,
            address=leg.target.address,
            wave=dialling.wave,
            duration=leg.duration,
        )
        self.report(call_id, "status", f"{leg.id}:{leg.status}", fact)

    # --- being asked --------------------------------------------------------------------------------------------------

    async def call(self, call_id: CallId) -> LegNews | None:
        line = self.lines.get(call_id)
        return None if line is None else self._news(line)

    async def legs(self, call_id: CallId) -> tuple[LegNews, ...]:
        return tuple(
            LegNews(leg.id, leg.status, call_id, Direction.OUTBOUND, "", leg.target.address, leg.duration)
            for leg in self.children.get(call_id, ())
        )

    async def live_calls(self) -> tuple[LegNews, ...]:
        return tuple(self._news(line) for line in self.lines.values() if not line.over)

    def _news(self, line: Line) -> LegNews:
        status = line.status if line.over else CallStatus.IN_PROGRESS
        return LegNews(line.call_id, status, None, Direction.INBOUND, line.number, line.dialled, line.duration)

    def notice_clash(self, call_id: CallId, target: Target) -> None:
        """Keep it if this person has another call's leg on at this moment."""
        for other_id, legs in self.children.items():
            for leg in legs:
                same = target.user_id is not None and leg.target.user_id == target.user_id
                if same and other_id != call_id and not leg.over:
                    self.history.clashes.append(f"{call_id} rings {target.user_id} who has {leg.id}")

    def new_leg(self, call_id: CallId) -> LegId:
        return LegId(f"{call_id}-{len(self.children.setdefault(call_id, [])) + 1}")
