"""The reference data: all of it is understood, and the sandbox speaks like it."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import msgspec
import pytest
from jsonschema import Draft202012Validator

from tests.adapters.elevenlabs.reference import needs_reference, reference, schema
from tests.adapters.elevenlabs.stage import AGENT, CALLER, POST_CALL, SECRET, Stage, the_call
from titus_adapters.elevenlabs.context import variables
from titus_adapters.elevenlabs.documents import checked
from titus_adapters.elevenlabs.payloads import Context, ConversationDetail, ConversationPage, RegisterCall, unwrapped
from titus_adapters.elevenlabs.reading import conversation_of
from titus_adapters.sandbox.elevenlabs.scripts import Script
from titus_adapters.sandbox.elevenlabs.signature import sign
from titus_core.calls.conversations import ConversationState, Speaker

pytestmark = needs_reference

STATES = {
    "initiated": (ConversationState.RUNNING, 0),
    "in_progress": (ConversationState.RUNNING, 5),
    "processing": (ConversationState.PROCESSING, 5),
    "done": (ConversationState.DONE, 5),
    "failed": (ConversationState.FAILED, 0),
}


@pytest.mark.parametrize("name", list(STATES))
def test_a_conversation_in_every_state(name: str) -> None:
    told = conversation_of(msgspec.convert(reference(f"conversation_get_{name}")["response"], ConversationDetail))
    assert (told.state, len(told.turns)) == STATES[name]
    assert told.call_id == told.provider_call_id == "CA1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f"
    assert told.number == "+61491570156"
    assert (told.failure is None) == (name != "failed")


def test_who_said_what() -> None:
    told = conversation_of(msgspec.convert(reference("conversation_get_done")["response"], ConversationDetail))
    speakers = [turn.speaker for turn in told.turns]
    assert speakers == [Speaker.AGENT, Speaker.CALLER, Speaker.AGENT, Speaker.CALLER, Speaker.AGENT]
    assert told.summary
    assert told.has_audio


def test_a_transcript_event_is_read_as_the_same_conversation() -> None:
    event = reference("webhook_post_call_transcription")["body"]
    told = conversation_of(msgspec.convert(event["data"], ConversationDetail))
    assert told == conversation_of(msgspec.convert(reference("conversation_get_done")["response"], ConversationDetail))
    del event["data"]["transcript"]
    assert conversation_of(msgspec.convert(event["data"], ConversationDetail)).turns == ()


def test_pages_of_a_list() -> None:
    pages = [
        msgspec.convert(one["response"], ConversationPage) for one in reference("conversations_list_pages")["exchanges"]
    ]
    assert [page.has_more for page in pages] == [True, False]
    assert [len(page.conversations) for page in pages] == [2, 1]


@pytest.mark.parametrize("name", ["body", "body_us"])
def test_a_registered_call(name: str) -> None:
    answer = reference("twilio_register_call")["response"][name]
    assert checked(unwrapped(answer.encode())) == "conv_4801k8f3t2e9m7bqw0x5n6y1zpjd"


def test_a_registration_has_the_fields_of_the_documented_one() -> None:
    documented = reference("twilio_register_call")["request"]["body"]
    ours: Any = msgspec.to_builtins(
        RegisterCall(
            agent_id=AGENT,
            from_number=CALLER,
            to_number="+61755501234",
            direction="inbound",
            conversation_initiation_client_data=Context(dynamic_variables=variables(the_call())),
        )
    )
    assert ours.keys() == documented.keys()
    told = documented["conversation_initiation_client_data"]["dynamic_variables"]
    assert ours["conversation_initiation_client_data"]["dynamic_variables"].keys() == told.keys()


def test_unknown_words_and_fields_are_borne() -> None:
    detail = reference("conversation_get_done")["response"]
    detail |= {"status": "dreaming", "news": {"of": ["tomorrow"]}}
    detail["transcript"].append({"role": "ghost", "message": "Boo", "time_in_call_secs": 1.5})
    detail["metadata"]["phone_call"]["type"] = "pigeon"
    told = conversation_of(msgspec.convert(detail, ConversationDetail))
    assert (told.state, len(told.turns)) == (ConversationState.RUNNING, 5)


def test_the_sandbox_signs_as_elevenlabs_does() -> None:
    vectors = reference("signature_vectors")
    plain = [one for one in vectors["vectors"] if one["expect"] == "accept" and one["header"].startswith("t=")]
    for vector in plain:
        at = int(vector["header"].partition(",")[0].removeprefix("t="))
        expected = sign(vectors["secret"], base64.b64decode(vector["raw_body_base64"]), at)
        assert vector["header"].startswith(expected)
    assert len(plain) >= 4


async def test_the_sandbox_answers_by_the_schema_in_every_state(stage: Stage) -> None:
    one, page = Draft202012Validator(schema("conversation")), Draft202012Validator(schema("conversations_page"))
    conversation = stage.registered(titus_call_sid="CA01")
    stage.agents.connect(conversation)
    seen = []
    for seconds in (0, 3, 36, 60):
        await stage.agents.run_for(seconds)
        answer = await stage.api.get(f"/v1/convai/conversations/{conversation.id}", dict)
        one.validate(answer)
        page.validate(await stage.api.get("/v1/convai/conversations", dict, {"summary_mode": "include"}))
        seen.append(answer["status"])
    assert seen == ["initiated", "in-progress", "processing", "done"]
    stage.agents.script(Script(failure="broke off"))
    failed = await stage.talked()
    one.validate(await stage.api.get(f"/v1/convai/conversations/{failed.id}", dict))


async def test_the_sandbox_shows_no_field_that_elevenlabs_does_not(stage: Stage) -> None:
    talked = await stage.talked()
    ours: Any = await stage.api.get(f"/v1/convai/conversations/{talked.id}", dict)
    theirs = reference("conversation_get_done")["response"]
    assert ours.keys() == theirs.keys()
    assert ours["metadata"].keys() <= theirs["metadata"].keys()
    assert ours["transcript"][1].keys() == theirs["transcript"][1].keys()
    assert ours["metadata"]["phone_call"].keys() == theirs["metadata"]["phone_call"].keys()


async def test_its_errors_look_like_elevenlabs(stage: Stage) -> None:
    known = {error["status"]: error["body"] for error in reference("errors")["errors"]}
    async with _client(stage) as http:
        nobody = await http.get("/v1/convai/conversations/conv_nobody")
        keyless = await http.get("/v1/convai/conversations", headers={"xi-api-key": ""})
        bodyless = await http.post("/v1/convai/twilio/register-call", json={})
    assert nobody.json() == known[404]
    assert keyless.json() == known[401]
    assert (bodyless.status_code, bodyless.json()) == (422, known[422])


async def test_its_events_have_the_fields_of_the_documented_ones(stage: Stage) -> None:
    stage.agents.subscribe(POST_CALL, SECRET)
    await stage.talked()
    stage.agents.script(Script(answer="no-answer"))
    body = {"agent_id": AGENT, "agent_phone_number_id": "phnum_1", "to_number": CALLER}
    async with _client(stage) as http:
        outbound = (await http.post("/v1/convai/twilio/outbound-call", json=body)).json()
    Draft202012Validator(schema("twilio_outbound")).validate(outbound)
    await stage.agents.run_until_idle()
    for heard, name in zip(
        stage.ear.heard,
        ["webhook_post_call_transcription", "webhook_post_call_audio", "webhook_call_initiation_failure_twilio"],
        strict=True,
    ):
        theirs = reference(name)["body"]
        assert heard.json["type"] == theirs["type"]
        assert heard.json["data"].keys() == theirs["data"].keys()


def _client(stage: Stage) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=stage.url, headers={"xi-api-key": stage.agents.desk.account.api_key})
