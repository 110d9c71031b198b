"""The provider's debugger speaks: it is kept, and a call that lasts is looked at now."""

from __future__ import annotations

import pytest

from tests.core.calls.builders import ANA, CALL, CALLER, LINE, caller, group
from tests.core.calls.office import Office
from titus_core.calls.answer_call import CallerOnLine
from titus_core.calls.note_alert import AlertTold, NoteAlert, ProviderAlerted
from titus_core.kernel.ids import CallId

ALERT = "NO" + "1" * 32


@pytest.fixture
def office() -> Office:
    office = Office(group(ANA))
    office.staff(ANA)
    line = CallerOnLine(call_id=CALL, from_number=CALLER, to_number=LINE)
    office.deliver(office.answer_call, "inbound", CALL, line)
    return office


def alert(office: Office, call_id: CallId | None = CALL, waiting_id: int | None = None) -> None:
    told = AlertTold(ALERT, "error", "11200", call_id)
    office.deliver(NoteAlert(office.store), "debugger", ALERT, told, waiting_id=waiting_id)


def trail(office: Office) -> list[object]:
    return [one.event for one in office.store._state.trail if one.subject == f"alert:{ALERT}"]


def test_a_call_that_lasts_is_looked_at_at_once(office: Office) -> None:
    assert office.tend() == ()
    alert(office)
    assert office.store._state.calls[CALL].due == office.clock.now()
    assert trail(office) == [ProviderAlerted(level="error", code="11200", call_id=CALL)]


def test_a_repetition_is_kept_once(office: Office) -> None:
    alert(office)
    alert(office)
    assert len(trail(office)) == 1
    alert(office, waiting_id=1)
    assert len(trail(office)) == 2  # one that waited was not kept before


@pytest.mark.parametrize("call_id", [None, CallId("CA" + "9" * 32)])
def test_an_alert_about_no_call_of_ours_is_kept(office: Office, call_id: CallId | None) -> None:
    alert(office, call_id)
    assert len(trail(office)) == 1


def test_a_call_that_is_over_is_left_alone(office: Office) -> None:
    office.deliver(office.note_report, "status", CALL, caller())
    before = office.store._state.calls[CALL].due
    alert(office)
    assert office.store._state.calls[CALL].due == before
