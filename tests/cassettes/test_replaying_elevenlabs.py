"""ElevenLabs' cassettes, played back without a network: what the adapters make of what was recorded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.cassettes.kept import SILENCE
from tests.cassettes.replay import replayed
from tests.cassettes.scenarios.elevenlabs import SCENARIOS
from tests.cassettes.scenes.elevenlabs import AGENT, FAILURE
from tests.cassettes.scenes.scene import CALLER
from tests.cassettes.tape import place
from titus_core.calls.conversations import Conversation, ConversationState, Invitation, Speaker, Turn
from titus_core.kernel.errors import NotFound, TitusError, Unavailable
from titus_core.kernel.ids import CallId, ConversationId

pytestmark = pytest.mark.usefixtures("no_network")


def conv(number: int) -> ConversationId:
    return ConversationId(f"conv_{number:026d}")


def call(number: int) -> CallId:
    return CallId(f"CA{number:032d}")


DOCUMENT = (
    '<Response><Connect><Stream url="wss://api.elevenlabs.io/v1/convai/conversation">'
    f'<Parameter name="conversation_id" value="{conv(1)}" /></Stream></Connect></Response>'
)
TURNS = (Turn(Speaker.AGENT, "Hello, how can I help?", 0), Turn(Speaker.CALLER, "Please ring me back.", 3))

ANSWERS: dict[str, object] = {
    "call-registered": Invitation(document=DOCUMENT, conversation_id=conv(1)),
    "conversation": Conversation(
        id=conv(1),
        state=ConversationState.DONE,
        agent_id=AGENT,
        call_id=call(3),
        provider_call_id=call(1),
        number=CALLER,
        started_at=datetime(2026, 11, 23, 4, 0, tzinfo=UTC),
        seconds=10,
        turns=TURNS,
        summary="A call back is wanted.",
        has_audio=True,
    ),
    "conversation-failed": Conversation(
        id=conv(1),
        state=ConversationState.FAILED,
        agent_id=AGENT,
        call_id=call(2),
        provider_call_id=call(1),
        number=CALLER,
        started_at=datetime(2026, 11, 23, 3, 0, tzinfo=UTC),
        seconds=5,
        turns=TURNS,
        failure=FAILURE,
    ),
    "conversation-unknown": None,
    "conversations-ended": (conv(1), conv(2), conv(3)),
    "audio": SILENCE,
}
BUSY = "too_many_concurrent_requests"
ERRORS: dict[str, tuple[type[TitusError], dict[str, object]]] = {
    "call-registered-while-busy": (Unavailable, {"status": 429, "reason": BUSY, "retry_after": 7.0}),
    "audio-unknown": (NotFound, {"status": 404, "reason": "conversation_not_found", "retry_after": None}),
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_the_adapters_answer_what_was_recorded(name: str) -> None:
    assert await replayed(place("elevenlabs", name)) == ANSWERS[name]


@pytest.mark.parametrize("name", ERRORS)
async def test_what_elevenlabs_refuses_is_an_error_of_the_ports(name: str) -> None:
    kind, data = ERRORS[name]
    answer: Any = await replayed(place("elevenlabs", name))
    assert type(answer) is kind
    assert answer.data == {"provider": "elevenlabs", **data}


def test_every_scenario_is_played_back() -> None:
    assert {*ANSWERS, *ERRORS} == {scenario.name for scenario in SCENARIOS}
