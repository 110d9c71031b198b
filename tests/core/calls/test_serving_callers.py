"""The use cases that callers meet, on a store: arrival, hunt, screening, message, and their repetitions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.core.calls.builders import (
    AFTER_HOURS,
    ANA,
    BEN,
    CAI,
    CALL,
    CALLER,
    DEB,
    LINE,
    MAIN,
    ON_CALL,
    PHONES,
    bridged,
    caller,
    dial_ended,
    group,
    leg,
    message,
    picked_up,
    pressed,
    stranded,
    waits,
)
from tests.core.calls.office import Office, at_once
from titus_core.calls.advance_hunt import NextStep
from titus_core.calls.answer_call import CallerOnLine
from titus_core.calls.evidence import outcome
from titus_core.calls.facts import CallerIsStranded, CallerWaits, DialEnded
from titus_core.calls.instructions import Accept, ConnectAgent, Dial, Hangup, Hold, Reject, Reply, TakeVoicemail
from titus_core.calls.model import CallStatus, Outcome, RingStage
from titus_core.calls.ports import KnownCaller
from titus_core.hunt_groups.availability import Presence
from titus_core.hunt_groups.model import Closure, Strategy, ToAgent, ToGroup, ToNumber
from titus_core.kernel.ids import CallId, UserId
from titus_core.kernel.phone import PhoneNumber

OTHER = CallId("CA" + "1" * 32)


def rung(reply: Reply | None) -> list[UserId | None]:
    assert reply is not None
    return [target.user_id for step in reply.instructions if isinstance(step, Dial) for target in step.targets]


def arrives(office: Office, call_id: CallId = CALL, number: str = CALLER, *, agent: bool = True) -> Reply | None:
    line = CallerOnLine(call_id=call_id, from_number=number, to_number=LINE)
    return office.deliver(office.answer_call, "inbound", call_id, line, agent_ready=agent)


def step(
    office: Office, fact: DialEnded | CallerWaits | CallerIsStranded, key: str = "", *, rung_before: bool = True
) -> Reply | None:
    line = CallerOnLine(call_id=CALL, from_number=CALLER, to_number=LINE, found="hunt-step")
    told = NextStep(fact, line, rung_before)
    return office.deliver(office.advance_hunt, "hunt-step", key or f"{fact}", told, agent_ready=True)


@pytest.fixture
def office() -> Office:
    office = Office(group(ANA, BEN, overflow=(ToAgent(),)))
    office.staff(ANA, BEN, CAI, DEB)
    return office


def test_a_call_goes_from_ring_to_answer(office: Office) -> None:
    assert rung(arrives(office)) == [ANA]
    assert rung(step(office, dial_ended(1))) == [BEN]
    office.deliver(office.screen_leg, "screen", "leg", picked_up(PHONES[BEN], wave=2))
    reply = office.deliver(office.screen_leg, "screen", "leg:1", pressed(address=PHONES[BEN], wave=2))
    assert reply is not None
    assert reply.instructions == (Accept(),)
    assert office.engaged[BEN].kind == "talking"
    done = step(office, bridged(2))
    assert done is not None
    assert done.instructions == (Hangup(),)
    assert office.engaged == {}


def test_a_repeated_request_gets_the_same_answer_and_changes_nothing(office: Office) -> None:
    first = arrives(office)
    stored = office.call(CALL)
    office.clock.advance(5)
    assert arrives(office) == first
    assert office.call(CALL) == stored
    assert step(office, dial_ended(1), "k") == step(office, dial_ended(1), "k")
    screen = ("screen", "leg", picked_up(PHONES[BEN], wave=2))
    assert office.deliver(office.screen_leg, *screen) == office.deliver(office.screen_leg, *screen)
    taken = ("voicemail", "m", message())
    assert office.deliver(office.take_message, *taken) == office.deliver(office.take_message, *taken)
    for _ in range(2):
        assert office.deliver(office.note_report, "status", "s", leg(CallStatus.RINGING)) is None


def test_two_calls_never_ring_one_person(office: Office) -> None:
    assert rung(arrives(office)) == [ANA]
    assert rung(arrives(office, OTHER)) == [BEN]
    assert {user: row.call_id for user, row in office.engaged.items()} == {ANA: CALL, BEN: OTHER}


def test_a_lease_that_ran_out_frees_whoever_it_held(office: Office) -> None:
    arrives(office)
    office.clock.advance(120)
    assert rung(arrives(office, OTHER)) == [ANA]


def test_a_blocked_caller_is_rejected_and_a_withheld_one_is_nobody(office: Office) -> None:
    office.groups(group(ANA, id=AFTER_HOURS, number=LINE, blocked=(CALLER,)))
    office.knows(KnownCaller(PhoneNumber("+266696687"), "rec1", "Nobody"))
    blocked = arrives(office)
    assert blocked is not None
    assert blocked.instructions == (Reject(),)
    assert rung(arrives(office, OTHER, "+266696687")) == [ANA]
    assert (office.call(OTHER).caller, office.call(OTHER).participant) == (None, None)


def test_a_known_caller_is_named(office: Office) -> None:
    office.knows(KnownCaller(CALLER, "rec1", "Wren Adeyemi"))
    arrives(office)
    assert (office.call(CALL).participant, office.call(CALL).contact_id) == ("Wren Adeyemi", "rec1")


def test_whoever_served_a_caller_last_is_rung_first_and_else_the_coordinator() -> None:
    office = Office(group(ANA, BEN, sticky_days=7))
    office.staff(ANA, BEN, CAI)
    office.knows(KnownCaller(CALLER, "rec1", "Wren Adeyemi", coordinator=CAI))
    assert rung(arrives(office)) == [CAI]
    step(office, dial_ended(1))
    step(office, dial_ended(2))
    step(office, bridged(3))
    office.clock.advance(600)
    assert rung(arrives(office, OTHER)) == [BEN]


def test_round_robin_begins_behind_whom_the_last_run_rang_first() -> None:
    office = Office(group(ANA, BEN, CAI, strategy=Strategy.ROUND_ROBIN))
    office.staff(ANA, BEN, CAI)
    assert rung(arrives(office)) == [ANA]
    office.clock.advance(300)
    assert rung(arrives(office, OTHER)) == [BEN]


def test_a_sticky_first_ring_does_not_move_round_robin() -> None:
    office = Office(group(ANA, BEN, strategy=Strategy.ROUND_ROBIN, sticky_days=7))
    office.staff(ANA, BEN)
    office.knows(KnownCaller(CALLER, "rec1", "Wren Adeyemi", coordinator=BEN))
    assert rung(arrives(office)) == [BEN]
    assert MAIN not in office.store._state.firsts


def test_fewest_calls_and_longest_idle_look_at_what_was_answered_lately() -> None:
    for strategy in (Strategy.FEWEST_CALLS, Strategy.LONGEST_IDLE):
        office = Office(group(ANA, BEN, strategy=strategy, overflow=(ToGroup(AFTER_HOURS),)))
        office.staff(ANA, BEN)
        assert rung(arrives(office)) == [ANA]
        step(office, bridged(1))
        office.clock.advance(600)
        assert rung(arrives(office, OTHER)) == [BEN]


def test_hours_and_holidays_close_a_group() -> None:
    day = (Office().clock.now() + timedelta(hours=10)).date()
    office = Office(group(ANA, closures=(Closure(day),), overflow=(ToNumber(ON_CALL),)))
    office.staff(ANA)
    reply = arrives(office)
    assert reply is not None
    assert rung(reply) == [None]


SWITCH = [(None, ConnectAgent(1)), ("true", ConnectAgent(1)), ("false", TakeVoicemail())]


@pytest.mark.parametrize(("setting", "expected"), SWITCH)
def test_the_agent_is_used_unless_it_is_switched_off(setting: str | None, expected: object) -> None:
    office = Office(group(overflow=(ToAgent(),)))
    if setting is not None:
        office.voice_setting("ai_enabled", setting)
    reply = arrives(office)
    assert reply is not None
    assert reply.instructions[-1] == expected


def test_without_any_group_somebody_still_takes_the_call() -> None:
    reply = arrives(Office(), agent=False)
    assert reply is not None
    assert reply.instructions[-1] == TakeVoicemail()


def test_a_step_of_a_call_that_nobody_knows_goes_to_the_fallbacks_without_ringing_members_again(office: Office) -> None:
    reply = step(office, dial_ended(3))
    assert reply is not None
    assert reply.instructions == (ConnectAgent(0),)
    call = office.call(CALL)
    assert (call.found, call.arrived_at is not None) == ("hunt-step", True)
    assert call.plan is not None
    assert not any(isinstance(stage, RingStage) for stage in call.plan.stages)


def test_a_caller_stranded_before_anybody_was_rung_gets_the_whole_plan(office: Office) -> None:
    assert rung(step(office, stranded(), rung_before=False)) == [ANA]
    again = arrives(office)
    assert again is not None
    assert isinstance(again.instructions[-1], Hold)
    assert [wave.number for wave in office.call(CALL).waves] == [1]


def test_a_blocked_caller_whose_call_settled_without_us_was_not_refused_by_us(office: Office) -> None:
    """Simulation: their stranding was worked on later, and an outcome that had settled fell to "failed"."""
    office.groups(replace(at_once(office.store.reader.groups())[0], blocked=(CALLER,)))
    office.deliver(office.note_report, "status", "s", caller(CallStatus.COMPLETED))
    office.clock.advance(31)
    office.tend()
    assert outcome(office.call(CALL)) is Outcome.CALLER_HUNG_UP
    step(office, stranded(), rung_before=False)
    assert outcome(office.call(CALL)) is Outcome.CALLER_HUNG_UP


def test_a_call_known_by_a_report_arrives_with_its_next_step(office: Office) -> None:
    office.deliver(office.note_report, "status", "s", caller(CallStatus.IN_PROGRESS))
    reply = step(office, waits())
    assert reply is not None
    assert isinstance(reply.instructions[-1], ConnectAgent)


def test_the_events_of_a_call_name_who_told_them(office: Office) -> None:
    arrives(office)
    kinds = [type(event).__name__ for event, _ in office.events(CALL)]
    assert kinds == ["CallArrived", "WaveOffered"]


def test_a_member_who_went_away_in_mid_hunt_is_passed_by(office: Office) -> None:
    arrives(office)
    office.say({BEN: Presence.OFFLINE})
    reply = step(office, DialEnded(call_id=CALL, wave=1, status=CallStatus.NO_ANSWER))
    assert rung(reply) == []
