"""One dial: its legs ring, are picked up, screened, joined to the caller, and end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from tests.simulation.agenda import Agenda
from tests.simulation.history import Talk
from tests.simulation.requests import Request
from titus_core.calls.events import RecordingReported
from titus_core.calls.facts import KeyPressed, LegPickedUp
from titus_core.calls.instructions import Accept, AskToAccept, Dial, Reply, Target
from titus_core.calls.model import CallStatus, RecordingState, Screening
from titus_core.kernel.ids import LegId, RecordingId

if TYPE_CHECKING:
    from tests.simulation.lines import Line

ENDS = frozenset(status for status in CallStatus if status.ended)
PATIENCE_WITH_PROMPT = 8.0
LOST_TOGETHER = 0.05
"""How often all that is told of a leg is lost, in histories that lose anything."""

HANGS_UP_AT_THE_KEY = 0.05
"""How often somebody presses a key and hangs up, and the key is told when the leg is over."""


class Leg(msgspec.Struct):
    id: LegId
    target: Target
    key: str | None = None
    talks: float = 0.0
    status: CallStatus = CallStatus.RINGING
    picked_up_at: float | None = None
    joined_at: float | None = None
    duration: int | None = None
    silent: bool = False

    @property
    def over(self) -> bool:
        return self.status in ENDS


class Dialling:
    """A dial that is on. When its last leg is over, the line asks Titus what comes next."""

    def __init__(self, line: Line, dial: Dial) -> None:
        self.line = line
        self.wave = dial.wave
        self.bridged: Leg | None = None
        self.line.provider.history.rung.add((line.call_id, dial.wave))
        self._records = dial.record
        self.legs = [self._ring(target) for target in dial.targets]
        self._agenda.after(dial.ring_seconds, self._stop_ringing)

    @property
    def _agenda(self) -> Agenda:
        return self.line.provider.agenda

    def _ring(self, target: Target) -> Leg:
        provider = self.line.provider
        reacts = provider.people.reaction(target)
        leg = Leg(provider.new_leg(self.line.call_id), target, reacts.key, reacts.talks)
        leg.silent = bool(provider.faults.lost) and provider.random.random() < LOST_TOGETHER
        provider.notice_clash(self.line.call_id, target)
        provider.children[self.line.call_id].append(leg)
        self._report(leg)
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
        self._report(leg)
        if not leg.target.screened:
            self._bridge(leg)
            return
        fact = LegPickedUp(call_id=self.line.call_id, leg_id=leg.id, address=leg.target.address, wave=self.wave)
        self._ask(leg, leg.id, fact, partial(self._asked_to_accept, leg))

    def _report(self, leg: Leg) -> None:
        if not leg.silent:
            self.line.provider.report_leg(self, leg)

    def _ask(self, leg: Leg, key: str, fact: LegPickedUp | KeyPressed, then: Callable[[Reply | None], object]) -> None:
        """Ask what the leg shall do; without any answer the provider ends it."""
        request = Request(self.line.call_id, "screen_leg", "screen", key, fact)
        give_up = partial(self._end, leg, CallStatus.COMPLETED)
        self.line.provider.ask(request, then, give_up, lambda: not leg.over)

    def _asked_to_accept(self, leg: Leg, reply: Reply | None) -> None:
        """Without a store (None) Titus asks everybody to press a key, and joins whoever presses 1."""
        if reply is not None and not any(isinstance(step, AskToAccept) for step in reply.instructions):
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
        provider = self.line.provider
        if provider.faults.late and provider.random.random() < HANGS_UP_AT_THE_KEY:
            request = Request(self.line.call_id, "screen_leg", "screen", f"{leg.id}:{key}", fact)
            self._agenda.after(provider.luck.one_of(2.0, 20.0), provider.tell, request)
            self._end(leg, CallStatus.COMPLETED)
            return
        self._ask(leg, f"{leg.id}:{key}", fact, partial(self._joined, leg, key))

    def _joined(self, leg: Leg, key: str, reply: Reply | None) -> None:
        self.line.truth.degraded |= reply is None
        accepted = key == "1" if reply is None else isinstance(reply.instructions[-1], Accept)
        if accepted and not leg.over:
            self._bridge(leg)
        else:
            self._end(leg, CallStatus.COMPLETED)

    def _bridge(self, leg: Leg) -> None:
        if self.bridged is not None or self.line.over:
            self._end(leg, CallStatus.COMPLETED)
            return
        self.bridged, leg.joined_at = leg, self._agenda.seconds
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
        self._report(leg)
        if leg is self.bridged:
            self._talk_is_over(leg)
        if all(other.over for other in self.legs) and self.line.dialling is self:
            self.line.dial_is_over(self)

    def _talk_is_over(self, leg: Leg) -> None:
        provider, call_id = self.line.provider, self.line.call_id
        assert leg.joined_at is not None
        self.line.truth.talked_for += timedelta(seconds=provider.agenda.seconds - leg.joined_at)
        if leg.target.user_id is not None:
            provider.history.talks.append(Talk(leg.target.user_id, call_id, self.wave, provider.agenda.now))
        if self._records:
            self._report_recording(leg)

    def _report_recording(self, leg: Leg) -> None:
        """The provider has it some time after the talk, maybe before its word on the leg arrives."""
        recording_id = RecordingId(f"RE{leg.id}")
        fact = RecordingReported(
            call_id=self.line.call_id,
            recording_id=recording_id,
            state=RecordingState.COMPLETED,
            duration=leg.duration,
            channels=2,
        )
        self.line.provider.report(self.line.call_id, "recording", f"{recording_id}:completed", fact)

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
