"""A small telephony provider with people on its phones: it does what our answers say, and tells us what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from random import Random
from typing import Any

from tests.simulation.agenda import Agenda
from tests.simulation.boundaries import Crashed
from tests.simulation.desk import AT_THE_SAME_TIME, Desk
from tests.simulation.dialling import Dialling, Leg
from tests.simulation.faults import Faults, Luck
from tests.simulation.history import History
from tests.simulation.lines import Line
from tests.simulation.people import People
from tests.simulation.requests import Question, Request
from titus_core.calls.conversations import Invitation
from titus_core.calls.events import LegReported
from titus_core.calls.instructions import Reply, Target
from titus_core.calls.model import CallStatus, Direction
from titus_core.calls.ports import LegNews
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId, LegId


class Provider:
    """Knows all lines and legs; it is also the API (`calls.ports.Telephony`) that Titus asks for what it missed."""

    def __init__(
        self, agenda: Agenda, faults: Faults, history: History, random: Random, people: People, api_luck: Luck
    ) -> None:
        self.agenda = agenda
        self.faults = faults
        self.history = history
        self.random = random
        self.people = people
        self.luck = Luck(faults, random, history.fired)
        self.lines: dict[CallId, Line] = {}
        self.children: dict[CallId, list[Leg]] = {}
        self.desk: Desk
        self._api_luck = api_luck

    # --- telling Titus ------------------------------------------------------------------------------------------------

    def ask(
        self,
        request: Request,
        then: Callable[[Reply | None], object],
        give_up: Callable[[], object],
        wanted: Callable[[], bool],
    ) -> None:
        """What Titus says now goes to `then`. Sometimes the provider asks the same again later; nobody hears that."""
        if self.luck.strikes("repeated"):
            self.agenda.after(self.luck.one_of(0.0, 3.0, 40.0, 400.0), self.tell, request.again)
        Question(self, request, then, give_up, wanted).ask()

    def exchange(self, request: Request) -> Reply | None:
        """One try. Raises `Crashed` if the connection broke."""
        beside: Callable[[], object] | None = None
        if self.luck.strikes("twins"):
            beside = partial(self._tell_beside, request.again)
        elif self.luck.strikes("overlaps"):
            beside = partial(self.agenda.step, AT_THE_SAME_TIME)
        return self.desk.deliver(request, beside)

    def tell(self, request: Request) -> None:
        """A request whose answer nobody hears: tried as often as one that somebody waits for."""
        for _ in range(self.faults.retries):
            try:
                self.exchange(request)
            except (Crashed, Unavailable):
                request = request.again
                continue
            return

    def _tell_beside(self, request: Request) -> None:
        with suppress(Crashed, Unavailable):
            self.desk.deliver(request)

    def report(self, call_id: CallId, route: str, key: str, fact: Any) -> None:
        """Tell it, maybe late, twice, or never."""
        if self.luck.strikes("lost"):
            return
        request = Request(call_id, "note_report", route, key, fact, "report")
        for _ in range(2 if self.luck.strikes("repeated") else 1):
            delay = self.luck.one_of(1.0, 5.0, 30.0) if self.luck.strikes("late") else 0.0
            if delay and route == "recording":
                delay = self.luck.one_of(delay, RECORDING_TAKES)
            self.agenda.after(delay, self.tell, request)

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
        self._refuse_if_unlucky(call_id)
        line = self.lines.get(call_id)
        return None if line is None else self._news(line)

    async def legs(self, call_id: CallId) -> tuple[LegNews, ...]:
        self._refuse_if_unlucky(call_id)
        return tuple(
            LegNews(leg.id, leg.status, call_id, Direction.OUTBOUND, "", leg.target.address, leg.duration)
            for leg in self.children.get(call_id, ())
        )

    async def live_calls(self) -> tuple[LegNews, ...]:
        live = [line for line in self.lines.values() if not line.over]
        self._refuse_if_unlucky(*(line.call_id for line in live))
        return tuple(self._news(line) for line in live)

    def _refuse_if_unlucky(self, *call_ids: CallId) -> None:
        if self._api_luck.strikes("refusals"):
            self.history.refused.update(call_ids)
            for call_id in call_ids:
                self.history.delay(call_id, ASKED_AGAIN_AFTER)
            raise Unavailable(provider="telephony")

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


ASKED_AGAIN_AFTER = 75.0
"""Seconds: a refused question is asked again after `timers.INQUIRES_AFTER`, at the next two ticks at the latest."""


RECORDING_TAKES = 200.0
"""Seconds: the provider has some recordings only when the call is settled."""


class Agent:
    """The AI agent (`calls.ports.VoiceAgent`): asked by Titus, it may be down, or act and then not say so."""

    def __init__(self, luck: Luck) -> None:
        self.invited: list[CallId] = []
        self._luck = luck
        self.available = not luck.strikes("agent_down")

    async def invite(self, call: Any) -> Invitation:
        if self._luck.strikes("agent_down"):
            raise Unavailable(provider="voice agent")
        self.invited.append(call.id)
        if self._luck.strikes("agent_doubtful"):
            raise Unavailable(provider="voice agent")
        return Invitation(url="https://agent.example/inbound")
