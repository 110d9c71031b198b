"""The AI agent's provider, played once by the memory adapter and once by the sandbox behind the real one."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Protocol

import httpx
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
from titus_core.kernel.ids import CallId, ConversationId

OUR_CALL = CallId("CA" + "1f" * 16)
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
