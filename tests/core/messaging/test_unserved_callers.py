"""Nobody answered: the caller gets one text, and whoever the group wants to be told is told once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.core.calls.builders import CALL, CALLER, LINE, NOON, arrived, bridged, group
from tests.core.messaging.desk import FIXED, PARTY, Desk, run
from titus_core.callbacks.events import GroupTold
from titus_core.callbacks.model import Closing, Person, Resolution
from titus_core.calls.events import CallFoundLate, CallReported
from titus_core.calls.hunting import Directory
from titus_core.calls.model import Call, CallStatus, Direction
from titus_core.calls.routing import decide
from titus_core.kernel.ids import CallId, GroupId, UserId
from titus_core.kernel.phone import PhoneNumber
from titus_core.messaging.model import Purpose
from titus_core.messaging.tell_group import notice

OTHER = PhoneNumber("+61491570157")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def call(**changes: object) -> Call:
    served_by = group(missed_call_text="We will call you back.")
    ringing = decide(None, arrived(served_by), NOON, Directory()).call
    return replace(decide(ringing, Desk().ended(), NOON, Directory()).call, **changes)


def test_a_missed_caller_is_texted_once(desk: Desk) -> None:
    desk.unserved()
    run(desk.text_missed_caller(CALL))
    run(desk.text_missed_caller(CALL))
    (message,) = desk.messages
    assert (message.to_number, message.body, message.purpose) == (CALLER, "We will call you back.", Purpose.MISSED_CALL)
    assert (message.call_id, message.from_number) == (CALL, LINE)


@pytest.mark.parametrize(
    "missed",
    [
        call(caller=None),
        call(caller=FIXED),
        call(refusal="blocked"),
        call(direction=Direction.OUTBOUND),
        call(plan=None),
        decide(call(), bridged(1), NOON, Directory()).call,
    ],
    ids=["withheld", "fixed line", "blocked", "we called", "no plan", "answered after all"],
)
def test_who_is_not_texted(desk: Desk, missed: Call) -> None:
    desk.saves(group(), missed)
    run(desk.text_missed_caller(CALL))
    assert desk.messages == []


def found_late(minutes_ago: float) -> Call:
    """Nobody was there when the caller rang; the provider's list tells of it."""
    reported = CallReported(
        call_id=CALL,
        status=CallStatus.COMPLETED,
        direction=Direction.INBOUND,
        from_number=CALLER,
        to_number=LINE,
    )
    late = CallFoundLate(call_id=CALL, began_at=NOON - timedelta(minutes=minutes_ago))
    return decide(decide(None, reported, NOON, Directory()).call, late, NOON, Directory()).call


def told_by_a_report(minutes_ago: float) -> Call:
    """Nobody was there when the caller rang; the report of the end came through."""
    return replace(found_late(minutes_ago), found_late=False, seen_at=NOON - timedelta(minutes=minutes_ago))


@pytest.mark.parametrize("missed", [found_late(5), told_by_a_report(5)], ids=["found late", "told by a report"])
def test_who_reached_nobody_at_all_is_texted_by_the_words_of_the_group_that_was_meant(desk: Desk, missed: Call) -> None:
    desk.saves(group(missed_call_text="We will call you back."), missed)
    run(desk.text_missed_caller(CALL))
    (message,) = desk.messages
    assert (message.to_number, message.body, message.call_id) == (CALLER, "We will call you back.", CALL)


@pytest.mark.parametrize("missed", [found_late(20), told_by_a_report(20), replace(found_late(5), began_at=None)])
def test_who_rang_long_before_anybody_looked_is_not_texted(desk: Desk, missed: Call) -> None:
    desk.saves(group(missed_call_text="We will call you back."), missed)
    run(desk.text_missed_caller(CALL))
    assert desk.messages == []


def test_who_dialled_a_number_that_no_group_serves_is_not_texted(desk: Desk) -> None:
    desk.saves(group(missed_call_text="Hello", number=OTHER), found_late(minutes_ago=5))
    run(desk.text_missed_caller(CALL))
    assert desk.messages == []


def test_a_group_without_words_texts_nobody(desk: Desk) -> None:
    desk.saves(group(), decide(decide(None, arrived(group()), NOON, Directory()).call, desk.ended(), NOON, None).call)
    run(desk.text_missed_caller(CALL))
    assert desk.messages == []


def test_a_call_that_is_not_there_texts_nobody(desk: Desk) -> None:
    run(desk.text_missed_caller(CALL))
    assert desk.messages == []


def test_whoever_wants_no_texts_is_not_texted(desk: Desk) -> None:
    desk.unserved()
    desk.stops(CALLER)
    run(desk.text_missed_caller(CALL))
    assert desk.messages == []


def test_who_rings_again_within_ten_minutes_gets_one_text_for_it(desk: Desk) -> None:
    desk.unserved()
    run(desk.text_missed_caller(CALL))
    again = CallId("CA" + "9" * 32)
    desk.saves(None, call(id=again))
    desk.clock.advance(9 * 60)
    run(desk.text_missed_caller(again))
    assert len(desk.messages) == 1
    desk.clock.advance(2 * 60)
    run(desk.text_missed_caller(again))
    assert len(desk.messages) == 2


def test_the_people_on_the_list_are_told_once(desk: Desk) -> None:
    desk.unserved(notify=(PARTY, OTHER, PARTY))
    desk.owes()
    run(desk.tell_group(CALL))
    run(desk.tell_group(CALL))
    assert [message.to_number for message in reversed(desk.messages)] == [PARTY, OTHER]
    assert {message.purpose for message in desk.messages} == {Purpose.NOTICE}
    assert desk.store.events(f"callback:{CALL}") == [GroupTold(call_id=CALL, told=2)]


def test_whoever_cannot_be_texted_is_left_out_and_that_is_said(desk: Desk) -> None:
    desk.unserved(notify=("on-call@titus.example", FIXED, PARTY, OTHER))
    desk.stops(OTHER)
    desk.owes()
    run(desk.tell_group(CALL))
    assert [message.to_number for message in desk.messages] == [PARTY]
    (told,) = desk.store.events(f"callback:{CALL}")
    assert (told.told, told.left_out) == (1, ("mail", "not a mobile number", "stopped"))


def test_a_call_without_a_plan_is_told_to_the_group_that_would_have_served_it(desk: Desk) -> None:
    desk.unserved(notify=(PARTY,))
    desk.owes(group_id=None)
    run(desk.tell_group(CALL))
    assert len(desk.messages) == 1


def test_without_any_group_nobody_is_told_and_that_is_noted(desk: Desk) -> None:
    desk.owes(group_id=GroupId(7))
    run(desk.tell_group(CALL))
    assert desk.store.events(f"callback:{CALL}") == [GroupTold(call_id=CALL, told=0)]


def test_nobody_is_told_of_what_is_closed_or_was_never_owed(desk: Desk) -> None:
    desk.unserved(notify=(PARTY,))
    run(desk.tell_group(CALL))
    desk.owes(closing=Closing(Person(UserId(1), "Ana"), NOON, Resolution.REACHED))
    run(desk.tell_group(CALL))
    assert desk.messages == []


def test_the_notice_says_who_called_and_what_became_of_it(desk: Desk) -> None:
    desk.owes()
    callback = run(desk.store.reader.callback(CALL))
    assert callback is not None
    assert notice(callback) == (
        f"Missed call for Intake from Mia Chen ({CALLER}). They left a message. "
        "Please call back, and close it in Titus."
    )
    bare = replace(callback, caller=None, participant=None, group_name="", outcome="failed")
    assert notice(bare) == (
        "Missed call from a withheld number. The call failed. Please call back, and close it in Titus."
    )
