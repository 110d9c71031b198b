"""The names of the form fields, against the reference payloads."""

from collections.abc import Callable

import msgspec
import pytest

from tests.adapters.sandbox.official import sandbox_web
from tests.adapters.sandbox.reference import needs_reference, payload
from tests.adapters.sandbox.toy import (
    CALLER,
    EVENTS,
    FIRST,
    HOST,
    LINE,
    SCREEN,
    SECOND,
    VOICEMAIL,
    Reply,
    Stage,
    accept,
    client,
    dial,
    number,
    stage,
    twiml,
)
from titus_adapters.sandbox.twilio.behaviour import (
    Answers,
    Caller,
    CarrierVoicemail,
    DeadNumber,
    Declines,
    HangUp,
    NeverAnswers,
    Unreachable,
)
from titus_adapters.sandbox.twilio.switchboard import Account
from titus_adapters.sandbox.twilio.switches import Switches

pytestmark = needs_reference

Form = dict[str, str]
DIALLED = twiml(dial(number(FIRST), record="record-from-answer-dual", recordingStatusCallback="/recording"))


async def run(scene: Stage, caller: Caller) -> Stage:
    scene.twilio.call(caller, LINE)
    await scene.twilio.run_until_idle()
    return scene


def forms(scene: Stage, path: str, **wanted: str) -> list[Form]:
    return [seen.form for seen in scene.toy.at(path) if wanted.items() <= seen.form.items()]


async def test_the_incoming_call() -> None:
    scene = await run(stage(), Caller(number=CALLER))
    assert forms(scene, "/in")[0].keys() == payload("voice_incoming_mobile").keys()


async def test_a_forwarded_call() -> None:
    scene = await run(stage(), Caller(number=CALLER, forwarded_from="+61255500099"))
    assert forms(scene, "/in")[0].keys() == payload("voice_incoming_forwarded").keys()


@pytest.mark.parametrize("spelling", ["+266696687", "anonymous", "unknown"])
async def test_a_withheld_number_is_passed_on_as_the_network_spells_it(spelling: str) -> None:
    scene = await run(stage(), Caller(number=spelling))
    form = forms(scene, "/in")[0]
    assert form.keys() == payload("voice_incoming_withheld_word").keys()
    assert (form["From"], form["Caller"]) == (spelling, spelling)


async def test_a_browsers_outgoing_call() -> None:
    scene = stage()
    app = scene.twilio.world.application(f"https://{HOST}/browser")
    scene.twilio.call_from_browser(Caller(number="client:user_7"), SECOND, app.sid, {"contactId": "rec1"})
    await scene.twilio.run_until_idle()
    assert forms(scene, "/browser")[0].keys() == payload("voice_client_outgoing").keys()


LEG_ENDINGS = [
    ("leg_status_busy", Declines(), "busy"),
    ("leg_status_failed_404", DeadNumber(), "failed"),
    ("leg_status_failed_480", Unreachable(), "failed"),
    ("leg_status_no_answer", NeverAnswers(), "no-answer"),
]


@pytest.mark.parametrize(("name", "reaction", "status"), LEG_ENDINGS)
async def test_a_leg_that_nobody_answered(name: str, reaction: Declines, status: str) -> None:
    scene = stage()
    scene.toy.routes = {"/in": DIALLED}
    scene.phone(FIRST, reaction)
    await run(scene, Caller(number=CALLER))
    form, expected = forms(scene, "/status", To=FIRST, CallStatus=status)[0], payload(name)
    assert form.keys() == expected.keys()
    same = ("CallStatus", "SequenceNumber", "SipResponseCode", "CallDuration", "CallbackSource", "Direction")
    assert {key: form[key] for key in same} == {key: expected[key] for key in same}


@pytest.mark.parametrize("event", ["initiated", "ringing", "answered", "completed"])
async def test_each_step_of_a_leg_that_talks(event: str) -> None:
    scene = stage()
    scene.toy.routes = {"/in": DIALLED}
    scene.phone(FIRST, Answers(talks=184))
    await run(scene, Caller(number=CALLER))
    expected = payload(f"leg_status_{event}")
    form = forms(scene, "/status", To=FIRST, CallStatus=expected["CallStatus"])[0]
    assert form.keys() == expected.keys()
    same = ("SequenceNumber", "Direction") if event != "completed" else ("CallDuration", "Duration", "SequenceNumber")
    assert {key: form[key] for key in same} == {key: expected[key] for key in same}


async def test_a_browsers_leg() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml(dial(client("user_7")))}
    scene.twilio.world.client("user_7", Answers())
    await run(scene, Caller(number=CALLER))
    form = forms(scene, "/status", CallStatus="ringing")[0]
    assert form.keys() == payload("leg_status_client_ringing").keys()
    assert form["To"] == "client:user_7"


async def test_a_leg_that_lost_the_race() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml(dial(number(FIRST), number(SECOND)))}
    scene.phone(FIRST, Answers(after=2))
    scene.phone(SECOND, NeverAnswers())
    await run(scene, Caller(number=CALLER))
    assert forms(scene, "/status", To=SECOND, CallStatus="canceled")[0].keys() == (
        payload("leg_status_canceled_lost_race").keys()
    )


DIAL_ACTIONS: list[tuple[str, Answers | Declines | DeadNumber | NeverAnswers, Caller, Switches]] = [
    ("dial_action_completed_bridged", Answers(talks=184), Caller(number=CALLER), Switches()),
    ("dial_action_busy", Declines(), Caller(number=CALLER), Switches()),
    ("dial_action_failed", DeadNumber(), Caller(number=CALLER), Switches()),
    ("dial_action_no_answer", NeverAnswers(), Caller(number=CALLER), Switches()),
    ("dial_action_canceled_caller_gone", NeverAnswers(), Caller(number=CALLER, gives_up_after=5), Switches()),
    (
        "dial_action_no_answer_caller_gone",
        NeverAnswers(),
        Caller(number=CALLER, gives_up_after=5),
        Switches(action_after_hangup="no-answer"),
    ),
]


@pytest.mark.parametrize(("name", "reaction", "caller", "switches"), DIAL_ACTIONS, ids=lambda value: str(value)[:30])
async def test_the_dial_action(
    name: str, reaction: Answers | Declines | DeadNumber | NeverAnswers, caller: Caller, switches: Switches
) -> None:
    scene = stage(switches=msgspec.structs.replace(switches, after_unanswered_bridge="in-progress"))
    scene.toy.routes = {"/in": DIALLED}
    scene.phone(FIRST, reaction)
    await run(scene, caller)
    form, expected = forms(scene, "/after")[0], payload(name)
    assert form.keys() == expected.keys()
    same = ("DialCallStatus", "DialBridged", "CallStatus")
    assert {key: form[key] for key in same} == {key: expected[key] for key in same}
    assert form.get("DialCallDuration") == expected.get("DialCallDuration")


async def test_the_dial_action_of_a_screened_leg() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml(dial(number(FIRST, screened=True))), "/screen": SCREEN}
    scene.phone(FIRST, CarrierVoicemail(after=3))
    await run(scene, Caller(number=CALLER))
    expected = payload("dial_action_completed_not_bridged")
    form = forms(scene, "/after")[0]
    assert form.keys() == expected.keys()
    assert (form["DialCallStatus"], form["DialBridged"]) == ("completed", "false")


@pytest.mark.parametrize(("key", "name"), [("1", "voice_screen_gather_accept"), ("2", "voice_screen_gather_decline")])
async def test_screening(key: str, name: str) -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml(dial(number(FIRST, screened=True))), "/screen": SCREEN, "/accept": accept}
    scene.phone(FIRST, Answers(presses=key))
    await run(scene, Caller(number=CALLER))
    assert forms(scene, "/screen")[0].keys() == payload("voice_client_incoming_screen").keys()
    form, expected = forms(scene, "/accept")[0], payload(name)
    assert form.keys() == expected.keys()
    same = ("Digits", "FinishedOnKey", "msg", "CallStatus", "Direction")
    assert {field: form[field] for field in same} == {field: expected[field] for field in same}


async def test_the_number_hears_of_an_inbound_call_once_at_its_end() -> None:
    scene = stage()
    scene.toy.routes = {"/in": DIALLED}
    scene.phone(FIRST, Answers())
    await run(scene, Caller(number=CALLER))
    told = forms(scene, "/status", To=LINE)
    assert [form["CallStatus"] for form in told] == ["completed"]
    assert told[0].keys() == payload("parent_status_completed").keys()


async def test_a_call_never_answered_tells_the_number_so() -> None:
    scene = stage()
    scene.toy.routes = {"/in": DIALLED}
    scene.phone(FIRST, NeverAnswers())
    await run(scene, Caller(number=CALLER, gives_up_after=10))
    form, expected = forms(scene, "/status", To=LINE)[0], payload("parent_status_no_answer_answeronbridge")
    assert form.keys() == expected.keys()
    assert (form["CallStatus"], form["CallDuration"]) == (expected["CallStatus"], expected["CallDuration"])


async def test_recordings_of_a_talk() -> None:
    scene = stage()
    events = "in-progress completed absent"
    attributes = {"record": "record-from-answer-dual", "recordingStatusCallback": "/recording"}
    scene.toy.routes = {"/in": twiml(dial(number(FIRST), **attributes, recordingStatusCallbackEvent=events))}
    scene.phone(FIRST, Answers(talks=184))
    await run(scene, Caller(number=CALLER))
    first, last = forms(scene, "/recording")
    assert first.keys() == payload("recording_in_progress").keys()
    expected = payload("recording_completed_dual")
    assert last.keys() == expected.keys()
    same = ("RecordingChannels", "RecordingSource", "RecordingDuration", "RecordingStatus", "RecordingTrack")
    assert {key: last[key] for key in same} == {key: expected[key] for key in same}


async def test_a_message_and_an_empty_one() -> None:
    scene = stage()
    scene.toy.routes = {"/in": VOICEMAIL}
    await run(scene, Caller(number=CALLER, speaks=22))
    await run(scene, Caller(number=CALLER, speaks=0))
    completed = forms(scene, "/recording", RecordingStatus="completed")[0]
    assert completed.keys() == payload("recording_completed_mono_voicemail").keys()
    assert (completed["RecordingSource"], completed["RecordingDuration"]) == ("RecordVerb", "22")
    assert forms(scene, "/recording", RecordingStatus="absent")[0].keys() == payload("recording_absent").keys()


@pytest.mark.parametrize(
    ("name", "ends"), [("voicemail_record_action_hangup", "hangup"), ("voicemail_record_action_key", "#")]
)
async def test_the_record_action(name: str, ends: str) -> None:
    scene = stage()
    scene.toy.routes = {"/in": VOICEMAIL}
    await run(scene, Caller(number=CALLER, speaks=22, ends_message=ends))  # type: ignore[arg-type]
    form, expected = forms(scene, "/kept")[0], payload(name)
    assert form.keys() == expected.keys()
    assert (form["Digits"], form["RecordingDuration"]) == (expected["Digits"], expected["RecordingDuration"])


async def test_the_fallback() -> None:
    scene = stage()
    scene.toy.routes = {"/in": Reply(status=502)}
    await run(scene, Caller(number=CALLER))
    form, expected = forms(scene, "/fallback")[0], payload("voice_fallback_11200")
    assert form.keys() == expected.keys()
    assert form["ErrorCode"] == expected["ErrorCode"]
    assert form["ErrorUrl"] == f"https://{HOST}/in"


async def test_the_debugger() -> None:
    scene = stage(account=Account(debugger_url=f"https://{HOST}/debugger"))
    scene.toy.routes = {"/in": Reply(status=502)}
    await run(scene, Caller(number=CALLER))
    assert forms(scene, "/debugger")[0].keys() == payload("debugger_event").keys()


async def test_answering_machine_detection() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml(dial(number(FIRST, machineDetection="Enable", amdStatusCallback="/machine")))}
    scene.phone(FIRST, CarrierVoicemail(after=3))
    await run(scene, Caller(number=CALLER, hangs_up=HangUp("talk", after=20)))
    form = forms(scene, "/machine")[0]
    assert form.keys() == payload("amd_machine_start").keys()
    assert form["AnsweredBy"] == "machine_start"


@pytest.mark.parametrize("status", ["initiated", "ringing", "in_progress", "completed"])
async def test_a_call_made_over_rest(status: str) -> None:
    scene = stage()
    scene.phone(FIRST, Answers())
    scene.toy.routes = {"/out": twiml("<Say>Good morning.</Say>")}
    async with sandbox_web(scene) as web:
        fields = {"To": FIRST, "From": LINE, "Url": f"https://{HOST}/out", "StatusCallback": f"https://{HOST}/status"}
        events = {"StatusCallbackEvent": EVENTS.split()}
        await web.post("/2010-04-01/Accounts/AC1/Calls.json", data=fields | events, auth=("AC1", "x"))
    await scene.twilio.run_until_idle()
    expected = payload(f"api_call_status_{status}")
    form = forms(scene, "/status", CallStatus=expected["CallStatus"])[0]
    assert form.keys() == expected.keys()
    assert form["SequenceNumber"] == expected["SequenceNumber"]


@pytest.mark.parametrize(
    "media", [[], [("image/jpeg", "https://api.twilio.test/1"), ("application/pdf", "https://x/2")]]
)
async def test_a_text_message(media: list[tuple[str, str]]) -> None:
    scene = stage()
    scene.twilio.text(CALLER, LINE, "  Thanks 🙏 \n", media)
    await scene.twilio.run_until_idle()
    expected = payload("sms_incoming_mms_two" if media else "sms_incoming_unicode_whitespace")
    seen = scene.toy.at("/text")[0]
    assert seen.form.keys() == expected.keys()
    assert seen.form["Body"] == "  Thanks 🙏 \n"
    assert seen.signed


TEXT_ENDINGS: list[tuple[str, str, int | None]] = [
    ("sms_status_delivered", "delivered", None),
    ("sms_status_undelivered_30003", "undelivered", 30003),
    ("sms_status_failed_21610", "failed", 21610),
]


@pytest.mark.parametrize(("name", "status", "code"), TEXT_ENDINGS)
async def test_the_fate_of_a_text_message(name: str, status: str, code: int | None) -> None:
    scene = stage()
    scene.twilio.world.text_route(CALLER, status, code)
    scene.toy.routes = {"/text": '<Response><Message statusCallback="/texted">Noted.</Message></Response>'}
    scene.twilio.text(CALLER, LINE, "Hello")
    await scene.twilio.run_until_idle()
    told: dict[str, Callable[[], Form]] = {form["MessageStatus"]: form.copy for form in forms(scene, "/texted")}
    assert told[status]().keys() == payload(name).keys()
    assert told["queued"]().keys() == payload("sms_status_queued").keys()
