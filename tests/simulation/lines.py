"""A caller's line: does what each answer says, until the caller or Titus ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.simulation.dialling import Dialling
from tests.simulation.history import Truth
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

SPEAKING = 2.0


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
        self._strandings = 0
        self.truth = Truth(call_id, provider.agenda.now)
        provider.history.truths[call_id] = self.truth

    def ring_in(self) -> None:
        self._after(self._patience, self._lose_patience)
        self._next("answer_call", "inbound", self.call_id, self._caller)

    @property
    def _caller(self) -> CallerOnLine:
        return CallerOnLine(call_id=self.call_id, from_number=self.number, to_number=self.dialled)

    def ask(self, use_case: str, route: str, key: str, fact: Any) -> Reply:
        return self.provider.ask(self.call_id, use_case, route, key, fact)

    def _after(self, seconds: float, do: Any, *args: Any) -> None:
        self.provider.agenda.after(seconds, self._if_on, do, *args)

    def _if_on(self, do: Any, *args: Any) -> None:
        if not self.over:
            do(*args)

    # --- doing what is said -------------------------------------------------------------------------------------------

    def _next(self, use_case: str, route: str, key: str, fact: Any) -> None:
        """Ask what comes next and do it. Now and then the answer is unusable, or comes only after the fallback address
        was asked (and then nobody hears it)."""
        if self.over:
            return
        luck, stranded = self.provider.random.random(), self.provider.faults.stranded
        if luck < stranded / 2 and route == "hunt-step":
            self.provider.agenda.after(1.0, self.ask, use_case, route, key, fact)
            self._strand(route)
            return
        reply = self.ask(use_case, route, key, fact)
        if luck < stranded:
            self._strand(route, rung_before=route != "inbound")
        else:
            self._do(reply.instructions)

    def _strand(self, route: str, *, rung_before: bool = True, agent_failed: bool = False) -> None:
        self._strandings += 1
        fact = CallerIsStranded(
            call_id=self.call_id, error_code="11205", error_url=f"/{route}", agent_failed=agent_failed
        )
        step = NextStep(fact, self._caller, rung_before)
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
                self.recording_since = self.provider.agenda.seconds
                self.truth.left_message = True
                self._after(self.provider.random.choice((0.4, 6.0, 20.0)), self._leave_message)
            case Reject():
                self._end(CallStatus.BUSY)
            case _:
                self.truth.dropped = True
                self._end(CallStatus.COMPLETED)

    def _waited(self, turn: int) -> None:
        step = NextStep(CallerWaits(call_id=self.call_id, turn=turn), self._caller)
        self._next("advance_hunt", "hunt-step", f"{self.call_id}:hold:{turn}", step)

    def _talk_to_agent(self) -> None:
        if self.provider.random.random() < 0.2:
            self._after(1.0, lambda: self._strand("agent", agent_failed=True))
            return
        self.truth.at_agent = True
        self._after(15.0, self._end, CallStatus.COMPLETED)

    def _leave_message(self) -> None:
        reply = self.ask("take_message", "voicemail", *self._message())
        self._do(reply.instructions)

    def _message(self) -> tuple[str, MessageTaken]:
        assert self.recording_since is not None
        seconds = int(self.provider.agenda.seconds - self.recording_since)
        self.recording_since = None
        recording_id = RecordingId(f"RE{self.call_id}")
        state = RecordingState.COMPLETED if seconds else RecordingState.ABSENT
        report = RecordingReported(
            call_id=self.call_id, recording_id=recording_id, state=state, voicemail=True, duration=seconds
        )
        self.provider.report(self.call_id, "recording", f"{recording_id}:{state}", report)
        taken = MessageTaken(
            call_id=self.call_id, recording_id=recording_id if seconds else None, duration=seconds or None
        )
        return f"{self.call_id}:{taken.recording_id or ''}", taken

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
            self.ask("advance_hunt", "hunt-step", key, step)

    def _lose_patience(self) -> None:
        if self.dialling is not None and self.dialling.bridged is not None:
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
            self.ask("take_message", "voicemail", *self._message())
        report = CallReported(
            call_id=self.call_id,
            status=status,
            duration=self.duration,
            from_number=self.number,
            to_number=self.dialled,
        )
        self.provider.report(self.call_id, "status", f"{self.call_id}:{status}", report)
