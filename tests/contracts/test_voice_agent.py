"""`calls.ports.VoiceAgent`."""

from __future__ import annotations

import pytest

from tests.contracts.examples import a_call
from titus_adapters.memory.voice_agent import ScriptedAgent
from titus_core.calls.conversations import Invitation
from titus_core.kernel.errors import Unavailable


async def test_an_agent_that_is_there_says_where_the_caller_goes() -> None:
    agent = ScriptedAgent("https://agent.example/call")
    assert agent.available
    assert await agent.invite(a_call()) == Invitation(url="https://agent.example/call")
    assert agent.invited == [a_call().id]


async def test_an_agent_without_an_address_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await ScriptedAgent(None).invite(a_call())
