"""One dial: its legs ring, are picked up, screened, joined to the caller, and end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tests.simulation.people import reaction
from titus_core.calls.facts import KeyPressed, LegPickedUp
from titus_core.calls.instructions import Accept, AskToAccept, Dial, Target
from titus_core.calls.model import CallStatus, Screening
from titus_core.hunt_groups.model import Endpoint
from titus_core.kernel.ids import LegId

if TYPE_CHECKING:
    from tests.simulation.lines import Line

ENDS = frozenset(status for status in CallStatus if status.ended)
PATIENCE_WITH_PROMPT = 8.0


class Leg(msgspec.Struct):
    id: LegId
    target: Target
    key: str | None = None
    talks: float = 0.0
    status: CallStatus = CallStatus.RINGING
    picked_up_at: float | None = None
    duration: int | None = None

    @property
    def over(self) -> bool:
        return self.status in ENDS


class Dialling:
    """A dial that is on. When its last leg is over, the line asks Titus what comes next."""

    def __init__(self, line: Line, dial: Dial) -> None:
        self.line = line
        self.wave = dial.wave
        self.bridged: Leg | None = None
        self.legs = [self._ring(target) for target in dial.targets]
        self._agenda.after(dial.ring_seconds, self._stop_ringing)

    @property
    def _agenda(self) -> Agenda:
        return self.line.provider.agenda

    def _ring(self, target: Target) -> Leg:
        provider = self.line.provider
        reacts = reaction(provider.random, browser=target.endpoint is Endpoint.BROWSER)
        leg = Leg(provider.new_leg(self.line.call_id), target, reacts.key, reacts.talks)
        provider.notice_clash(self.line.call_id, target)
        provider.children[self.line.call_id].append(leg)
        provider.report_leg(self, leg)
        if reacts.status is not None:
            self._agenda.after(reacts.after, self._end_if_ringing, leg, reacts.status)
        elif reacts.after < 1000:
            self._agenda.after(reacts.after, self._pick_up, leg)
        return leg

    def _end_if_ringing(self, leg: Leg, status: CallStatus) -> None:
        if leg.status is CallStatus.RINGING:
            self._end(leg, status)

    def _stop_ringing(self) -> None:
        for leg in self.legs:
            self._end_if_ringing(leg, CallStatus.NO_ANSWER)

    def _pick_up(self, leg: Leg) -> None:
        if leg.status is not CallStatus.RINGING:
            return
        leg.status, leg.picked_up_at = CallStatus.IN_PROGRESS, self._agenda.seconds
        self.line.provider.report_leg(self, leg)
        if not leg.target.screened:
            self._bridge(leg)
            return
        fact = LegPickedUp(call_id=self.line.call_id, leg_id=leg.id, address=leg.target.address, wave=self.wave)
        reply = self.line.ask("screen_leg", "screen", leg.id, fact)
        if not any(isinstance(step, AskToAccept) for step in reply.instructions):
            self._end(leg, CallStatus.COMPLETED)
        elif leg.key is None:
            self._agenda.after(PATIENCE_WITH_PROMPT, self._end, leg, CallStatus.COMPLETED)
        else:
            self._agenda.after(3.0, self._press, leg, leg.key)

    def _press(self, leg: Leg, key: str) -> None:
        if leg.over:
            return
        answer = Screening.ACCEPTED if key == "1" else Screening.DECLINED
        address = leg.target.address
        fact = KeyPressed(call_id=self.line.call_id, leg_id=leg.id, address=address, answer=answer, wave=self.wave)
        reply = self.line.ask("screen_leg", "screen", f"{leg.id}:{key}", fact)
        if isinstance(reply.instructions[-1], Accept) and self.bridged is None and not self.line.over:
            self._bridge(leg)
        else:
            self._end(leg, CallStatus.COMPLETED)

    def _bridge(self, leg: Leg) -> None:
        if self.bridged is not None or self.line.over:
            self._end(leg, CallStatus.COMPLETED)
            return
        self.bridged = leg
        self.line.truth.talked_to.append(leg.target.address)
        for other in self.legs:
            spared = other.picked_up_at is not None and not self.line.provider.faults.cuts_screened
            if other is not leg and not other.over and not spared:
                self._end(other, CallStatus.CANCELED if other.picked_up_at is None else CallStatus.COMPLETED)
        self._agenda.after(leg.talks, self._end, leg, CallStatus.COMPLETED)

    def _end(self, leg: Leg, status: CallStatus) -> None:
        if leg.over:
            return
        leg.status = status
        leg.duration = None if leg.picked_up_at is None else int(self._agenda.seconds - leg.picked_up_at)
        self.line.provider.report_leg(self, leg)
        if all(other.over for other in self.legs) and self.line.dialling is self:
            self.line.dial_is_over(self)

    def cut(self) -> None:
        """The caller is gone: so are the legs."""
        for leg in self.legs:
            if not leg.over:
                self._end(leg, CallStatus.CANCELED if leg.picked_up_at is None else CallStatus.COMPLETED)

    @property
    def result(self) -> tuple[CallStatus, Leg | None]:
        """What the provider says of the whole dial, and of which leg."""
        picked_up = self.bridged or next((leg for leg in self.legs if leg.picked_up_at is not None), None)
        if picked_up is not None:
            return CallStatus.COMPLETED, picked_up
        alone = self.legs[0] if len(self.legs) == 1 else None
        return (CallStatus.NO_ANSWER if alone is None else alone.status), alone


from tests.simulation.agenda import Agenda  # noqa: E402
