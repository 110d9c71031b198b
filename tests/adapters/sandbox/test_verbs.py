"""What callers live through, verb by verb."""

import pytest

from tests.adapters.sandbox.toy import CALLER, FIRST, HOST, LINE, VOICEMAIL, Stage, dial, number, stage, twiml
from titus_adapters.sandbox.twilio.behaviour import Activity, Answers, Caller, HangUp, NeverAnswers
from titus_adapters.sandbox.twilio.engine.wire import wire_to
from titus_adapters.sandbox.twilio.records import Call
from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox

KEYED = twiml(
    '<Gather numDigits="1" action="/key" timeout="4"><Say>One or two?</Say></Gather>', "<Say>Nothing pressed.</Say>"
)


async def play(scene: Stage, caller: Caller) -> Call:
    call = scene.twilio.call(caller, LINE)
    await scene.twilio.run_until_idle()
    assert call.ended
    return call


async def test_saying_takes_as_long_as_it_takes() -> None:
    scene = stage()
    document = twiml(f"<Say>{'a' * 150}</Say>", '<Pause length="3"/>', '<Play loop="2">/tune.mp3</Play>')
    scene.toy.routes = {"/in": document}
    call = await play(scene, Caller(number=CALLER))
    assert call.duration == 10 + 3 + 10
    assert call.heard == ["a" * 150, f"♪ https://{HOST}/tune.mp3"]


async def test_endless_music_ends_when_the_caller_has_had_enough() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml('<Play loop="0">/hold.mp3</Play>')}
    call = await play(scene, Caller(number=CALLER, gives_up_after=90))
    assert call.duration == 90


async def test_a_call_that_nobody_ends_is_ended_after_four_hours() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml('<Play loop="0">/hold.mp3</Play>')}
    call = await play(scene, Caller(number=CALLER))
    assert call.duration == 4 * 3600


@pytest.mark.parametrize("activity", ["say", "play", "pause", "gather", "dial", "talk", "record", "agent"])
async def test_callers_can_hang_up_during_anything(activity: Activity) -> None:
    scene = stage()
    scene.phone(FIRST, Answers(after=5, talks=60))
    scene.toy.routes = {
        "/in": twiml("<Say>Welcome.</Say><Play>/a.mp3</Play><Pause length='4'/><Gather/>", dial(number(FIRST))),
        "/after": twiml("<Record action='/kept'/>"),
        "/kept": twiml("<Connect><Stream url='wss://agent.test/s'/></Connect>"),
    }
    caller = Caller(number=CALLER, speaks=9, ends_message="#", hangs_up=HangUp(activity, after=1))
    call = await play(scene, caller)
    assert any(entry.text == "hangs up" for entry in call.timeline)
    assert call.talked_to_agent is (activity == "agent")


async def test_an_empty_response_answers_and_hangs_up() -> None:
    call = await play(stage(), Caller(number=CALLER))
    assert (call.status, call.duration) == ("completed", 0)


@pytest.mark.parametrize(("reason", "status"), [("busy", "busy"), ("rejected", "no-answer")])
async def test_a_rejected_call_was_never_answered(reason: str, status: str) -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml(f"<Reject reason='{reason}'/>")}
    call = await play(scene, Caller(number=CALLER))
    assert (call.status, call.answered_at) == (status, None)


async def test_keys_reach_the_action_and_cut_the_prompt_short() -> None:
    scene = stage()
    scene.toy.routes = {"/in": KEYED, "/key": lambda seen: twiml(f"<Say>You chose {seen.form['Digits']}.</Say>")}
    call = await play(scene, Caller(number=CALLER, presses="2", presses_after=0.5))
    assert call.heard == ["One or two?", "You chose 2."]


async def test_silence_runs_on_to_the_next_verb() -> None:
    scene = stage()
    scene.toy.routes = {"/in": KEYED}
    call = await play(scene, Caller(number=CALLER))
    assert call.heard == ["One or two?", "Nothing pressed."]
    assert scene.toy.at("/key") == []


GATHERS = [
    ("", "12#", "12", "#"),
    ("numDigits='3'", "12345", "123", ""),
    ("finishOnKey='*'", "1#2*", "1#2", "*"),
    ("finishOnKey=''", "12", "12", ""),
]


@pytest.mark.parametrize(("attributes", "pressed", "digits", "finished_on"), GATHERS)
async def test_how_keys_end(attributes: str, pressed: str, digits: str, finished_on: str) -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml(f"<Gather action='/key' {attributes}/>")}
    await play(scene, Caller(number=CALLER, presses=pressed))
    form = scene.toy.at("/key")[0].form
    assert (form["Digits"], form["FinishedOnKey"]) == (digits, finished_on)


async def test_an_empty_result_is_reported_where_asked_for() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml("<Gather action='/key' actionOnEmptyResult='true'/>")}
    await play(scene, Caller(number=CALLER))
    assert scene.toy.at("/key")[0].form["Digits"] == ""


async def test_a_gather_without_action_asks_the_same_address_again() -> None:
    scene = stage()
    scene.toy.routes = {"/in": lambda seen: twiml() if "Digits" in seen.form else twiml("<Gather numDigits='1'/>")}
    await play(scene, Caller(number=CALLER, presses="1"))
    assert [seen.form.get("Digits") for seen in scene.toy.at("/in")] == [None, "1"]


async def test_a_message_is_as_long_as_it_may_be() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml("<Record action='/kept' maxLength='10'/>")}
    await play(scene, Caller(number=CALLER, speaks=300))
    assert scene.toy.at("/kept")[0].form["RecordingDuration"] == "10"


async def test_silence_ends_a_message_and_is_trimmed_from_it() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml("<Record action='/kept' timeout='7'/>")}
    call = await play(scene, Caller(number=CALLER, speaks=20, ends_message="silence"))
    assert scene.toy.at("/kept")[0].form["RecordingDuration"] == "20"
    assert call.duration == 27


async def test_an_empty_message_asks_nothing_and_runs_on() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml("<Record action='/kept'/>", "<Say>We heard nothing.</Say>")}
    call = await play(scene, Caller(number=CALLER, speaks=0))
    assert scene.toy.at("/kept") == []
    assert call.heard == ["(beep)", "We heard nothing."]
    assert not call.left_message


async def test_a_patient_caller_is_not_cut_off_while_leaving_a_message() -> None:
    scene = stage()
    scene.toy.routes = {"/in": VOICEMAIL}
    call = await play(scene, Caller(number=CALLER, gives_up_after=10, speaks=30))
    assert call.recordings[0].duration == 30


async def test_a_redirect_to_another_host_is_asked_there_signed() -> None:
    scene = stage()
    other = stage()
    other.toy.routes = {"/twilio/inbound_call": twiml("<Connect><Stream url='wss://agent.test/s'/></Connect>")}
    twilio = TwilioSandbox(wire_to({HOST: scene.toy, "api.agent.test": other.toy}), strict=True)
    twilio.world.number(LINE, voice_url=f"https://{HOST}/in")
    scene.toy.routes = {"/in": twiml("<Redirect>https://api.agent.test/twilio/inbound_call</Redirect>")}
    call = twilio.call(Caller(number=CALLER, talks_to_agent=33), LINE)
    await twilio.run_until_idle()
    agent_seen = other.toy.at("/twilio/inbound_call")
    assert (agent_seen[0].form["CallSid"], agent_seen[0].signed) == (call.sid, True)
    assert (call.talked_to_agent, call.duration) == (True, 33)


async def test_when_the_agent_hangs_up_the_action_is_asked() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml("<Connect action='/done'><Stream url='wss://agent.test/s'/></Connect>")}
    await play(scene, Caller(number=CALLER, agent_hangs_up=True))
    assert len(scene.toy.at("/done")) == 1


async def test_a_redirect_to_itself_is_stopped() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml("<Redirect>/in</Redirect>")}
    await play(scene, Caller(number=CALLER))
    assert len(scene.toy.at("/in")) == 11
    assert scene.twilio.findings[-1].code == 11215


async def test_relative_addresses_start_from_the_document() -> None:
    scene = stage()
    scene.twilio.world.numbers[LINE].voice_url = f"https://{HOST}/deep/down/in?x=1"
    scene.toy.routes = {"/deep/down/in": twiml("<Redirect>next?n=2</Redirect>")}
    await play(scene, Caller(number=CALLER))
    assert scene.toy.at("/deep/down/next")[0].query == {"n": "2"}


async def test_a_recording_from_ringing_includes_the_ringing() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml(dial(number(FIRST), record="record-from-ringing"))}
    scene.phone(FIRST, Answers(after=4, talks=10))
    call = await play(scene, Caller(number=CALLER))
    assert [(row.duration, row.channels) for row in call.recordings] == [(14, 1)]


@pytest.mark.parametrize("patience", [None, 6])
async def test_an_unanswered_recording_from_ringing_is_absent(patience: float | None) -> None:
    scene = stage()
    attributes = {"record": "record-from-ringing-dual", "recordingStatusCallback": "/recording"}
    scene.toy.routes = {"/in": twiml(dial(number(FIRST), **attributes, recordingStatusCallbackEvent="absent"))}
    scene.phone(FIRST, NeverAnswers())
    await play(scene, Caller(number=CALLER, gives_up_after=patience))
    assert [seen.form["RecordingStatus"] for seen in scene.toy.at("/recording")] == ["absent"]


async def test_the_caller_id_can_be_replaced() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml(dial(number(FIRST), callerId=LINE))}
    scene.phone(FIRST, Answers())
    call = await play(scene, Caller(number=CALLER))
    assert call.legs[0].from_ == LINE


async def test_the_callee_can_be_hung_up_on_from_outside() -> None:
    scene = stage()
    scene.toy.routes = {"/in": twiml(dial(number(FIRST)))}
    scene.phone(FIRST, Answers(after=2, talks=600))
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_for(20)
    scene.twilio.hang_up(call.legs[0])
    await scene.twilio.run_until_idle()
    assert scene.toy.at("/after")[0].form["DialBridged"] == "true"
    assert call.ended
