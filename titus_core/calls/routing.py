"""`decide`: what one fact means for one call. Pure, total, deterministic (`call-routing.md`)."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

import msgspec

from titus_core.calls.events import (
    AgentFailed,
    AgentServed,
    CallArrived,
    CallerStranded,
    CallFoundLate,
    CallPlaced,
    CallReported,
    CallSettled,
    LegReported,
    RecordingErased,
    RecordingErasedAtProvider,
    RecordingKept,
    RecordingReported,
    ScreeningAnswered,
    WaveEnded,
    WaveOffered,
)
from titus_core.calls.evidence import has_talked, left_message, outcome, served, winner
from titus_core.calls.facts import (
    AgentUnavailable,
    CallerIsStranded,
    CallerWaits,
    DialEnded,
    Fact,
    KeyPressed,
    LegPickedUp,
    MessageTaken,
    SettleDue,
)
from titus_core.calls.history import AnyCallEvent, evolve
from titus_core.calls.hunting import Directory, go_on, hold
from titus_core.calls.instructions import Accept, AskToAccept, Hangup, Instruction, Reject, Reply, Say
from titus_core.calls.model import Attempt, Call, CallStatus, Direction, RecordingState, Screening, Wave
from titus_core.calls.placing import NOT_ALLOWED
from titus_core.calls.timers import due_at
from titus_core.hunt_groups.model import Endpoint, Voice
from titus_core.kernel.ids import LegId

MAX_STRANDINGS = 5
"""So often the provider may fail to use our answers before the caller is told to call again: a loop helps nobody."""

SCREENING_PROMPT = "You have a call for the team. Press 1 to take it."
TOO_LATE = "Thank you. The call has been taken."
TRY_AGAIN = "We are sorry, we cannot take your call right now. Please try again in a few minutes."


class Decision(msgspec.Struct, frozen=True):
    """The call after the fact, the events that made it so, and what the provider is told (where it asked)."""

    call: Call
    events: tuple[AnyCallEvent, ...]
    instructions: tuple[Instruction, ...] = ()

    @property
    def reply(self) -> Reply:
        voice = self.call.plan.voice if self.call.plan is not None else Voice()
        return Reply(self.call.id, self.instructions, voice)


def decide(call: Call | None, fact: Fact, now: datetime, directory: Directory | None) -> Decision:
    """What `fact` means. `call` None: nothing is known of it yet. `directory` None: only what the fact tells counts;
    nobody waits for what comes next (they had an answer already), so nobody is offered anything.

    Facts that ask what comes next for a caller (the end of a dial or a hold, a missing agent, a stranded caller) need
    a call that has arrived; the use cases see to it.
    """
    match fact:
        case CallArrived():
            return _arrived(call, fact, now, directory)
        case CallPlaced():
            return _placed_by_us(call, fact, now, directory)
        case LegReported():
            return _with(call, (_placed(call, fact),), now)
        case CallReported() | CallFoundLate() | RecordingReported():
            return _with(call, (fact,), now)
        case RecordingKept() | RecordingErased() | RecordingErasedAtProvider():
            return _with(call, (fact,), now)
        case DialEnded():
            return _dial_ended(_known(call), fact, now, directory)
        case CallerWaits():
            return _caller_waits(_known(call), fact, now, directory)
        case CallerIsStranded():
            return _stranded(_known(call), fact, now, directory)
        case LegPickedUp():
            return _picked_up(call, fact, now)
        case KeyPressed():
            return _key_pressed(call, fact, now)
        case AgentServed():
            return _with(call, (fact,), now)
        case AgentUnavailable():
            return _agent_unavailable(_known(call), fact, now, directory)
        case MessageTaken():
            return _message_taken(call, fact, now)
        case SettleDue():
            return _settled(_known(call), now)
        case never:
            assert_never(never)


def _known(call: Call | None) -> Call:
    assert call is not None, "the use case loads the call, or makes it arrive, first"
    return call


def _with(
    call: Call | None,
    events: tuple[AnyCallEvent, ...],
    now: datetime,
    instructions: tuple[Instruction, ...] = (),
    before: tuple[AnyCallEvent, ...] = (),
) -> Decision:
    """The call with those of `events` that tell something new. `before` were applied already."""
    news: list[AnyCallEvent] = list(before)
    for event in events:
        after = evolve(call, event, now)
        if call is None or msgspec.structs.replace(after, news_at=call.news_at) != call:
            call = after
            news.append(event)
    assert call is not None, "decisions are about a call"
    return Decision(call, tuple(news), instructions)


def _continued(decision: Decision, now: datetime, directory: Directory | None) -> Decision:
    """`decision`, and the next thing for the caller: nothing for one who is gone, no hunt for one who was refused."""
    if directory is None or not decision.call.live:
        return decision
    if decision.call.refusal is not None:
        return msgspec.structs.replace(decision, instructions=(Reject(),))
    events, instructions = go_on(decision.call, now, directory)
    return _with(decision.call, events, now, instructions, before=decision.events)


def _gone(call: Call, caller_status: CallStatus) -> tuple[AnyCallEvent, ...]:
    """What a request says of the caller by the way: whoever is gone need not wait for the report that says so."""
    return (CallReported(call_id=call.id, status=caller_status),) if caller_status.ended else ()


def _arrived(call: Call | None, fact: CallArrived, now: datetime, directory: Directory | None) -> Decision:
    if call is not None and call.arrived_at is not None:
        return _begun_anew(call, now, directory)
    return _continued(_with(call, (admitted(call, fact),), now), now, directory)


def admitted(call: Call | None, arrival: CallArrived) -> CallArrived:
    """The arrival of a caller whom we may refuse: not one of a call that settled without us. It was not we who ended
    it, and an outcome that settled never falls."""
    if call is None or call.settled_at is None:
        return arrival
    return msgspec.structs.replace(arrival, refusal=None)


def _placed_by_us(call: Call | None, fact: CallPlaced, now: datetime, directory: Directory | None) -> Decision:
    """One of us calls out; with a `directory` they are on the line and hear what comes next. Whom this call has dialled
    once, it never dials again."""
    known = call is not None and call.arrived_at is not None
    decision = Decision(call, ()) if call is not None and known else _with(call, (_as_settled(call, fact),), now)
    if directory is None or not decision.call.live:
        return decision
    if decision.call.refusal is not None:
        return msgspec.structs.replace(decision, instructions=(Say(NOT_ALLOWED), Hangup()))
    if decision.call.waves:
        return msgspec.structs.replace(decision, instructions=(Hangup(),))
    return _continued(decision, now, directory)


def _as_settled(call: Call | None, fact: CallPlaced) -> CallPlaced:
    """Of a call that settled without us, only who made it is new: an outcome that settled never falls."""
    if call is None or call.settled_at is None:
        return fact
    return msgspec.structs.replace(fact, refusal=None, plan=None)


def _begun_anew(call: Call, now: datetime, directory: Directory | None) -> Decision:
    """The provider begins with a call that we know: another address answered it in between, or its first request comes
    late. In a dial the caller is not here as far as we know; so that nobody is offered whom nobody rings, they are
    asked to wait, and served on if they are here after all."""
    decision = Decision(call, ())
    if not call.live or call.refusal is not None or directory is None:
        return _continued(decision, now, directory)
    if left_message(call) or has_talked(call):
        return msgspec.structs.replace(decision, instructions=(Hangup(),))
    return _asked_to_wait(decision, now) if _is_ringing(call) else _continued(decision, now, directory)


def _dial_ended(call: Call, fact: DialEnded, now: datetime, directory: Directory | None) -> Decision:
    # A caller who hangs up while it rings is told as "no-answer" or "canceled": it is the caller who is gone.
    gone = fact.caller_status.ended and fact.status is CallStatus.NO_ANSWER and not fact.bridged
    ended = WaveEnded(
        call_id=call.id,
        wave=fact.wave,
        status=CallStatus.CANCELED if gone else fact.status,
        bridged=fact.bridged,
        leg_id=fact.leg_id,
        duration=fact.duration,
    )
    decision = _with(call, (*_unknown_wave(call, fact), ended, *_gone(call, fact.caller_status)), now)
    wave = next((wave for wave in decision.call.waves if wave.number == fact.wave), None)
    if not decision.call.live:
        return decision
    if wave is not None and served(decision.call, wave):
        return msgspec.structs.replace(decision, instructions=(Hangup(),))
    if wave is not None and wave is not decision.call.wave:
        repeated = any(known.number == wave.number and known.end is not None for known in call.waves)
        return _late(decision, now, directory, repeated=repeated)
    return _continued(decision, now, directory)


def _unknown_wave(call: Call, fact: DialEnded) -> tuple[AnyCallEvent, ...]:
    """Someone talked to the caller in a wave that we never stored (its request was answered elsewhere): keep that."""
    if not fact.bridged or any(wave.number == fact.wave for wave in call.waves):
        return ()
    someone = Attempt(name="someone", endpoint=Endpoint.BOTH, address=fact.leg_id or "", screened=False)
    return (WaveOffered(call_id=call.id, wave=fact.wave, stage=call.stage, ring_seconds=0, attempts=(someone,)),)


def _late(decision: Decision, now: datetime, directory: Directory | None, *, repeated: bool) -> Decision:
    """A step that the hunt has left behind: it must not ring anyone. If the later wave is over too, the caller is
    served as usual. While it is open, the caller listens to it as far as we know, and this answer goes nowhere; but if
    nobody told us of this end before, they may be here after all, so they are asked to wait and not sent away."""
    call, wave = decision.call, decision.call.wave
    if wave is not None and wave.end is not None and not served(call, wave):
        return _continued(decision, now, directory)
    if wave is not None and wave.end is None and not repeated and directory is not None:
        return _asked_to_wait(decision, now)
    return msgspec.structs.replace(decision, instructions=(Hangup(),))


def _asked_to_wait(decision: Decision, now: datetime) -> Decision:
    events, instructions = hold(decision.call, decision.call.stage)
    return _with(decision.call, events, now, instructions, before=decision.events)


def _caller_waits(call: Call, fact: CallerWaits, now: datetime, directory: Directory | None) -> Decision:
    decision = _with(call, _gone(call, fact.caller_status), now)
    if not decision.call.live or directory is None or not _is_ringing(call):
        return _continued(decision, now, directory)
    if fact.turn < call.holds:
        return msgspec.structs.replace(decision, instructions=(Hangup(),))
    # Another address answered for this hold, and what it offered rings by now.
    return _asked_to_wait(decision, now)


def _is_ringing(call: Call) -> bool:
    """Whether the caller listens to a dial, as far as we know: then an older step comes too late."""
    wave = call.wave
    return wave is not None and wave.end is None and wave.stage == call.stage and call.held_since is None


def _agent_unavailable(call: Call, fact: AgentUnavailable, now: datetime, directory: Directory | None) -> Decision:
    events = (AgentFailed(call_id=call.id, reason=fact.reason),) if call.live else ()
    return _continued(_with(call, events, now), now, directory)


def _stranded(call: Call, fact: CallerIsStranded, now: datetime, directory: Directory | None) -> Decision:
    events: tuple[AnyCallEvent, ...] = (
        CallerStranded(call_id=call.id, error_code=fact.error_code, error_url=fact.error_url),
    )
    if fact.agent_failed and call.settled_at is None:
        events = (*events, AgentFailed(call_id=call.id, reason=f"the provider reported error {fact.error_code}"))
    decision = _with(call, (*events, *_gone(call, fact.caller_status)), now)
    if not decision.call.live:
        return decision
    if left_message(decision.call) or has_talked(decision.call):
        return msgspec.structs.replace(decision, instructions=(Hangup(),))
    if decision.call.strandings > MAX_STRANDINGS:
        return msgspec.structs.replace(decision, instructions=(Say(TRY_AGAIN), Hangup()))
    return _continued(decision, now, directory)


def _picked_up(call: Call | None, fact: LegPickedUp, now: datetime) -> Decision:
    wave, attempt = _offer(call, fact.wave, fact.address)
    decision = _with(call, (_in_progress(fact, fact.wave if wave is None else wave.number),), now)
    outbound = decision.call.direction is Direction.OUTBOUND
    if wave is None or attempt is None or _is_too_late(decision.call, wave, attempt, fact.leg_id):
        spoken = () if outbound else (Say(TOO_LATE),)
        return msgspec.structs.replace(decision, instructions=(*spoken, Hangup()))
    if outbound:
        return msgspec.structs.replace(decision, instructions=_notice(decision.call))
    ask = AskToAccept(wave.number, attempt.address, SCREENING_PROMPT)
    return msgspec.structs.replace(decision, instructions=(ask, Hangup()))


def _notice(call: Call) -> tuple[Instruction, ...]:
    """What the other side of our call hears before they are joined to it."""
    told = call.plan.prompts.recording_notice if call.plan is not None and call.plan.record else ""
    return (Say(told), Accept()) if told else (Accept(),)


def _in_progress(fact: LegPickedUp | KeyPressed, wave: int | None) -> LegReported:
    return LegReported(
        call_id=fact.call_id, leg_id=fact.leg_id, status=CallStatus.IN_PROGRESS, address=fact.address, wave=wave
    )


def _key_pressed(call: Call | None, fact: KeyPressed, now: datetime) -> Decision:
    wave, attempt = _offer(call, fact.wave, fact.address)
    if call is None or wave is None or attempt is None:
        return _with(call, (_in_progress(fact, fact.wave),), now, (Say(TOO_LATE), Hangup()))
    if fact.answer is Screening.ACCEPTED and _is_too_late(call, wave, attempt, fact.leg_id):
        return Decision(call, (), (Say(TOO_LATE), Hangup()))
    answered = ScreeningAnswered(
        call_id=call.id, wave=wave.number, address=attempt.address, leg_id=fact.leg_id, answer=fact.answer
    )
    accepted = fact.answer is Screening.ACCEPTED
    return _with(call, (answered,), now, (Accept(),) if accepted else (Hangup(),))


def _offer(call: Call | None, number: int | None, address: str) -> tuple[Wave | None, Attempt | None]:
    """The latest offer to this address; the hint `number` decides where it fits."""
    waves = () if call is None else tuple(reversed(call.waves))
    for wave in sorted(waves, key=lambda wave: wave.number != number):
        for attempt in wave.attempts:
            if attempt.address == address:
                return wave, attempt
    return None, None


def _is_too_late(call: Call, wave: Wave, attempt: Attempt, leg_id: LegId) -> bool:
    """Whether taking the call would lead to nobody: the caller is gone, someone else has them, the hunt is past, or
    whoever asks has hung up (the key was told late)."""
    if not call.live or wave is not call.wave or wave.end is not None:
        return True
    if any(leg.id == leg_id and leg.status.ended for leg in call.legs):
        return True
    by = winner(call, wave)
    return by is not None and by is not attempt


def _placed(call: Call | None, fact: LegReported) -> LegReported:
    """The report with its wave, where only one offer fits the address: then later offers cannot claim the leg."""
    if call is None or fact.wave is not None or any(leg.id == fact.leg_id for leg in call.legs):
        return fact
    fitting = [wave.number for wave in call.waves for attempt in wave.attempts if attempt.address == fact.address]
    return msgspec.structs.replace(fact, wave=fitting[-1]) if len(set(fitting)) == 1 else fact


def _message_taken(call: Call | None, fact: MessageTaken, now: datetime) -> Decision:
    events: tuple[AnyCallEvent, ...] = ()
    if fact.recording_id is not None:
        events = (
            RecordingReported(
                call_id=fact.call_id,
                recording_id=fact.recording_id,
                state=RecordingState.ANNOUNCED,
                voicemail=True,
                duration=fact.duration,
            ),
        )
    if call is None and not events:
        events = (CallReported(call_id=fact.call_id, status=CallStatus.IN_PROGRESS),)
    return _with(call, events, now, (Hangup(),))


def _settled(call: Call, now: datetime) -> Decision:
    due, ended_as = due_at(call), outcome(call)
    if due is None or due > now or ended_as is None:
        return Decision(call, ())
    return _with(call, (CallSettled(call_id=call.id, outcome=ended_as.value),), now)
