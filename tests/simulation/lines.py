"""A caller's line: does what each answer says, until the caller or Titus ends it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from tests.simulation.dialling import Dialling
from tests.simulation.history import Truth
from tests.simulation.requests import Request
from titus_core.calls.advance_hunt import NextStep
from titus_core.calls.answer_call import CallerOnLine
from titus_core.calls.connect_agent import CallerWantsAgent
from titus_core.calls.events import CallReported, RecordingReported
from titus_core.calls.facts import CallerIsStranded, CallerWaits, DialEnded, MessageTaken
from titus_core.calls.instructions import (
    ConnectAgent,
    Dial,
    HandOver,
    Hold,
    Instruction,
    Reject,
    Reply,
    Say,
    TakeVoicemail,
)
from titus_core.calls.model import CallStatus, RecordingState
from titus_core.kernel.ids import CallId, RecordingId

if TYPE_CHECKING:
    from tests.simulation.provider import Provider

SPEAKING = MOMENT = 2.0
LOST_TOGETHER = 0.05
"""How often the end of a line is not told, in histories that lose anything."""

UNHEARD = 0.05
"""How often, in those, Titus cannot be reached when a call comes in."""

UNHEARD_FOR = 200.0
PATIENCE = 2
"""So often the caller is asked to wait a moment (`fallback.PATIENCE`)."""


class Line:
    """`patience`: after so many seconds the caller hangs up, wherever they are by then, unless they talk."""

    def __init__(self, provider: Provider, call_id: CallId, number: str, dialled: str, patience: float) -> None:
        self.provider = provider
        self.call_id = call_id
        self.number = number
        self.dialled = dialled
        self.status = CallStatus.COMPLETED
        self.over = False
        self.duration: int | None = None
        self.dialling: Dialling | None = None
        self.recording_since: float | None = None
        self._began = provider.agenda.seconds
        self._patience = patience
        self._strandings = self._degradations = self._messages = 0
        self._silent = self._happens(LOST_TOGETHER)
        self.truth = Truth(call_id, provider.agenda.now)
        provider.history.truths[call_id] = self.truth

    def ring_in(self) -> None:
        if not self.truth.blocked and self._happens(UNHEARD):
            self._be_unheard()
            return
        self._after(self._patience, self._lose_patience)
        self._next("answer_call", "inbound", self.call_id, self._caller)

    def _be_unheard(self) -> None:
        """Titus could not be reached, and the caller gets a document that is hosted elsewhere. Later Titus hears of the
        message that was left; or of nothing, and must find the call while it is on."""
        self._after(UNHEARD_FOR, self._end, CallStatus.COMPLETED)
        if not self._silent:
            recording_id, state = RecordingId(f"REelsewhere-{self.call_id}"), RecordingState.COMPLETED
            report = RecordingReported(
                call_id=self.call_id, recording_id=recording_id, state=state, voicemail=True, duration=6
            )
            self._after(8.0, self.provider.report, self.call_id, "recording", f"{recording_id}:{state}", report)

    def _happens(self, rate: float) -> bool:
        """Losses that come together: whole lines and legs of which nothing is told."""
        return bool(self.provider.faults.lost) and self.provider.random.random() < rate

    @property
    def _caller(self) -> CallerOnLine:
        return CallerOnLine(call_id=self.call_id, from_number=self.number, to_number=self.dialled)

    def _after(self, seconds: float, do: Any, *args: Any) -> None:
        self.provider.agenda.after(seconds, self._if_on, do, *args)

    def _if_on(self, do: Any, *args: Any) -> None:
        if not self.over:
            do(*args)

    def _is_on(self) -> bool:
        return not self.over

    # --- doing what is said -------------------------------------------------------------------------------------------

    def _next(self, use_case: str, route: str, key: str, fact: Any) -> None:
        """Ask what comes next and do it; without any answer the provider asks the fallback address."""
        if not self.over:
            request = Request(self.call_id, use_case, route, key, fact)
            self.provider.ask(request, partial(self._answered, route), partial(self._unanswered, route), self._is_on)

    def _answered(self, route: str, reply: Reply | None) -> None:
        if reply is None:
            self._degraded(route)
        elif self.provider.luck.strikes("stranded"):
            self._strand(route)
        else:
            self._do(reply.instructions)

    def _degraded(self, route: str) -> None:
        """Titus's own fallback documents (`webhooks/twilio/fallback.py`), which need no store."""
        self._degradations += 1
        self.truth.degraded = True
        if route == "voicemail":
            self._after(0.0, self._end, CallStatus.COMPLETED)
        elif route == "agent" or self._degradations > PATIENCE:
            self._after(SPEAKING, self._take_message)
        else:
            self.provider.history.delay(self.call_id, MOMENT)
            self._after(MOMENT, self._strand, route)

    def _unanswered(self, route: str) -> None:
        """When the fallback address does not answer either, the provider ends the call."""
        if route == "fallback":
            self._after(0.0, self._end, CallStatus.COMPLETED)
        else:
            self._strand(route)

    def _strand(self, route: str, *, agent_failed: bool = False) -> None:
        self._strandings += 1
        fact = CallerIsStranded(
            call_id=self.call_id,
            error_code="11205",
            error_url=f"/{route}",
            agent_failed=agent_failed or route == "agent",
        )
        step = NextStep(fact, self._caller, route != "inbound")
        self._next("advance_hunt", "fallback", f"{self.call_id}:{self._strandings}", step)

    def _do(self, instructions: tuple[Instruction, ...]) -> None:
        spoken = SPEAKING * sum(isinstance(step, Say) for step in instructions)
        last = instructions[-1] if instructions else None
        self._after(spoken, self._do_one, last)

    def _do_one(self, instruction: Instruction | None) -> None:
        match instruction:
            case Dial():
                self.dialling = Dialling(self, instruction)
            case Hold(seconds=seconds, turn=turn):
                self._after(seconds, self._waited, turn)
            case ConnectAgent(stage=stage):
                self._next("connect_agent", "agent", f"{self.call_id}:{stage}", CallerWantsAgent(self.call_id))
            case HandOver():
                self._talk_to_agent()
            case TakeVoicemail():
                self._take_message()
            case Reject():
                self._end(CallStatus.BUSY)
            case _:
                self.truth.dropped = True
                self._end(CallStatus.COMPLETED)

    def _waited(self, turn: int) -> None:
        step = NextStep(CallerWaits(call_id=self.call_id, turn=turn), self._caller)
        self._next("advance_hunt", "hunt-step", f"{self.call_id}:hold:{turn}", step)

    def _talk_to_agent(self) -> None:
        random = self.provider.random
        if self.provider.luck.strikes("agent_unusable"):
            self._after(1.0, self._leave_failed_agent if random.random() < 0.25 else self._fail_at_agent)
        else:
            self.truth.at_agent = True
            self._after(random.choice((15.0, 15.0, 150.0)), self._end, CallStatus.COMPLETED)

    def _fail_at_agent(self) -> None:
        self._strand("agent", agent_failed=True)

    def _leave_failed_agent(self) -> None:
        """The caller hangs up in the silence, and the provider tells of the failure when it gets round to it."""
        self._end(CallStatus.COMPLETED)
        self._strandings += 1
        fact = CallerIsStranded(
            call_id=self.call_id, error_code="11205", agent_failed=True, caller_status=CallStatus.COMPLETED
        )
        asks = ("advance_hunt", "fallback", f"{self.call_id}:{self._strandings}", NextStep(fact, self._caller))
        self.provider.agenda.after(self.provider.random.choice((2.0, 120.0)), self._ask_in_vain, *asks)

    def _take_message(self) -> None:
        self.recording_since = self.provider.agenda.seconds
        self.truth.left_message = True
        self._after(self.provider.people.message_seconds(), self._leave_message)

    def _leave_message(self) -> None:
        self._next("take_message", "voicemail", *self._message())

    def _message(self) -> tuple[str, MessageTaken]:
        assert self.recording_since is not None
        seconds = int(self.provider.agenda.seconds - self.recording_since)
        self.recording_since = None
        self._messages += 1
        recording_id = RecordingId(f"REmessage-{self.call_id}-{self._messages}")
        state = RecordingState.COMPLETED if seconds else RecordingState.ABSENT
        report = RecordingReported(
            call_id=self.call_id, recording_id=recording_id, state=state, voicemail=True, duration=seconds
        )
        self.provider.report(self.call_id, "recording", f"{recording_id}:{state}", report)
        taken = MessageTaken(
            call_id=self.call_id, recording_id=recording_id if seconds else None, duration=seconds or None
        )
        return f"{self.call_id}:{taken.recording_id or ''}", taken

    def _ask_in_vain(self, use_case: str, route: str, key: str, fact: Any) -> None:
        """The provider asks for a caller who is gone; nobody hears the answer."""
        self.provider.ask(Request(self.call_id, use_case, route, key, fact), _ignore, _ignore, lambda: True)

    # --- ending -------------------------------------------------------------------------------------------------------

    def dial_is_over(self, dialling: Dialling) -> None:
        self.dialling = None
        gone = CallStatus.COMPLETED if self.over else CallStatus.IN_PROGRESS
        status, leg = dialling.result
        fact = DialEnded(
            call_id=self.call_id,
            wave=dialling.wave,
            status=status,
            caller_status=gone,
            bridged=dialling.bridged is not None if self.provider.faults.says_bridged else None,
            leg_id=leg.id if leg is not None else None,
            duration=leg.duration if leg is not None else None,
        )
        key = f"{self.call_id}:{dialling.wave}:{status}:{fact.leg_id or ''}"
        step = NextStep(fact, self._caller)
        if not self.over:
            self._next("advance_hunt", "hunt-step", key, step)
        elif self.provider.faults.asks_after_hangup:
            self._ask_in_vain("advance_hunt", "hunt-step", key, step)

    def _lose_patience(self) -> None:
        talks = self.dialling is not None and self.dialling.bridged is not None
        if talks and self.provider.random.random() < 0.5:
            self._after(60.0, self._lose_patience)
            return
        self._end(CallStatus.COMPLETED)

    def _end(self, status: CallStatus) -> None:
        self.over, self.status = True, status
        self.duration = int(self.provider.agenda.seconds - self._began)
        self.truth.over_at = self.provider.agenda.now
        if self.dialling is not None:
            self.dialling.cut()
        if self.recording_since is not None:
            self._ask_in_vain("take_message", "voicemail", *self._message())
        if self._silent:
            return
        report = CallReported(
            call_id=self.call_id,
            status=status,
            duration=self.duration,
            from_number=self.number,
            to_number=self.dialled,
        )
        self.provider.report(self.call_id, "status", f"{self.call_id}:{status}", report)


def _ignore(*_: object) -> None:
    """Nobody hears it."""
