"""The sandbox's control side and what its REST refuses."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.adapters.elevenlabs.stage import AGENT, CALLER, OFFICE, POST_CALL, SECRET, Ear, Stage, serving
from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.elevenlabs.part import elevenlabs_part
from titus_adapters.sandbox.elevenlabs.sandbox import ElevenLabsSandbox
from titus_adapters.sandbox.elevenlabs.wire import wire_over_network, wire_to

REGISTRATION = {"agent_id": AGENT, "from_number": CALLER, "to_number": OFFICE}
REGISTER = "/v1/convai/twilio/register-call"


@pytest.fixture
async def web(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    key = stage.agents.desk.account.api_key
    async with httpx.AsyncClient(base_url=stage.url, headers={"xi-api-key": key}) as web:
        yield web


async def test_a_scripted_conversation_from_set_up_to_its_story(stage: Stage, web: httpx.AsyncClient) -> None:
    script = {"lines": [{"role": "agent", "at": 0, "text": "Hi."}], "talks": 20}
    await web.put("/control/agents", json={"id": "agent_02", "name": "Robin"})
    await web.put("/control/scripts", json={"number": CALLER, "scripts": [script]})
    await web.put("/control/webhook", json={"url": POST_CALL, "secret": SECRET, "events": ["transcription"]})
    await web.post(REGISTER, json={**REGISTRATION, "agent_id": "agent_02"})
    (waiting,) = (await web.get("/control/conversations")).json()
    assert (waiting["status"], waiting["agent"], waiting["number"]) == ("initiated", "agent_02", CALLER)
    path = f"/control/conversations/{waiting['id']}"
    assert (await web.post(f"{path}/connect", json={})).status_code == 202
    state = (await web.post("/control/time", json={})).json()
    told, story = (await web.get(path)).json(), (await web.get(f"{path}/story")).text
    assert (told["status"], told["seconds"], told["said"][0]["text"]) == ("done", 20, "Hi.")
    assert [(sent["kind"], sent["status"]) for sent in state["sent"]] == [("transcription", 200)]
    assert "transcription → 200" in story


async def test_somebody_hangs_up_when_told_to(stage: Stage, web: httpx.AsyncClient) -> None:
    conversation = stage.registered()
    path = f"/control/conversations/{conversation.id}"
    await web.post(f"{path}/connect", json={"call_sid": "CA01", "by_itself": False})
    await web.post("/control/time", json={"seconds": 500})
    assert conversation.status == "in-progress"
    assert (await web.post(f"{path}/connect", json={})).status_code == 400
    await web.post(f"{path}/hangup")
    await web.post("/control/time", json={"seconds": 60})
    assert (conversation.status, conversation.seconds(0), conversation.call_sid) == ("done", 498, "CA01")


async def test_who_leaves_before_the_agent_speaks_has_said_nothing(stage: Stage) -> None:
    conversation = stage.registered()
    stage.agents.connect(conversation, by_itself=False)
    await stage.agents.run_for(1)
    stage.agents.hang_up(conversation)
    await stage.agents.run_until_idle()
    assert (conversation.status, conversation.has_audio, list(conversation.said(0))) == ("done", False, [])


async def test_faults_weather_and_switches_are_set_and_shown(stage: Stage, web: httpx.AsyncClient) -> None:
    await web.put("/control/faults", json={"faults": [{"does": {"type": "Refusal", "status": 503}, "times": 2}]})
    assert [(await web.post(REGISTER, json=REGISTRATION)).status_code for _ in range(3)] == [503, 503, 200]
    rules = [{"fault": {"type": "Drop"}, "kinds": ["transcription"], "times": 1}]
    assert (await web.put("/control/weather", json={"rules": rules})).status_code == 200
    await web.put("/control/switches", json={"document": "json"})
    assert (await web.post(REGISTER, json=REGISTRATION)).json().keys() == {"twiml"}
    state = (await web.get("/control/state")).json()
    assert (state["switches"]["document"], state["faults"]) == ("json", [])


async def test_a_webhook_is_enabled_by_hand(stage: Stage, web: httpx.AsyncClient) -> None:
    stage.agents.subscribe(POST_CALL, SECRET).auto_disabled = True
    assert (await web.get("/control/state")).json()["auto_disabled"]
    assert not (await web.post("/control/webhook/enable")).json()["auto_disabled"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", REGISTER, {**REGISTRATION, "agent_id": "agent_99"}, 404),
        ("POST", REGISTER, {**REGISTRATION, "direction": "sideways"}, 422),
        (
            "POST",
            REGISTER,
            {**REGISTRATION, "conversation_initiation_client_data": {"dynamic_variables": {"a": []}}},
            422,
        ),
        ("POST", "/v1/convai/twilio/outbound-call", {"agent_id": AGENT}, 422),
        ("GET", "/v1/convai/agents/agent_99", None, 404),
        ("GET", "/v1/convai/conversations?page_size=101", None, 422),
        ("GET", "/v1/convai/conversations?cursor=nonsense", None, 422),
        ("GET", "/v1/convai/conversations?dynamic_variable_params=a:gt:1", None, 422),
        ("GET", "/v1/convai/dreams", None, 404),
        ("GET", "/control/conversations/conv_nobody", None, 404),
        ("PUT", "/control/faults", {"faults": [{"does": {"type": "Earthquake"}}]}, 400),
    ],
)
async def test_mistakes_are_told(web: httpx.AsyncClient, method: str, path: str, body: Any, status: int) -> None:
    response = await web.request(method, path, json=body)
    assert response.status_code == status
    assert response.json()["detail"]


async def test_a_page_follows_the_last_row_shown_whatever_was_added(stage: Stage, web: httpx.AsyncClient) -> None:
    old = [(await stage.talked()).id for _ in range(3)]
    first = (await web.get("/v1/convai/conversations", params={"page_size": 2})).json()
    await stage.talked()
    second = (await web.get("/v1/convai/conversations", params={"page_size": 2, "cursor": first["next_cursor"]})).json()
    shown = [row["conversation_id"] for row in first["conversations"] + second["conversations"]]
    assert shown == old[::-1]


async def test_the_page_is_whole_without_the_internet(stage: Stage) -> None:
    async with httpx.AsyncClient() as web:
        page = await web.get(stage.url.removesuffix("elevenlabs"))
    assert 'id="elevenlabs-conversations"' in page.text
    assert re.findall(r"(?:src|href)=|@import|https?://", page.text) == []


async def test_the_server_plays_in_real_time_while_it_runs() -> None:
    ear = Ear()
    agents = ElevenLabsSandbox(wire_to({"titus.test": ear}))
    agents.agent(AGENT)
    agents.subscribe(POST_CALL, SECRET)
    app: Any = create_sandbox_app(elevenlabs_part(agents, speed=500))
    async with serving(app) as origin, httpx.AsyncClient(base_url=f"{origin}/elevenlabs") as web:
        await web.post(REGISTER, json=REGISTRATION, headers={"xi-api-key": "any"})
        agents.connect(agents.conversations[0])
        async with asyncio.timeout(10):
            while len(ear.heard) < 2:  # noqa: ASYNC110 - the ear tells nobody
                await asyncio.sleep(0.02)
        refused = await web.post("/control/time", json={"seconds": 1})
    assert refused.status_code == 400


async def test_events_go_over_a_network_in_pieces() -> None:
    ear = Ear()
    async with serving(ear) as origin:
        wire = wire_over_network()
        agents = ElevenLabsSandbox(wire)
        agents.agent(AGENT)
        agents.subscribe(f"{origin}/post-call", SECRET)
        agents.connect(agents.desk.open(AGENT, "registered", CALLER, OFFICE, "inbound", {}))
        await agents.run_until_idle()
        agents.subscribe("http://127.0.0.1:9/nobody", SECRET)
        agents.connect(agents.desk.open(AGENT, "registered", CALLER, OFFICE, "inbound", {}))
        await agents.run_until_idle()
        await wire.close()
    assert [heard.headers.get("transfer-encoding") for heard in ear.heard] == [None, "chunked"]
    assert [sent.error for sent in agents.sent()] == ["", "", "ct", "ct"]
