"""What every `calls.ports.Conversations` must do: in memory, and ElevenLabs' API as the sandbox plays it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from tests.adapters.elevenlabs.stage import AGENT, Stage, staged
from titus_adapters.elevenlabs.conversations import ElevenLabsConversations
from titus_adapters.memory.conversations import MemoryConversations
from titus_adapters.sandbox.elevenlabs.restfaults import Refusal
from titus_adapters.sandbox.elevenlabs.scripts import Line, Script
from titus_core.calls.conversations import Conversation, ConversationState, Speaker, Turn
from titus_core.calls.ports import Conversations
from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.kernel.ids import CallId, ConversationId

OURS, OTHER = CallId("CA01"), CallId("CA02")
WORDS = "My worker did not come."


class House(Protocol):
    """A provider with an agent of ours."""

    @property
    def conversations(self) -> Conversations: ...
    @property
    def now(self) -> datetime: ...
    async def talk(self, call_id: CallId, *, audio: bool = True) -> ConversationId:
        """Somebody talks to the agent to the end, handed over with this id of ours; then an hour passes."""
        ...

    def prepare(self, call_id: CallId) -> ConversationId:
        """A conversation that has not begun."""
        ...

    def break_down(self) -> None: ...


class MemoryHouse:
    def __init__(self) -> None:
        self.conversations = MemoryConversations()
        self.now = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

    async def talk(self, call_id: CallId, *, audio: bool = True) -> ConversationId:
        talked = self._new(call_id, ConversationState.DONE)
        said = (Turn(Speaker.CALLER, WORDS, 1),)
        known = Conversation(
            id=talked, state=ConversationState.DONE, call_id=call_id, turns=said, started_at=self.now, has_audio=audio
        )
        self.conversations.known[talked] = known
        if audio:
            self.conversations.sounds[talked] = b"\xff\xfb" + bytes(100)
        self.now += timedelta(hours=1)
        return talked

    def prepare(self, call_id: CallId) -> ConversationId:
        return self._new(call_id, ConversationState.RUNNING)

    def break_down(self) -> None:
        self.conversations.down = True

    def _new(self, call_id: CallId, state: ConversationState) -> ConversationId:
        new = ConversationId(f"conv_{len(self.conversations.known)}")
        self.conversations.known[new] = Conversation(id=new, state=state, call_id=call_id, started_at=self.now)
        return new


class SandboxHouse:
    """The same over HTTP: ElevenLabsConversations → the sandbox's REST."""

    def __init__(self, stage: Stage) -> None:
        self.conversations = ElevenLabsConversations(stage.api, AGENT)
        self._stage = stage

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self._stage.agents.now, UTC)

    async def talk(self, call_id: CallId, *, audio: bool = True) -> ConversationId:
        self._stage.agents.script(Script(lines=(Line(role="user", at=1, text=WORDS),), talks=9, audio=audio))
        talked = await self._stage.talked(titus_call_sid=call_id)
        await self._stage.agents.run_for(3600)
        return ConversationId(talked.id)

    def prepare(self, call_id: CallId) -> ConversationId:
        return ConversationId(self._stage.registered(titus_call_sid=call_id).id)

    def break_down(self) -> None:
        self._stage.breaks(Refusal(status=503), times=100)


@pytest.fixture(params=["memory", "elevenlabs"])
async def house(request: pytest.FixtureRequest) -> AsyncIterator[House]:
    if request.param == "memory":
        yield MemoryHouse()
        return
    async with staged() as stage:
        yield SandboxHouse(stage)


async def sound(house: House, conversation_id: ConversationId) -> bytes:
    return b"".join([piece async for piece in house.conversations.audio(conversation_id)])


async def test_what_was_said_is_told(house: House) -> None:
    told = await house.conversations.conversation(await house.talk(OURS))
    assert told is not None
    assert (told.state, told.call_id, told.has_audio) == (ConversationState.DONE, OURS, True)
    assert told.turns == (Turn(Speaker.CALLER, WORDS, 1),)


async def test_nobody_knows_one_that_is_not_there(house: House) -> None:
    assert await house.conversations.conversation(ConversationId("conv_of_nobody")) is None
    with pytest.raises(NotFound):
        await sound(house, ConversationId("conv_of_nobody"))


async def test_what_has_ended_is_listed_the_latest_first(house: House) -> None:
    first = await house.talk(OURS)
    between = house.now
    second, third = await house.talk(OTHER), await house.talk(OURS)
    house.prepare(OTHER)
    assert await house.conversations.ended_since(between) == (third, second)
    assert await house.conversations.ended_since(between - timedelta(hours=2)) == (third, second, first)
    assert await house.conversations.ended_since(house.now) == ()


async def test_those_of_one_call_are_found_in_any_state(house: House) -> None:
    talked = await house.talk(OURS)
    await house.talk(OTHER)
    prepared = house.prepare(OURS)
    assert set(await house.conversations.of_call(OURS)) == {talked, prepared}
    assert await house.conversations.of_call(CallId("CA03")) == ()


async def test_what_was_said_can_be_heard(house: House) -> None:
    assert (await sound(house, await house.talk(OURS))).startswith(b"\xff\xfb")
    with pytest.raises(NotFound):
        await sound(house, await house.talk(OURS, audio=False))


async def test_a_provider_that_is_down_is_unavailable(house: House) -> None:
    talked = await house.talk(OURS)
    house.break_down()
    conversations = house.conversations
    for question in (
        conversations.conversation(talked),
        conversations.ended_since(house.now),
        conversations.of_call(OURS),
        sound(house, talked),
    ):
        with pytest.raises(Unavailable):
            await question
