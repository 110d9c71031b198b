"""ElevenLabsConversations against the sandbox on a socket, in all kinds of trouble. What every provider must do is in
`tests/contracts/test_conversations.py`."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from tests.adapters.elevenlabs.stage import AGENT, CALLER, OFFICE, Ear, Stage, serving
from titus_adapters.elevenlabs import api as api_module
from titus_adapters.elevenlabs import conversations as conversations_module
from titus_adapters.elevenlabs.api import ElevenLabsApi
from titus_adapters.elevenlabs.conversations import ElevenLabsConversations
from titus_adapters.elevenlabs.settings import ElevenLabsSettings
from titus_adapters.sandbox.elevenlabs.restfaults import CutOff, Hang, Nonsense, Refusal
from titus_adapters.sandbox.elevenlabs.scripts import Line, Script
from titus_adapters.sandbox.elevenlabs.switches import Switches
from titus_core.calls.conversations import ConversationState, Speaker, Turn
from titus_core.calls.ports import Conversations
from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.kernel.ids import ConversationId

SHORT = Script(
    lines=(
        Line(role="agent", at=0, text="Hello."),
        Line(role="user", at=2, tool="look_up"),
        Line(role="user", at=3, text=" Please ring me back. "),
    ),
    talks=10,
    summary="A call back is wanted.",
)


def port(stage: Stage) -> Conversations:
    return ElevenLabsConversations(stage.api, AGENT)


async def sound(stage: Stage, conversation_id: str) -> bytes:
    return b"".join([piece async for piece in port(stage).audio(ConversationId(conversation_id))])


# --- one conversation -----------------------------------------------------------------------------------------------


async def test_a_conversation_is_told_in_the_words_of_the_core(stage: Stage) -> None:
    stage.agents.script(SHORT)
    talked = await stage.talked(titus_call_sid="CA01")
    told = await port(stage).conversation(ConversationId(talked.id))
    assert told is not None
    assert (told.id, told.state, told.agent_id) == (talked.id, ConversationState.DONE, AGENT)
    assert (told.call_id, told.provider_call_id, told.number) == ("CA01", talked.call_sid, CALLER)
    assert told.turns == (Turn(Speaker.AGENT, "Hello.", 0), Turn(Speaker.CALLER, "Please ring me back.", 3))
    assert (told.summary, told.seconds, told.has_audio, told.failure) == ("A call back is wanted.", 10, True, None)
    assert told.started_at == datetime.fromtimestamp(talked.created_at, UTC)


async def test_it_is_told_from_its_beginning_on(stage: Stage) -> None:
    stage.agents.script(SHORT)
    conversation = stage.registered()
    conversations, states = port(stage), []
    stage.agents.connect(conversation)
    for seconds in (0, 3, 10, 10):
        await stage.agents.run_for(seconds)
        told = await conversations.conversation(ConversationId(conversation.id))
        assert told is not None
        states.append((told.state, len(told.turns), told.has_audio))
    assert states == [
        (ConversationState.RUNNING, 0, False),
        (ConversationState.RUNNING, 1, False),
        (ConversationState.PROCESSING, 2, False),
        (ConversationState.DONE, 2, True),
    ]


@pytest.mark.parametrize("shown", [True, False])
async def test_the_telephone_is_known_with_and_without_a_phone_call(stage: Stage, shown: bool) -> None:
    stage.agents.desk.switches = Switches(registered_phone_call=shown)
    talked = await stage.talked()
    told = await port(stage).conversation(ConversationId(talked.id))
    assert told is not None
    assert (told.number, told.provider_call_id) == (CALLER, talked.call_sid)


@pytest.mark.parametrize("conversation_id", ["conv_nobody", "a b", "é", "%2e", "?agent_id=1"])
async def test_what_nobody_knows_is_none_whatever_it_is_called(stage: Stage, conversation_id: str) -> None:
    assert await port(stage).conversation(ConversationId(conversation_id)) is None


@pytest.mark.parametrize("conversation_id", ["../agents", "../agents/agent_01", "a/b?c#d", "", ".."])
async def test_a_strange_id_leads_nowhere_else(stage: Stage, conversation_id: str) -> None:
    with pytest.raises(Unavailable):
        await port(stage).conversation(ConversationId(conversation_id))


# --- all that ended since -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("included", [True, False])
async def test_the_bound_is_included_whatever_elevenlabs_does(stage: Stage, included: bool) -> None:
    stage.agents.desk.switches = Switches(start_bound_included=included)
    talked = [await stage.talked() for _ in range(3)]
    began = datetime.fromtimestamp(talked[1].created_at, UTC)
    assert await port(stage).ended_since(began) == (talked[2].id, talked[1].id)
    assert await port(stage).ended_since(began + timedelta(seconds=1)) == (talked[2].id,)


async def test_the_list_is_complete_over_many_pages(stage: Stage) -> None:
    for _ in range(250):
        stage.agents.connect(stage.registered())
    await stage.agents.run_until_idle()
    assert len(set(await port(stage).ended_since(datetime.fromtimestamp(0, UTC)))) == 250


@pytest.mark.parametrize(
    "fault",
    [
        Refusal(status=500, reason="oops"),
        CutOff(after=100),
        Nonsense(body='{"conversations": [], "has_more": true, "next_cursor": null}'),
    ],
    ids=str,
)
async def test_a_list_that_breaks_off_is_none_at_all(stage: Stage, fault: Refusal | CutOff | Nonsense) -> None:
    for _ in range(101):
        stage.agents.connect(stage.registered())
    await stage.agents.run_until_idle()
    stage.breaks(fault, skips=1)
    with pytest.raises(Unavailable):
        await port(stage).ended_since(datetime.fromtimestamp(0, UTC))
    assert stage.agents.desk.faults.waiting == []


async def test_the_list_is_asked_for_ended_ones_and_believed_only_for_those(stage: Stage) -> None:
    ear = Ear()
    rows = [
        {"conversation_id": f"conv_{status}", "status": status, "start_time_unix_secs": 1795400042}
        for status in ("initiated", "dreaming", "processing", "failed", "done")
    ]
    ear.answer = msgspec.json.encode({"conversations": rows, "has_more": False})
    async with serving(ear) as origin, ElevenLabsApi(_settings(origin)) as api:
        found = await ElevenLabsConversations(api, AGENT).ended_since(datetime.fromtimestamp(0, UTC))
    assert found == ("conv_failed", "conv_done")
    assert ear.heard[0].query == {
        "agent_id": [AGENT],
        "call_start_after_unix": ["0"],
        "exclude_statuses": ["initiated", "in-progress", "processing"],
        "page_size": ["100"],
        "summary_mode": ["exclude"],
    }


async def test_a_list_that_goes_round_is_noticed(stage: Stage) -> None:
    stage.breaks(Nonsense(body='{"conversations": [], "has_more": true, "next_cursor": "abc"}'), times=5)
    with pytest.raises(Unavailable, match="does not end"):
        await port(stage).ended_since(datetime.fromtimestamp(0, UTC))


# --- audio ----------------------------------------------------------------------------------------------------------


async def test_audio_comes_in_pieces(stage: Stage) -> None:
    stage.agents.script(Script(talks=120))
    talked = await stage.talked()
    pieces = [piece async for piece in port(stage).audio(ConversationId(talked.id))]
    assert len(pieces) > 1
    assert b"".join(pieces)[:2] == b"\xff\xfb"
    assert len(b"".join(pieces)) == pytest.approx(120 * 4000, rel=0.1)


async def test_no_audio_is_not_found_at_the_first_piece(stage: Stage) -> None:
    stage.agents.script(Script(audio=False))
    talked = await stage.talked()
    for conversation_id in (talked.id, "conv_nobody"):
        with pytest.raises(NotFound):
            await sound(stage, conversation_id)


@pytest.mark.parametrize(
    "fault",
    [
        Refusal(),
        Refusal(status=500, reason="oops"),
        CutOff(after=0),
        CutOff(after=50_000),
        Nonsense(),
        Nonsense(body='{"detail": "no"}', content_type="application/json"),
        Nonsense(body="", content_type="audio/mpeg"),
    ],
    ids=str,
)
async def test_audio_that_is_not_whole_is_unavailable(stage: Stage, fault: Refusal | CutOff | Nonsense) -> None:
    talked = await stage.talked()
    stage.breaks(fault)
    with pytest.raises(Unavailable):
        await sound(stage, talked.id)


async def test_audio_that_never_begins_is_unavailable(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    talked = await stage.talked()
    monkeypatch.setattr(api_module, "ANSWER_WITHIN", 0.2)
    stage.breaks(Hang(seconds=30))
    with pytest.raises(Unavailable, match="in time"):
        await sound(stage, talked.id)


async def test_audio_that_stops_in_between_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    async def stopping(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"audio/mpeg")]})
        await send({"type": "http.response.body", "body": b"\xff\xfb", "more_body": True})
        await receive()
        await receive()

    monkeypatch.setattr(api_module, "ANSWER_WITHIN", 0.2)
    async with serving(stopping) as origin, ElevenLabsApi(_settings(origin)) as api:
        pieces = ElevenLabsConversations(api, AGENT).audio(ConversationId("conv_1"))
        assert await anext(pieces) == b"\xff\xfb"
        with pytest.raises(Unavailable, match="broke off"):
            await anext(pieces)


async def test_audio_that_crawls_is_unavailable(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    talked = await stage.talked()
    monkeypatch.setattr(conversations_module, "AUDIO_WITHIN", 0.0)
    with pytest.raises(Unavailable, match="does not end"):
        await sound(stage, talked.id)


async def test_audio_without_an_end_is_cut(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    talked = await stage.talked()
    monkeypatch.setattr(conversations_module, "MOST_AUDIO", 1000)
    with pytest.raises(Unavailable, match="does not end"):
        await sound(stage, talked.id)


async def test_whoever_stops_listening_leaves_nothing_open(stage: Stage) -> None:
    talked = await stage.talked()
    pieces: Any = port(stage).audio(ConversationId(talked.id))
    await anext(pieces)
    await pieces.aclose()
    assert await sound(stage, talked.id)


# --- faults ---------------------------------------------------------------------------------------------------------

FAULTS = [
    Refusal(),
    Refusal(status=401, reason="invalid_api_key"),
    Refusal(status=503, reason="system_busy"),
    CutOff(after=0),
    CutOff(after=200),
    Nonsense(),
    Nonsense(status=302),
    Nonsense(body="", content_type="application/json"),
    Nonsense(body="[]", content_type="application/json"),
    Nonsense(body="null", content_type="application/json"),
    Nonsense(body='{"conversation_id": 7, "status": "done"}', content_type="application/json"),
    Nonsense(body="[" * 100_000, content_type="application/json"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault)[:60])
async def test_every_failure_is_unavailable(stage: Stage, fault: Refusal | CutOff | Nonsense) -> None:
    talked = await stage.talked()
    stage.breaks(fault, times=2)
    with pytest.raises(Unavailable):
        await port(stage).conversation(ConversationId(talked.id))
    with pytest.raises(Unavailable):
        await port(stage).ended_since(datetime.fromtimestamp(0, UTC))
    assert await port(stage).conversation(ConversationId(talked.id)) is not None


async def test_silence_is_unavailable(stage: Stage) -> None:
    stage.breaks(Hang(seconds=30))
    with pytest.raises(Unavailable, match="in time"):
        await stage.api.get("/v1/convai/agents", dict, within=0.2)


async def test_another_conversation_than_the_asked_one_is_refused(stage: Stage) -> None:
    body = msgspec.json.encode({"conversation_id": "conv_other", "status": "done"}).decode()
    stage.breaks(Nonsense(body=body, content_type="application/json"))
    with pytest.raises(Unavailable, match="another conversation"):
        await port(stage).conversation(ConversationId("conv_asked"))


async def test_an_answer_without_an_end_is_cut(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    talked = await stage.talked()
    monkeypatch.setattr(api_module, "MOST_BYTES", 1000)
    with pytest.raises(Unavailable, match="too long"):
        await port(stage).conversation(ConversationId(talked.id))


async def test_a_wrong_key_is_told_as_such(stage: Stage) -> None:
    async with ElevenLabsApi(stage.settings("another")) as api:
        with pytest.raises(Unavailable) as caught:
            await ElevenLabsConversations(api, AGENT).conversation(ConversationId("conv_1"))
    assert (caught.value.data["status"], caught.value.data["reason"]) == (401, "invalid_api_key")


async def test_nothing_of_what_was_said_or_asked_is_in_an_error(stage: Stage) -> None:
    stage.breaks(Nonsense(status=400, body='{"detail": {"status": "+61491570006 is bad", "message": "Sam"}}'))
    with pytest.raises(Unavailable) as caught:
        await port(stage).conversation(ConversationId("conv_1"))
    assert str(caught.value) == "ElevenLabs answered 400"
    assert caught.value.data["reason"] == ""


async def test_the_key_is_sent_and_does_not_follow_a_redirect() -> None:
    ear = Ear()
    ear.statuses = [307]
    async with serving(ear) as origin, ElevenLabsApi(_settings(origin)) as api:
        with pytest.raises(Unavailable):
            await ElevenLabsConversations(api, AGENT).conversation(ConversationId("conv_1"))
    assert [heard.headers["xi-api-key"] for heard in ear.heard] == ["xi-1"]
    assert "xi-1" not in repr(_settings("http://a.example"))


async def test_many_questions_at_once_do_not_mix(stage: Stage) -> None:
    talked = [await stage.talked(number=f"+6149157{place:04}") for place in range(20)]
    told = await asyncio.gather(*(port(stage).conversation(ConversationId(one.id)) for one in talked))
    assert [one.number for one in told if one is not None] == [one.number for one in talked]
    assert OFFICE not in {one.number for one in told if one is not None}


def _settings(origin: str) -> ElevenLabsSettings:
    return ElevenLabsSettings(api_key="xi-1", agent_id=AGENT, base_url=origin)
