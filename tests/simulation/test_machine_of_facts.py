"""Hypothesis tells one call's facts in any order, again and again, with crashes: whatever it does, answers and state
keep their word. It shrinks what it finds to the fewest facts."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from msgspec.structs import replace

from tests.core.calls.builders import (
    ANA,
    BEN,
    CALL,
    CALLER,
    LINE,
    PHONES,
    bridged,
    caller,
    dial_ended,
    group,
    leg,
    message,
    not_bridged,
    picked_up,
    pressed,
    recording,
    stranded,
    waits,
)
from tests.core.calls.office import Office
from tests.simulation.invariants_of_steps import LEADS_SOMEWHERE, RANKS
from tests.simulation.machines import search
from tests.simulation.reflection import reflected
from titus_core.calls.advance_hunt import NextStep
from titus_core.calls.answer_call import CallerOnLine
from titus_core.calls.evidence import outcome
from titus_core.calls.facts import KeyPressed
from titus_core.calls.history import fold
from titus_core.calls.instructions import Reply
from titus_core.calls.model import CallStatus, Outcome, RecordingState, Screening
from titus_core.kernel.errors import Unavailable

ON_LINE = CallerOnLine(call_id=CALL, from_number=CALLER, to_number=LINE)
BEN_S: dict[str, Any] = {"address": PHONES[BEN], "leg_id": "CAleg2", "wave": 2}
S = CallStatus
FACTS: dict[str, tuple[str, str, Any]] = {
    "arrives": ("answer_call", "inbound", ON_LINE),
    "picks up": ("screen_leg", "screen", picked_up()),
    "presses 1": ("screen_leg", "screen", pressed()),
    "presses 2": ("screen_leg", "screen", pressed(Screening.DECLINED)),
    "the second picks up": ("screen_leg", "screen", picked_up(**BEN_S)),
    "the second presses 1": ("screen_leg", "screen", pressed(**BEN_S)),
    "rings out": ("advance_hunt", "hunt-step", NextStep(dial_ended(1), ON_LINE)),
    "was not joined": ("advance_hunt", "hunt-step", NextStep(not_bridged(1), ON_LINE)),
    "was joined": ("advance_hunt", "hunt-step", NextStep(bridged(1), ON_LINE)),
    "the second was joined": ("advance_hunt", "hunt-step", NextStep(bridged(2, "CAleg2"), ON_LINE)),
    "waited": ("advance_hunt", "hunt-step", NextStep(waits(1), ON_LINE)),
    "stranded": ("advance_hunt", "fallback", NextStep(stranded(), ON_LINE)),
    "leg rings": ("note_report", "status", leg(S.RINGING, wave=1)),
    "leg talks": ("note_report", "status", leg(S.IN_PROGRESS, wave=1)),
    "leg is over": ("note_report", "status", leg(S.COMPLETED, wave=1, duration=9)),
    "second leg is over": ("note_report", "status", leg(S.NO_ANSWER, PHONES[BEN], "CAleg2", wave=2)),
    "left a message": ("take_message", "voicemail", message()),
    "message is ready": ("note_report", "recording", recording(RecordingState.COMPLETED, voicemail=True, duration=7)),
    "rings in": ("note_report", "status", caller(S.RINGING)),
    "hangs up": ("note_report", "status", caller(S.COMPLETED, duration=60)),
}


class Facts(RuleBasedStateMachine):
    """One call, two people. `told` is what was answered, by fact."""

    def __init__(self) -> None:
        super().__init__()
        self.office = Office(group(ANA, BEN))
        self.office.staff(ANA, BEN)
        self.told: dict[str, Reply | None] = {}
        self.settled_as: Outcome | None = None

    @rule(name=st.sampled_from(sorted(FACTS)))
    def tell(self, name: str) -> None:
        use_case, route, fact = FACTS[name]
        reply = self.office.deliver(getattr(self.office, use_case), route, name, fact)
        assert self.told.setdefault(name, reply) == reply
        if reply is not None and reply.instructions:
            assert isinstance(reply.instructions[-1], LEADS_SOMEWHERE)

    @rule(name=st.sampled_from(sorted(FACTS)), stored=st.booleans())
    def crash_and_tell_again(self, name: str, stored: bool) -> None:
        use_case, route, fact = FACTS[name]
        known, faults = name in self.told, self.office.store.faults
        (faults.after_commit if stored else faults.before_commit)()
        try:
            self.office.deliver(getattr(self.office, use_case), route, name, fact)
        except Unavailable:
            before = self.office.events(CALL) if stored or known else None
            self.office.open()
            self.tell(name)
            assert before is None or self.office.events(CALL) == before

    @rule(seconds=st.sampled_from((1, 20, 31)))
    def wait(self, seconds: int) -> None:
        self.office.clock.advance(seconds)
        self.office.tend()

    @precondition(lambda self: self.told)
    @invariant()
    def the_events_make_the_call(self) -> None:
        call, made = self.office.call(CALL), fold(self.office.events(CALL))
        assert made is not None
        assert replace(made, version=call.version) == call

    @precondition(lambda self: self.told)
    @invariant()
    def all_that_was_told_is_seen(self) -> None:
        """But for a key that is pressed on a leg of nobody, or too late: that is a leg's report and no answer."""
        facts = [FACTS[name][2] for name in self.told]
        call = self.office.call(CALL)
        assert all(isinstance(fact, KeyPressed) or reflected(fact, {CALL: call}) for fact in facts)

    @precondition(lambda self: self.told)
    @invariant()
    def what_settled_never_falls(self) -> None:
        call = self.office.call(CALL)
        found = outcome(call)
        if call.settled_at is not None:
            assert found is not None
            assert self.settled_as is None or RANKS[found] >= RANKS[self.settled_as]
            self.settled_as = found


def test_facts_in_any_order_with_crashes() -> None:
    search(Facts, examples=200, steps=20)
