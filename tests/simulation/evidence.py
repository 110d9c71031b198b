"""What the delivered facts and our answers prove, told a second time and otherwise than `titus_core.calls.evidence`:
over the list of deliveries instead of the state."""

from __future__ import annotations

from collections.abc import Iterator

from tests.simulation.history import Delivered, History
from titus_core.calls.events import AgentFailed, LegReported, RecordingReported
from titus_core.calls.facts import DialEnded, KeyPressed, MessageTaken
from titus_core.calls.instructions import Accept, Dial, Reply, Target
from titus_core.calls.model import CallStatus, Outcome, RecordingState
from titus_core.kernel.ids import CallId


def provable(history: History, call_id: CallId) -> Outcome | None:
    """The best outcome that can be proved; None while nobody said that the call is over."""
    facts = list(_of(history, call_id))
    if not history.calls[call_id].status.ended:
        return None
    targets = {
        (instruction.wave, target.address): target
        for delivered in history.delivered
        for instruction in _dials(delivered.reply, call_id)
        for target in instruction.targets
    }
    told = call_id in history.accepted or any(_proves_answer(delivered, targets) for delivered in facts)
    if told or _polled_answer(history, call_id, targets):
        return Outcome.ANSWERED
    failed = any(isinstance(event, AgentFailed) for event, _ in history.events[call_id])
    if call_id in history.handed_over and not failed:
        return Outcome.AI_FALLBACK
    if any(_proves_message(delivered.fact) for delivered in facts):
        return Outcome.VOICEMAIL
    call = history.calls[call_id]
    return Outcome.FAILED if call.refusal is not None or call.status is CallStatus.FAILED else Outcome.CALLER_HUNG_UP


def _of(history: History, call_id: CallId) -> Iterator[Delivered]:
    return (delivered for delivered in history.delivered if getattr(delivered.fact, "call_id", None) == call_id)


def _dials(reply: Reply | None, call_id: CallId) -> Iterator[Dial]:
    if reply is not None and reply.call_id == call_id:
        yield from (instruction for instruction in reply.instructions if isinstance(instruction, Dial))


def _proves_answer(delivered: Delivered, targets: dict[tuple[int, str], Target]) -> bool:
    match delivered.fact:
        case DialEnded(wave=wave, bridged=bridged, status=status):
            rung = [target for (number, _), target in targets.items() if number == wave]
            unscreened = bool(rung) and not any(target.screened for target in rung)
            return bool(bridged) or (bridged is None and status is CallStatus.COMPLETED and unscreened)
        case KeyPressed():
            return delivered.reply is not None and isinstance(delivered.reply.instructions[-1], Accept)
        case LegReported() as report:
            return _is_talk(report, targets)
        case _:
            return False


def _is_talk(report: LegReported, targets: dict[tuple[int, str], Target]) -> bool:
    """In progress, or over after some seconds, on a leg that nobody was asked to press a key on."""
    rung = [target for (wave, address), target in targets.items() if address == report.address]
    talked = report.status is CallStatus.IN_PROGRESS or (report.status is CallStatus.COMPLETED and report.duration)
    return bool(rung) and bool(talked) and not any(target.screened for target in rung)


def _polled_answer(history: History, call_id: CallId, targets: dict[tuple[int, str], Target]) -> bool:
    """What Titus learned by asking the provider is a fact too; it is recorded as the provider's report."""
    return any(isinstance(event, LegReported) and _is_talk(event, targets) for event, _ in history.events[call_id])


def _proves_message(fact: object) -> bool:
    match fact:
        case RecordingReported(voicemail=True, state=state, duration=duration):
            return state is RecordingState.COMPLETED or bool(duration)
        case MessageTaken(recording_id=recording_id, duration=duration):
            return recording_id is not None and bool(duration)
        case _:
            return False
