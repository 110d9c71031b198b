"""ElevenLabs' own client, led to the sandbox over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from elevenlabs.client import AsyncElevenLabs, ElevenLabs
from elevenlabs.core.api_error import ApiError
from elevenlabs.errors import BadRequestError

from tests.adapters.elevenlabs.stage import AGENT, CALLER, OFFICE, POST_CALL, SECRET, Stage, staged
from titus_adapters.sandbox.elevenlabs.restfaults import Refusal
from titus_adapters.sandbox.elevenlabs.scripts import MISSED_SHIFT, Script
from titus_adapters.sandbox.elevenlabs.subscription import PATIENCE
from titus_adapters.sandbox.elevenlabs.weather import Rule, Unsigned, Weather, WrongSignature
from titus_adapters.sandbox.twilio.twiml.documents import parse

CONTEXT: Any = {"dynamic_variables": {"titus_call_sid": "CA01", "attempts": 2, "known": True}, "user_id": CALLER}


@pytest.fixture
async def convai(stage: Stage) -> AsyncIterator[Any]:
    """The client's part for agents."""
    async with httpx.AsyncClient() as http:
        key = stage.agents.desk.account.api_key
        yield AsyncElevenLabs(base_url=stage.url, api_key=key, httpx_client=http).conversational_ai


async def test_it_registers_a_call(stage: Stage, convai: Any) -> None:
    document = await convai.twilio.register_call(
        agent_id=AGENT, from_number=CALLER, to_number=OFFICE, conversation_initiation_client_data=CONTEXT
    )
    assert parse(document).verbs[0].children[0].name == "Stream"
    (conversation,) = stage.agents.conversations
    assert conversation.variables == CONTEXT["dynamic_variables"]
    assert conversation.id in document


async def test_it_reads_a_conversation(stage: Stage, convai: Any) -> None:
    talked = await stage.talked(titus_call_sid="CA01")
    told = await convai.conversations.get(talked.id)
    assert (told.status, told.agent_id, told.has_audio) == ("done", AGENT, True)
    assert [turn.message for turn in told.transcript] == [line.text for line in MISSED_SHIFT]
    assert told.metadata.phone_call.call_sid == talked.call_sid
    assert told.conversation_initiation_client_data.dynamic_variables["titus_call_sid"] == "CA01"
    assert told.analysis.transcript_summary == talked.script.summary


async def test_it_lists_page_by_page(stage: Stage, convai: Any) -> None:
    talked = [(await stage.talked()).id for _ in range(5)]
    found, cursor = [], None
    for _ in range(3):
        page = await convai.conversations.list(agent_id=AGENT, page_size=2, cursor=cursor)
        found += [row.conversation_id for row in page.conversations]
        cursor = page.next_cursor
    assert found == talked[::-1]
    assert not page.has_more


async def test_it_finds_the_conversation_of_a_call(stage: Stage, convai: Any) -> None:
    await stage.talked(titus_call_sid="CA01")
    wanted = await stage.talked(titus_call_sid="CA02")
    page = await convai.conversations.list(dynamic_variable_params=["titus_call_sid:eq:CA02"])
    assert [row.conversation_id for row in page.conversations] == [wanted.id]


async def test_it_leaves_out_what_has_not_ended(stage: Stage, convai: Any) -> None:
    talked = await stage.talked()
    stage.registered()
    unfinished = ["initiated", "in-progress", "processing"]
    page = await convai.conversations.list(exclude_statuses=unfinished, summary_mode="include")
    assert [row.conversation_id for row in page.conversations] == [talked.id]
    assert page.conversations[0].transcript_summary == talked.script.summary


async def test_it_fetches_audio_and_deletes(stage: Stage, convai: Any) -> None:
    talked = await stage.talked()
    sound = b"".join([piece async for piece in convai.conversations.audio.get(talked.id)])
    assert sound.startswith(b"\xff\xfb")
    await convai.conversations.delete(talked.id)
    with pytest.raises(ApiError) as caught:
        await convai.conversations.get(talked.id)
    assert caught.value.status_code == 404


async def test_it_knows_the_agents_and_makes_calls(stage: Stage, convai: Any) -> None:
    assert [agent.name for agent in (await convai.agents.list()).agents] == ["Denise"]
    assert (await convai.agents.get(AGENT)).agent_id == AGENT
    made = await convai.twilio.outbound_call(agent_id=AGENT, agent_phone_number_id="phnum_1", to_number=CALLER)
    await stage.agents.run_until_idle()
    told = await convai.conversations.get(made.conversation_id)
    assert (told.status, told.metadata.phone_call.call_sid) == ("done", made.call_sid)


async def test_it_sees_how_the_webhook_is_doing(stage: Stage) -> None:
    stage.agents.subscribe(POST_CALL, SECRET)
    stage.ear.statuses = [500, 500]
    await stage.talked()
    key = stage.agents.desk.account.api_key
    async with httpx.AsyncClient() as http:
        (hook,) = (await AsyncElevenLabs(base_url=stage.url, api_key=key, httpx_client=http).webhooks.list()).webhooks
    assert (hook.webhook_url, hook.is_auto_disabled, hook.most_recent_failure_error_code) == (POST_CALL, False, 500)


async def test_it_sees_that_a_webhook_was_given_up(stage: Stage) -> None:
    hook = stage.agents.subscribe(POST_CALL, SECRET)
    stage.agents.script(Script(audio=False))
    stage.ear.statuses = [401] * PATIENCE
    key = stage.agents.desk.account.api_key
    async with httpx.AsyncClient() as http:
        client = AsyncElevenLabs(base_url=stage.url, api_key=key, httpx_client=http)
        seen = []
        for _ in range(PATIENCE):
            await stage.talked()
            (told,) = (await client.webhooks.list()).webhooks
            seen.append(told.is_auto_disabled)
        assert seen == [False] * (PATIENCE - 1) + [True]
        assert told.most_recent_failure_error_code == 401
        hook.disabled = True
        (told,) = (await client.webhooks.list()).webhooks
        assert (told.is_disabled, told.webhook_id) == (True, hook.id)


async def test_it_fetches_sound_of_a_real_weight(stage: Stage, convai: Any) -> None:
    stage.agents.script(Script(talks=600, kbit=128))
    talked = await stage.talked()
    size = sum([len(piece) async for piece in convai.conversations.audio.get(talked.id)])
    assert size == pytest.approx(600 * 128_000 / 8, rel=0.01)


async def test_it_tries_again_what_was_refused(stage: Stage, convai: Any) -> None:
    stage.breaks(Refusal(retry_after="0"))
    assert (await convai.conversations.list()).conversations == []
    stage.breaks(Refusal(status=401, reason="invalid_api_key"))
    with pytest.raises(ApiError) as caught:
        await convai.conversations.list()
    assert caught.value.body == {"detail": {"status": "invalid_api_key", "message": "invalid api key"}}


async def test_its_blocking_twin_works_too(stage: Stage) -> None:
    talked = await stage.talked()
    with httpx.Client() as http:
        client = ElevenLabs(base_url=stage.url, api_key=stage.agents.desk.account.api_key, httpx_client=http)
        told = await asyncio.to_thread(client.conversational_ai.conversations.get, talked.id)
    assert told.conversation_id == talked.id


async def test_it_accepts_the_signatures_of_good_weather_only() -> None:
    # Its check asks the real clock.
    async with staged(start=datetime.now(UTC)) as stage:
        stage.agents.subscribe(POST_CALL, SECRET)
        await stage.talked()
        for fault in (WrongSignature(), Unsigned()):
            stage.agents.set_weather(Weather(Rule(fault=fault)))
            await stage.talked()
    check = ElevenLabs(api_key="none").webhooks.construct_event
    words, sound, *bad = stage.ear.heard
    for good, kind in ((words, "post_call_transcription"), (sound, "post_call_audio")):
        event = check(good.body.decode(), good.headers["elevenlabs-signature"], SECRET)
        assert event["type"] == kind
    assert set(event["data"]) == {"agent_id", "conversation_id", "full_audio"}
    assert len(bad) == 4
    for heard in bad:
        with pytest.raises(BadRequestError):
            check(heard.body.decode(), heard.headers.get("elevenlabs-signature", ""), SECRET)
