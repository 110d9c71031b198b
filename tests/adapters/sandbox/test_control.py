"""The control side: JSON, and the page."""

import asyncio
import re
from typing import Any

import httpx

from tests.adapters.sandbox.official import BASE, sandbox_web
from tests.adapters.sandbox.toy import CALLER, FIRST, HOST, LINE, SECOND, hunt, stage
from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.part import Part
from titus_adapters.sandbox.twilio.behaviour import Answers
from titus_adapters.sandbox.twilio.part import twilio_part


async def test_a_scripted_call_from_set_up_to_its_story() -> None:
    scene = stage()
    scene.toy.routes = hunt([FIRST, SECOND])
    answers = {"type": "Answers", "after": 3, "talks": 20, "presses": "1"}
    async with sandbox_web(scene) as web:
        await web.put("/control/devices", json={"address": FIRST, "reactions": [{"type": "Declines"}]})
        await web.put("/control/devices", json={"address": SECOND, "reactions": [answers]})
        placed = await web.post("/control/calls", json={"to": LINE, "caller": {"number": CALLER, "speaks": 5}})
        assert placed.status_code == 201
        state = (await web.post("/control/time", json={})).json()
        (call,) = (await web.get("/control/calls")).json()
        story = (await web.get(f"/control/calls/{call['sid']}/story")).text
    assert (call["status"], call["bridged_to"]) == ("completed", SECOND)
    assert [device["rings"] for device in state["devices"]] == [1, 1]
    assert f"talks to {SECOND}" in story


async def test_time_passes_as_told_and_a_party_is_made_to_hang_up() -> None:
    scene = stage()
    scene.toy.routes = hunt([FIRST])
    async with sandbox_web(scene) as web:
        await web.put("/control/devices", json={"address": FIRST, "reactions": [{"type": "NeverAnswers"}]})
        sid = (await web.post("/control/calls", json={"to": LINE, "caller": {"number": CALLER}})).json()["sid"]
        await web.post("/control/time", json={"seconds": 5})
        assert (await web.post(f"/control/calls/{sid}/hangup")).status_code == 202
        await web.post("/control/time", json={"seconds": 1})
        call = (await web.get(f"/control/calls/{sid}")).json()
    assert call["status"] == "no-answer"


async def test_a_browser_dials_out_through_an_application() -> None:
    scene = stage()
    scene.toy.routes = hunt([FIRST])
    async with sandbox_web(scene) as web:
        await web.put("/control/devices", json={"address": FIRST, "reactions": [{"type": "Answers", "talks": 3}]})
        made = (await web.post("/control/applications", json={"voice_url": f"https://{HOST}/in"})).json()
        browser = {"to": "+61491570110", "caller": {"number": "client:user_7"}, "application_sid": made["sid"]}
        assert (await web.post("/control/calls", json=browser)).status_code == 201
        await web.post("/control/time", json={})
        (call,) = (await web.get("/control/calls")).json()
    assert (call["from"], call["status"]) == ("client:user_7", "completed")


async def test_browsers_numbers_texts_switches_and_chaos() -> None:
    scene = stage()
    async with sandbox_web(scene) as web:
        browser = {"address": "client:user_7", "reactions": [{"type": "Answers"}], "registered": False}
        assert (await web.put("/control/devices", json=browser)).json()["registered"] is False
        await web.put("/control/numbers", json={"phone_number": "+61255500002", "sms_url": "https://titus.test/text"})
        text = {"from": CALLER, "to": "+61255500002", "body": "Hi"}
        assert (await web.post("/control/texts", json=text)).status_code == 201
        await web.put("/control/switches", json={"action_after_hangup": "never"})
        rules = [{"fault": {"type": "Slow", "seconds": 2}, "kinds": ["incoming"], "times": 1}]
        await web.put("/control/chaos", json={"rules": rules, "outages": [{"start": 1, "seconds": 2}]})
        state = (await web.post("/control/time", json={})).json()
    assert state["switches"]["action_after_hangup"] == "never"
    assert [message["body"] for message in state["messages"]] == ["Hi"]
    assert len(scene.toy.at("/text")) == 1


async def test_a_browser_dials_out() -> None:
    scene = stage()
    app = scene.twilio.world.application("https://titus.test/browser")
    async with sandbox_web(scene) as web:
        wanted = {"caller": {"number": "client:user_7"}, "to": FIRST, "application_sid": app.sid, "params": {"a": "b"}}
        assert (await web.post("/control/calls", json=wanted)).status_code == 201
        await web.post("/control/time", json={})
        unknown = await web.post("/control/calls", json=wanted | {"application_sid": "APx"})
    assert scene.toy.at("/browser")[0].form["a"] == "b"
    assert unknown.status_code == 400


async def test_mistakes_are_told() -> None:
    async with sandbox_web(stage()) as web:
        wrong = [
            await web.post("/control/calls", json={"to": "+61255500009", "caller": {"number": CALLER}}),
            await web.post("/control/texts", json={"from": CALLER, "to": "+61255500009"}),
            await web.put("/control/devices", json={"address": FIRST, "reactions": [{"type": "Sleeps"}]}),
            await web.get("/control/calls/CAnope"),
        ]
    assert [response.status_code for response in wrong] == [400, 400, 400, 404]


async def test_the_page_is_whole_without_the_internet() -> None:
    async with sandbox_web(stage()) as web:
        page = await web.get("http://sandbox.test/")
    assert page.headers["content-type"].startswith("text/html")
    assert 'id="twilio-call"' in page.text
    assert re.findall(r"(?:src|href)=|@import|https?://", page.text) == []


async def test_parts_join_one_app() -> None:
    assert create_sandbox_app(Part(name="nothing", routes=[], section="<p>Nothing</p>"))


async def test_the_server_plays_in_real_time_while_it_runs() -> None:
    scene = stage()
    scene.toy.routes = hunt([FIRST])
    scene.phone(FIRST, Answers(after=3, talks=20, presses="1"))
    app: Any = create_sandbox_app(twilio_part(scene.twilio, speed=500))
    ended = asyncio.Event()
    async with app.lifespan(), httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as web:
        await web.post("/control/calls", json={"to": LINE, "caller": {"number": CALLER}})
        scene.twilio.board.agenda.later(60, ended.set)
        async with asyncio.timeout(10):
            await ended.wait()
        (call,) = (await web.get("/control/calls")).json()
        refused = await web.post("/control/time", json={"seconds": 1})
    assert (call["status"], call["bridged_to"]) == ("completed", FIRST)
    assert refused.status_code == 400
