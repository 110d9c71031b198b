"""The grammar of TwiML, and reading documents by it."""

import inspect

import pytest
from twilio.twiml import TwiML
from twilio.twiml.voice_response import Client, Connect, Dial, Gather, VoiceResponse

from tests.adapters.sandbox.toy import CALLER, FIRST, LINE, Reply, dial, number, stage, twiml
from titus_adapters.sandbox.twilio.behaviour import Answers, Caller
from titus_adapters.sandbox.twilio.switchboard import StrictTwiml
from titus_adapters.sandbox.twilio.twiml import grammar
from titus_adapters.sandbox.twilio.twiml.documents import BadDocument, parse, read

BUILDERS: list[tuple[str, type[TwiML], str]] = [
    ("Say", VoiceResponse, "say"),
    ("Play", VoiceResponse, "play"),
    ("Pause", VoiceResponse, "pause"),
    ("Gather", VoiceResponse, "gather"),
    ("Dial", VoiceResponse, "dial"),
    ("Record", VoiceResponse, "record"),
    ("Redirect", VoiceResponse, "redirect"),
    ("Hangup", VoiceResponse, "hangup"),
    ("Reject", VoiceResponse, "reject"),
    ("Connect", VoiceResponse, "connect"),
    ("Number", Dial, "number"),
    ("Client", Dial, "client"),
    ("Sip", Dial, "sip"),
    ("Stream", Connect, "stream"),
    ("Parameter", Client, "parameter"),
]
CONTENT = {"self", "message", "kwargs", "url", "number", "phone_number", "identity", "sip_url"}
TEXT_NOT_URL = {"Number": "url", "Client": "url", "Sip": "url", "Stream": "url"}


@pytest.mark.parametrize(("name", "owner", "builder"), BUILDERS, ids=lambda value: str(value))
def test_the_grammar_knows_every_attribute_that_the_official_library_writes(
    name: str, owner: type[TwiML], builder: str
) -> None:
    parameters = set(inspect.signature(getattr(owner, builder)).parameters)
    written = {_camel(word) for word in parameters - (CONTENT - {TEXT_NOT_URL.get(name, "")})}
    assert written - grammar.ATTRIBUTES[name].keys() == set()


def _camel(word: str) -> str:
    first, *rest = word.split("_")
    return first + "".join(part.capitalize() for part in rest)


def test_what_the_official_library_builds_is_accepted() -> None:
    response = VoiceResponse()
    response.say("This call is recorded.", voice="Polly.Olivia-Neural", language="en-AU")
    gather = Gather(num_digits=1, action="/a", timeout=3)
    gather.say("Press 1")
    response.append(gather)
    noun = response.dial(
        timeout=10,
        action="/next",
        record="record-from-answer-dual",
        recording_status_callback="/rec",
        recording_status_callback_event="in-progress completed absent",
        ring_tone="au",
        answer_on_bridge=True,
    )
    noun.number(FIRST, url="/screen", status_callback="/s", status_callback_event="initiated answered")
    noun.client("user_7", status_callback="/s")
    response.record(action="/kept", max_length=120, play_beep=True, finish_on_key="#", transcribe=False)
    assert parse(str(response)).warnings == ()


COMPLAINTS = [
    ("<say>hello</say>", "<say> is not allowed here"),
    ("<Speak>hello</Speak>", "<Speak> is not allowed here"),
    ("<Number>+61491570006</Number>", "<Number> is not allowed here"),
    ("<Dial time='3'/>", "<Dial> has no attribute 'time'"),
    ("<Dial Timeout='10'/>", "<Dial> has no attribute 'Timeout'"),
    ("<Dial timeout='4'/>", "timeout='4'"),
    ("<Dial timeout='601'/>", "timeout='601'"),
    ("<Dial answerOnBridge='True'/>", "answerOnBridge='True'"),
    ("<Dial record='yes'/>", "record='yes'"),
    ("<Dial action='/a b'/>", "action='/a b'"),
    ("<Dial><Say>no</Say></Dial>", "<Say> is not allowed in <Dial>"),
    ("<Dial><Number statusCallbackEvent='answered,completed'>+61</Number></Dial>", "statusCallbackEvent="),
    ("<Gather><Dial/></Gather>", "<Dial> is not allowed in <Gather>"),
    ("<Gather numDigits='0'/>", "numDigits='0'"),
    ("<Record maxLength='0'/>", "maxLength='0'"),
    ("<Record method='PUT'/>", "method='PUT'"),
    ("<Reject reason='no'/>", "reason='no'"),
    (f"<Dial>{'<Number>+61491570006</Number>' * 11}</Dial>", "Too many nouns"),
]


@pytest.mark.parametrize(("xml", "complaint"), COMPLAINTS)
def test_what_twilio_would_warn_about(xml: str, complaint: str) -> None:
    warnings = parse(twiml(xml)).warnings
    assert any(complaint in warning for warning in warnings), warnings


@pytest.mark.parametrize("verb", ["Dial", "Record", "Redirect", "Connect", "Reject"])
def test_a_legs_own_document_may_do_little(verb: str) -> None:
    assert parse(twiml(f"<{verb}/>"), verbs=grammar.LEG_VERBS).warnings != ()


@pytest.mark.parametrize("verb", ["Enqueue", "Leave", "Start"])
def test_real_verbs_that_are_not_acted_out_are_no_mistake(verb: str) -> None:
    assert parse(twiml(f"<{verb}/>")).warnings == ()


@pytest.mark.parametrize("body", [b"<Response>", b"<Reply/>", b"plain", b"<!DOCTYPE a><Response/>"])
def test_what_cannot_be_parsed(body: bytes) -> None:
    with pytest.raises(BadDocument) as caught:
        read(body, "text/xml")
    assert caught.value.code == 12100


async def test_strict_mode_turns_a_warning_into_an_error() -> None:
    scene = stage(strict=True)
    scene.toy.routes = {"/in": twiml("<Dial tmeout='3'/>")}
    scene.twilio.call(Caller(number=CALLER), LINE)
    with pytest.raises(StrictTwiml, match="tmeout"):
        await scene.twilio.run_until_idle()


async def test_otherwise_it_is_listed_and_the_call_goes_on() -> None:
    scene = stage(strict=False)
    scene.toy.routes = {"/in": twiml("<say>Quiet.</say>", "<Say tone='nice'>Loud.</Say>")}
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert call.heard == ["Loud."]
    assert [warning[:5] for warning in scene.twilio.warnings] == ["12200", "12200"]


async def test_a_dial_of_more_than_ten_rings_nobody() -> None:
    scene = stage(strict=False)
    scene.toy.routes = {"/in": twiml(dial(*[number(FIRST)] * 11))}
    scene.phone(FIRST, Answers())
    scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert scene.twilio.world.rang(FIRST) == 0
    assert scene.toy.at("/after")[0].form["DialCallStatus"] == "failed"


async def test_a_forbidden_verb_in_a_legs_document_is_skipped() -> None:
    scene = stage(strict=False)
    scene.toy.routes = {
        "/in": twiml(dial(number(FIRST, screened=True))),
        "/screen": Reply(twiml("<Dial>+61491570156</Dial>", "<Say>A call for you.</Say>")),
    }
    scene.phone(FIRST, Answers(talks=5))
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    await scene.twilio.run_until_idle()
    assert call.legs[0].heard == ["A call for you."]
    assert len(call.legs) == 1
    assert call.bridged_to == FIRST
