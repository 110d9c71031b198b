"""What every `calls.ports.Conversations` must do: the memory adapter, and ElevenLabs' API as the sandbox plays it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

import httpx
import pytest
from msgspec.structs import replace

from tests.adapters.elevenlabs.stage import AGENT, CALLER, OFFICE
from tests.adapters.twilio.exchange import Switchable
from titus_adapters.elevenlabs.api import ElevenLabsApi
from titus_adapters.elevenlabs.conversations import ElevenLabsConversations
from titus_adapters.elevenlabs.settings import ElevenLabsSettings
from titus_adapters.memory.clock import NOON, ManualClock
from titus_adapters.memory.conversations import MemoryConversations
from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.elevenlabs.part import elevenlabs_part
from titus_adapters.sandbox.elevenlabs.sandbox import ElevenLabsSandbox
from titus_adapters.sandbox.elevenlabs.scripts import Line, Script
from titus_adapters.sandbox.elevenlabs.wire import wire_to
from titus_core.calls.conversations import Conversation, ConversationState, Speaker, Turn
from titus_core.calls.ports import Conversations
from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.kernel.ids import CallId, ConversationId

OUR_CALL = CallId("CA" + "1f" * 16)
UNKNOWN = ConversationId("conv_nobody")
TURNS = (Turn(Speaker.AGENT, "Hello.", 0), Turn(Speaker.CALLER, "Please ring me back.", 3))
SUMMARY = "A call back is wanted."
End = Literal["done", "failed"]


class Desk(Protocol):
    @property
    def conversations(self) -> Conversations: ...
    def now(self) -> datetime: ...
    async def later(self, seconds: float) -> datetime:
        """So much time passes; the instant afterwards."""
        ...

    async def begin(self) -> ConversationId:
        """A caller of ours talks to the agent from now on; so far for four seconds."""
        ...

    async def end(self, conversation_id: ConversationId, how: End = "done") -> None:
        """They have talked, and the provider is done with it."""
        ...

    def forget(self, conversation_id: ConversationId) -> None:
        """The provider keeps it no longer."""
        ...

    def break_off(self) -> None:
        """From now on every answer ends too early."""
        ...

    def break_down(self) -> None:
        """From now on nothing is answered."""
        ...


class MemoryDesk:
    def __init__(self) -> None:
        self._clock = ManualClock(NOON)
        self.now = self._clock.now
        self.conversations = MemoryConversations()

    async def later(self, seconds: float) -> datetime:
        self._clock.advance(seconds)
        return self.now()

    async def begin(self) -> ConversationId:
        began = Conversation(
            id=ConversationId(f"conv_{len(self.conversations.known)}"),
            state=ConversationState.RUNNING,
            agent_id=AGENT,
            call_id=OUR_CALL,
            number=CALLER,
            started_at=self.now(),
            turns=TURNS[:1],
        )
        self.conversations.know(began)
        await self.later(4)
        return began.id

    async def end(self, conversation_id: ConversationId, how: End = "done") -> None:
        known = self.conversations.known[conversation_id]
        if how == "failed":
            told = replace(known, state=ConversationState.FAILED, failure="the line broke")
        else:
            told = replace(
                known, state=ConversationState.DONE, turns=TURNS, summary=SUMMARY, seconds=10, has_audio=True
            )
            self.conversations.sounds[conversation_id] = b"\xff\xfb sound"
        self.conversations.know(told)
        await self.later(10)

    def forget(self, conversation_id: ConversationId) -> None:
        del self.conversations.known[conversation_id]
        self.conversations.sounds.pop(conversation_id, None)

    def break_off(self) -> None:
        self.conversations.breaks_after = 1

    def break_down(self) -> None:
        self.conversations.down = True


class ElevenLabsDesk:
    """The same over HTTP, in process: ElevenLabsConversations → the sandbox's REST, two rows a page."""

    def __init__(self) -> None:
        self._agents = ElevenLabsSandbox(wire_to({}), start=NOON)
        self._agents.agent(AGENT)
        app: Any = create_sandbox_app(elevenlabs_part(self._agents, strict=True, speed=None))
        self._transport = Switchable(httpx.ASGITransport(app=app))
        settings = ElevenLabsSettings(
            api_key=self._agents.desk.account.api_key, agent_id=AGENT, base_url="http://sandbox.test/elevenlabs"
        )
        self.api = ElevenLabsApi(settings, self._transport)
        self.conversations = ElevenLabsConversations(self.api, AGENT, page=2)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._agents.now, NOON.tzinfo)

    async def later(self, seconds: float) -> datetime:
        await self._agents.run_for(seconds)
        return self.now()

    async def begin(self) -> ConversationId:
        lines = tuple(Line(role=_role(turn.speaker), at=turn.at, text=turn.text) for turn in TURNS)
        self._agents.script(Script(lines=lines, summary=SUMMARY))
        told = {"dynamic_variables": {"titus_call_sid": OUR_CALL}}
        conversation = self._agents.desk.open(AGENT, "registered", CALLER, OFFICE, "inbound", told)
        self._agents.connect(conversation, by_itself=False)
        await self.later(4)
        return ConversationId(conversation.id)

    async def end(self, conversation_id: ConversationId, how: End = "done") -> None:
        conversation = self._agents.desk.conversations[conversation_id]
        if how == "failed":
            conversation.status, conversation.failure = "failed", "the line broke"
            conversation.ended_at = self._agents.now
            return
        await self.later(8)
        self._agents.hang_up(conversation)
        await self._agents.run_until_idle()

    def forget(self, conversation_id: ConversationId) -> None:
        del self._agents.desk.conversations[conversation_id]

    def break_off(self) -> None:
        self._transport.cuts = True

    def break_down(self) -> None:
        self._transport.down = True


def _role(speaker: Speaker) -> Literal["agent", "user"]:
    return "agent" if speaker is Speaker.AGENT else "user"


@pytest.fixture(params=["memory", "elevenlabs"])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    if request.param == "memory":
        yield MemoryDesk()
    else:
        elevenlabs = ElevenLabsDesk()
        async with elevenlabs.api:
            yield elevenlabs


async def the(desk: Desk, conversation_id: ConversationId) -> Conversation:
    told = await desk.conversations.conversation(conversation_id)
    assert told is not None
    return told


async def heard(desk: Desk, conversation_id: ConversationId) -> bytes:
    return b"".join([piece async for piece in desk.conversations.audio(conversation_id)])


# --- one conversation -----------------------------------------------------------------------------------------------


async def test_one_that_is_over_tells_all_that_was_said_and_whose_it_was(desk: Desk) -> None:
    began = desk.now()
    conversation_id = await desk.begin()
    await desk.end(conversation_id)
    told = await the(desk, conversation_id)
    assert (told.id, told.state, told.agent_id) == (conversation_id, ConversationState.DONE, AGENT)
    assert (told.call_id, told.number, told.started_at) == (OUR_CALL, CALLER, began)
    assert (told.turns, told.summary, told.has_audio, told.failure) == (TURNS, SUMMARY, True, None)
    assert told.seconds == 10


async def test_one_that_goes_on_says_so_and_has_no_sound_yet(desk: Desk) -> None:
    conversation_id = await desk.begin()
    told = await the(desk, conversation_id)
    assert (told.state, told.turns, told.summary, told.has_audio) == (ConversationState.RUNNING, TURNS[:1], None, False)
    with pytest.raises(NotFound):
        await heard(desk, conversation_id)


async def test_a_failed_one_says_why(desk: Desk) -> None:
    conversation_id = await desk.begin()
    await desk.end(conversation_id, "failed")
    told = await the(desk, conversation_id)
    assert (told.state, told.failure, told.has_audio) == (ConversationState.FAILED, "the line broke", False)


async def test_what_the_provider_does_not_know_any_more_is_none(desk: Desk) -> None:
    assert await desk.conversations.conversation(UNKNOWN) is None
    conversation_id = await desk.begin()
    await desk.end(conversation_id)
    desk.forget(conversation_id)
    assert await desk.conversations.conversation(conversation_id) is None


# --- all that ended since -------------------------------------------------------------------------------------------


async def test_only_ended_ones_are_listed_the_latest_first(desk: Desk) -> None:
    since = desk.now()
    first, second = await desk.begin(), await desk.begin()
    await desk.end(second, "failed")
    await desk.begin()
    await desk.end(first)
    assert await desk.conversations.ended_since(since) == (second, first)


async def test_one_that_began_at_the_instant_is_listed_and_an_earlier_one_is_not(desk: Desk) -> None:
    await desk.end(await desk.begin())
    since = await desk.later(1)
    second = await desk.begin()
    await desk.end(second)
    assert await desk.conversations.ended_since(since) == (second,)
    assert await desk.conversations.ended_since(since + timedelta(seconds=1)) == ()


async def test_one_that_began_within_the_second_that_is_asked_from_is_listed(desk: Desk) -> None:
    since = await desk.later(0.4)
    await desk.later(0.2)
    conversation_id = await desk.begin()
    await desk.end(conversation_id)
    assert await desk.conversations.ended_since(since) == (conversation_id,)


async def test_all_are_listed_however_many_there_are(desk: Desk) -> None:
    since = desk.now()
    known = [await desk.begin() for _ in range(5)]
    for conversation_id in known:
        await desk.end(conversation_id)
    assert await desk.conversations.ended_since(since) == tuple(reversed(known))


async def test_where_nothing_ended_nothing_is_listed(desk: Desk) -> None:
    await desk.begin()
    assert await desk.conversations.ended_since(desk.now() - timedelta(hours=1)) == ()


# --- audio ----------------------------------------------------------------------------------------------------------


async def test_what_was_said_is_had_whole_as_often_as_it_is_asked_for(desk: Desk) -> None:
    conversation_id = await desk.begin()
    await desk.end(conversation_id)
    pieces: Any = desk.conversations.audio(conversation_id)
    await anext(pieces)
    await pieces.aclose()
    sound = await heard(desk, conversation_id)
    assert sound.startswith(b"\xff\xfb")
    assert await heard(desk, conversation_id) == sound


async def test_no_audio_is_not_found_at_the_first_piece(desk: Desk) -> None:
    with pytest.raises(NotFound):
        await anext(desk.conversations.audio(UNKNOWN))


async def test_audio_that_breaks_off_is_unavailable(desk: Desk) -> None:
    conversation_id = await desk.begin()
    await desk.end(conversation_id)
    desk.break_off()
    with pytest.raises(Unavailable):
        await heard(desk, conversation_id)


# --- trouble --------------------------------------------------------------------------------------------------------


async def test_a_provider_that_cannot_be_reached_is_unavailable_to_every_question(desk: Desk) -> None:
    conversation_id = await desk.begin()
    desk.break_down()
    with pytest.raises(Unavailable):
        await desk.conversations.conversation(conversation_id)
    with pytest.raises(Unavailable):
        await desk.conversations.ended_since(desk.now())
    with pytest.raises(Unavailable):
        await heard(desk, conversation_id)
