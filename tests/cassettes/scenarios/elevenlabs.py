"""What Titus asks of ElevenLabs: a scenario for each method of each port, and for each kind of answer that matters."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.cassettes.scenario import Given, Kind, Scenario
from titus_adapters.elevenlabs.api import ElevenLabsApi
from titus_adapters.elevenlabs.conversations import ElevenLabsConversations
from titus_adapters.elevenlabs.register_call import RegisterCallAgent
from titus_adapters.elevenlabs.settings import ElevenLabsSettings
from titus_core.calls.conversations import Conversation, Invitation
from titus_core.calls.model import Call, Plan
from titus_core.kernel.clock import EPOCH
from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.kernel.ids import CallId, ConversationId

GROUP = "After hours"
OURS = frozenset({GROUP})
IN_A_RECORDING = 10.0
"""Seconds; nobody waits on the line while one is made."""


@asynccontextmanager
async def opened(settings: ElevenLabsSettings) -> AsyncIterator[ElevenLabsApi]:
    async with ElevenLabsApi(settings) as api:
        yield api


async def register_call(api: ElevenLabsApi, given: Given) -> Invitation:
    return await RegisterCallAgent(api, given.agent, within=IN_A_RECORDING).invite(_call())


def _call() -> Call:
    return Call(
        id=CallId(f"CA{1:032d}"),
        from_number="+61491570006",
        to_number="+61755500001",
        plan=Plan((), 120, group_name=GROUP),
        seen_at=EPOCH,
        news_at=EPOCH,
    )


async def conversation(api: ElevenLabsApi, given: Given) -> Conversation | None:
    return await ElevenLabsConversations(api, given.agent).conversation(ConversationId(given.conversation))


async def unknown_conversation(api: ElevenLabsApi, given: Given) -> Conversation | None:
    return await ElevenLabsConversations(api, given.agent).conversation(ConversationId(f"conv_{0:026d}"))


async def ended(api: ElevenLabsApi, given: Given) -> tuple[ConversationId, ...]:
    return await ElevenLabsConversations(api, given.agent, page=given.page).ended_since(given.since)


async def sound(api: ElevenLabsApi, given: Given) -> bytes:
    conversations = ElevenLabsConversations(api, given.agent)
    return b"".join([piece async for piece in conversations.audio(ConversationId(given.conversation))])


async def no_sound(api: ElevenLabsApi, given: Given) -> bytes:
    conversations = ElevenLabsConversations(api, given.agent)
    return b"".join([piece async for piece in conversations.audio(ConversationId(f"conv_{0:026d}"))])


SCENARIOS = (
    Scenario(
        name="call-registered",
        play=register_call,
        needs=("agent",),
        kind=Kind.COSTS,
        holds=lambda given, answer: answer.document is not None,
    ),
    Scenario(
        name="call-registered-while-busy",
        play=register_call,
        needs=("agent",),
        kind=Kind.PLAYED,
        holds=lambda given, answer: isinstance(answer, Unavailable),
    ),
    Scenario(
        name="conversation",
        play=conversation,
        needs=("conversation",),
        holds=lambda given, answer: answer.id == given.conversation,
    ),
    Scenario(
        name="conversation-failed",
        play=conversation,
        needs=("conversation",),
        kind=Kind.PLAYED,
        holds=lambda given, answer: bool(answer.failure),
    ),
    Scenario(name="conversation-unknown", play=unknown_conversation, holds=lambda given, answer: answer is None),
    Scenario(
        name="conversations-ended",
        play=ended,
        needs=("agent",),
        holds=lambda given, answer: len(set(answer)) == len(answer),
    ),
    Scenario(
        name="audio",
        play=sound,
        needs=("conversation",),
        holds=lambda given, answer: answer.startswith((b"\xff", b"ID3")),
    ),
    Scenario(name="audio-unknown", play=no_sound, holds=lambda given, answer: isinstance(answer, NotFound)),
)
