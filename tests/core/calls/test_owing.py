"""Which calls leave something owed, and that it is stored in the commit that settles them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.core.calls.builders import (
    ANA,
    CALL,
    CALLER,
    LINE,
    MAIN,
    NOON,
    arrived,
    bridged,
    caller,
    dial_ended,
    group,
    message,
    world,
)
from tests.core.calls.office import Office, at_once
from tests.core.calls.story import Story
from titus_core.calls.answer_call import CallerOnLine
from titus_core.calls.events import CallSettled
from titus_core.calls.model import CallStatus, Direction, Outcome
from titus_core.calls.owing import owed
from titus_core.calls.timers import SETTLES_AFTER
from titus_core.kernel.phone import PhoneNumber


def ended(*facts: object) -> Story:
    return Story(world(ANA)).tell(arrived(group(ANA)), *facts, caller())  # type: ignore[arg-type]


def settled(story: Story) -> CallSettled:
    assert story.outcome is not None
    return CallSettled(call_id=CALL, outcome=story.outcome.value)


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [((), "caller_hung_up"), ((dial_ended(1), message()), "voicemail")],
)
def test_whoever_was_not_served_is_owed_a_call(facts: tuple[object, ...], outcome: str) -> None:
    story = ended(*facts)
    callback = owed(story.call, settled(story), NOON)
    assert callback is not None
    assert (callback.call_id, callback.caller, callback.outcome) == (CALL, CALLER, outcome)
    assert (callback.group_id, callback.group_name, callback.called_at) == (MAIN, story.call.plan.group_name, NOON)  # type: ignore[union-attr]


def test_whoever_was_answered_is_owed_nothing() -> None:
    story = ended(bridged(1))
    assert settled(story).outcome == Outcome.ANSWERED
    assert owed(story.call, settled(story), NOON) is None


def test_whom_we_called_is_owed_nothing() -> None:
    story = Story().tell(caller(CallStatus.NO_ANSWER, direction=Direction.OUTBOUND))
    assert owed(story.call, settled(story), NOON) is None


def test_whom_we_turned_away_is_owed_nothing() -> None:
    story = ended()
    assert owed(replace(story.call, refusal="blocked"), settled(story), NOON) is None


def test_a_call_that_only_a_report_told_of_is_owed_too() -> None:
    story = Story().tell(caller(CallStatus.COMPLETED, from_number=CALLER, to_number=LINE))
    callback = owed(story.call, settled(story), NOON)
    assert callback is not None
    assert (callback.group_id, callback.group_name, callback.from_number) == (None, "", CALLER)
    assert callback.called_at == story.call.seen_at


def test_it_is_stored_in_the_commit_that_settles_the_call() -> None:
    office = Office(group(ANA))
    office.staff(ANA)
    line = CallerOnLine(call_id=CALL, from_number="anonymous", to_number=LINE)
    office.deliver(office.answer_call, "inbound", CALL, line)
    office.deliver(office.note_report, "status", CALL, caller())
    assert at_once(office.store.reader.callback(CALL)) is None
    office.clock.advance(SETTLES_AFTER.total_seconds())
    assert office.tend() == (CALL,)
    callback = at_once(office.store.reader.callback(CALL))
    assert callback is not None
    assert callback.caller is None
    assert callback.owed_at == office.call(CALL).settled_at
    (told,) = [one for one in office.store._state.trail if one.subject == f"callback:{CALL}"]
    assert told.event.__struct_config__.tag == "callback.owed"
    assert PhoneNumber(callback.from_number) == "anonymous"
