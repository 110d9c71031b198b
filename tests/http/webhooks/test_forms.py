"""One test per payload: what each recorded request of Twilio tells."""

from __future__ import annotations

import json
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import pytest

from titus_core.calls.advance_hunt import NextStep
from titus_core.calls.answer_call import CallerOnLine
from titus_core.calls.call_from_browser import BrowserCall
from titus_core.calls.events import CallReported, LegReported, RecordingReported
from titus_core.calls.facts import CallerIsStranded, DialEnded, KeyPressed, LegPickedUp, MessageTaken
from titus_core.calls.model import CallStatus, Direction, RecordingState, Screening
from titus_core.kernel.ids import CallId, LegId, RecordingId, UserId
from titus_core.kernel.phone import PhoneNumber
from titus_http.webhooks.twilio import forms
from titus_http.webhooks.twilio.body import Form, parse_query

PAYLOADS = Path(__file__).parents[4] / "shared" / "reference" / "twilio" / "payloads"
CALL = CallId("CAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1")
LEG = LegId("CAbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb1")
MEMBER, CALLER, TITUS = "+61400000201", "+61491570006", "+61255500001"

pytestmark = pytest.mark.skipif(not PAYLOADS.is_dir(), reason="the payloads of ../shared are not beside this clone")


def read(name: str, reader: Any) -> Any:
    payload = json.loads((PAYLOADS / f"{name}.json").read_text())
    query = parse_query(urlsplit(payload["url"]).query.encode())
    assert isinstance(query, Form)
    return reader(Form(MappingProxyType(payload["params"])), query)[1]


ARRIVALS = {
    "voice_incoming_mobile": CALLER,
    "voice_incoming_forwarded": CALLER,
    "voice_incoming_unknown_new_param": CALLER,
    "voice_incoming_withheld_plus266696687": "+266696687",
    "voice_incoming_withheld_word": "anonymous",
}


@pytest.mark.parametrize(("name", "number"), ARRIVALS.items())
def test_an_arrival_tells_who_calls_whom(name: str, number: str) -> None:
    assert read(name, forms.read_arrival) == CallerOnLine(call_id=CALL, from_number=number, to_number=TITUS)


ENDS: dict[str, tuple[CallStatus, bool | None, CallStatus]] = {
    "dial_action_busy": (CallStatus.BUSY, False, CallStatus.IN_PROGRESS),
    "dial_action_failed": (CallStatus.FAILED, False, CallStatus.IN_PROGRESS),
    "dial_action_no_answer": (CallStatus.NO_ANSWER, False, CallStatus.IN_PROGRESS),
    "dial_action_completed_bridged": (CallStatus.COMPLETED, True, CallStatus.IN_PROGRESS),
    "dial_action_completed_not_bridged": (CallStatus.COMPLETED, False, CallStatus.IN_PROGRESS),
    "dial_action_canceled_caller_gone": (CallStatus.CANCELED, False, CallStatus.COMPLETED),
    "dial_action_no_answer_caller_gone": (CallStatus.NO_ANSWER, False, CallStatus.COMPLETED),
}


@pytest.mark.parametrize("name", ENDS)
def test_the_end_of_a_dial_tells_how_it_ended(name: str) -> None:
    step = read(name, forms.read_step)
    assert isinstance(step, NextStep)
    assert isinstance(step.fact, DialEnded)
    assert (step.fact.status, step.fact.bridged, step.fact.caller_status) == ENDS[name]
    assert (step.fact.call_id, step.fact.wave, step.fact.leg_id) == (CALL, 1, LEG)
    assert step.caller.from_number == CALLER


def test_answered_is_the_word_after_a_conference() -> None:
    fact = read("dial_action_conference_answered", forms.read_step).fact
    assert (fact.status, fact.bridged, fact.leg_id) == (CallStatus.COMPLETED, True, None)


def test_a_redirected_leg_has_no_duration() -> None:
    assert read("dial_action_no_duration_redirected", forms.read_step).fact.duration is None


LEGS: dict[str, CallStatus] = {
    "leg_status_initiated": CallStatus.INITIATED,
    "leg_status_ringing": CallStatus.RINGING,
    "leg_status_answered": CallStatus.IN_PROGRESS,
    "leg_status_busy": CallStatus.BUSY,
    "leg_status_no_answer": CallStatus.NO_ANSWER,
    "leg_status_failed_404": CallStatus.FAILED,
    "leg_status_failed_480": CallStatus.FAILED,
    "leg_status_completed": CallStatus.COMPLETED,
    "leg_status_canceled_lost_race": CallStatus.CANCELED,
    "leg_status_client_ringing": CallStatus.RINGING,
}


@pytest.mark.parametrize("name", LEGS)
def test_a_leg_report_belongs_to_its_caller(name: str) -> None:
    report = read(name, forms.read_status)
    assert isinstance(report, LegReported)
    assert (report.call_id, report.status) == (CALL, LEGS[name])


def test_a_leg_report_keeps_the_sip_answer() -> None:
    assert read("leg_status_failed_480", forms.read_status).sip_code == 480


STATUSES: dict[str, tuple[CallStatus, Direction]] = {
    "parent_status_completed": (CallStatus.COMPLETED, Direction.INBOUND),
    "parent_status_no_answer_answeronbridge": (CallStatus.NO_ANSWER, Direction.INBOUND),
    "api_call_status_initiated": (CallStatus.INITIATED, Direction.OUTBOUND),
    "api_call_status_ringing": (CallStatus.RINGING, Direction.OUTBOUND),
    "api_call_status_in_progress": (CallStatus.IN_PROGRESS, Direction.OUTBOUND),
    "api_call_status_completed": (CallStatus.COMPLETED, Direction.OUTBOUND),
    "amd_machine_start": (CallStatus.IN_PROGRESS, Direction.OUTBOUND),
}


@pytest.mark.parametrize("name", STATUSES)
def test_a_callers_own_leg_is_a_call(name: str) -> None:
    report = read(name, forms.read_status)
    assert isinstance(report, CallReported)
    assert (report.status, report.direction) == STATUSES[name]


def test_a_browser_tells_who_it_is_and_whom_it_wants() -> None:
    assert read("voice_client_outgoing", forms.browser_reader()) == BrowserCall(
        call_id=CallId("CA" + "e" * 32),
        identity="client:user_7",
        wanted="+61491570156",
        caller=UserId(7),
        number=PhoneNumber("+61491570156"),
    )


def test_who_picked_up_is_known_by_the_request_alone() -> None:
    fact = read(
        "voice_client_outgoing", lambda form, _: forms.read_operator(form, Form({"request": "d1" * 99, "to": "1"}))
    )
    assert (fact.dial_id, fact.call_id) == (("d1" * 99)[:128], CallId("CA" + "e" * 32))


def test_seconds_are_not_billed_minutes() -> None:
    assert read("parent_status_completed", forms.read_status).duration == 201


RECORDINGS: dict[str, tuple[RecordingState, bool]] = {
    "recording_absent": (RecordingState.ABSENT, False),
    "recording_in_progress": (RecordingState.IN_PROGRESS, False),
    "recording_completed_dual": (RecordingState.COMPLETED, False),
    "recording_completed_ai_leg": (RecordingState.COMPLETED, False),
    "recording_completed_mono_voicemail": (RecordingState.COMPLETED, True),
}


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_says_what_it_is(name: str) -> None:
    report = read(name, forms.read_recording)
    assert isinstance(report, RecordingReported)
    assert (report.state, report.voicemail) == RECORDINGS[name]


@pytest.mark.parametrize("name", ["voicemail_record_action_hangup", "voicemail_record_action_key"])
def test_a_message_names_its_recording(name: str) -> None:
    taken = read(name, forms.read_message)
    assert isinstance(taken, MessageTaken)
    assert taken.recording_id == RecordingId("REccccccccccccccccccccccccccccccc2")
    assert taken.duration


def test_a_picked_up_leg_asks_what_to_do() -> None:
    fact = read("voice_client_incoming_screen", forms.read_leg)
    assert fact == LegPickedUp(call_id=CALL, leg_id=LEG, address=MEMBER)


@pytest.mark.parametrize(
    ("name", "answer"),
    [("voice_screen_gather_accept", Screening.ACCEPTED), ("voice_screen_gather_decline", Screening.DECLINED)],
)
def test_a_pressed_key_accepts_or_declines(name: str, answer: Screening) -> None:
    fact = read(name, forms.read_leg)
    assert fact == KeyPressed(call_id=CALL, leg_id=LEG, address=MEMBER, answer=answer)


def test_a_fallback_says_which_answer_failed() -> None:
    step = read("voice_fallback_11200", forms.read_fallback)
    assert isinstance(step.fact, CallerIsStranded)
    assert (step.fact.error_code, step.fact.agent_failed, step.rung_before) == ("11200", False, True)


KEPT = sorted(
    path.stem
    for pattern in ("sms_*", "debugger*", "voice_client_outgoing*")
    for path in (PAYLOADS.glob(f"{pattern}.json") if PAYLOADS.is_dir() else ())
)


@pytest.mark.parametrize("name", KEPT)
def test_what_is_not_built_yet_has_a_key_of_its_own(name: str) -> None:
    payload = json.loads((PAYLOADS / f"{name}.json").read_text())
    key, fact = forms.read_nothing(Form(MappingProxyType(payload["params"])), Form(MappingProxyType({})))
    assert fact is None
    assert len(key) > 30


def test_every_payload_is_read_here() -> None:
    named = {*ARRIVALS, *ENDS, *LEGS, *STATUSES, *RECORDINGS, *KEPT}
    text = Path(__file__).read_text()
    left = {path.stem for path in PAYLOADS.glob("[a-z]*.json")} - named
    assert {name for name in left if f'"{name}"' not in text} == set()
