"""The redirect to the AI voice agent."""

from __future__ import annotations

import pytest

from titus_adapters.elevenlabs.agent import RedirectAgent
from titus_core.calls.conversations import Invitation
from titus_core.calls.model import Call
from titus_core.calls.ports import VoiceAgent
from titus_core.kernel.clock import EPOCH
from titus_core.kernel.ids import CallId
from titus_http.webhooks.twilio.agent import AgentLine


async def test_a_caller_is_redirected_with_the_agent_and_the_number() -> None:
    call = Call(id=CallId("CA1"), from_number="+61491570006", seen_at=EPOCH, news_at=EPOCH)
    assert await RedirectAgent("agent_01").invite(call) == Invitation(
        url="https://api.elevenlabs.io/twilio/inbound_call?agent_id=agent_01&caller_id=%2B61491570006"
    )


@pytest.mark.parametrize(
    ("number", "spelled"),
    [("anonymous", "anonymous"), ("client:user_7", "client%3Auser_7"), ("", ""), ("a&agent_id=b", "a%26agent_id%3Db")],
)
def test_whatever_the_provider_calls_the_caller_stays_one_parameter(number: str, spelled: str) -> None:
    assert RedirectAgent("agent_01").direct_url(number).endswith(f"?agent_id=agent_01&caller_id={spelled}")


def test_another_base_leads_to_the_sandbox() -> None:
    agent = RedirectAgent("agent_01", "http://127.0.0.1:4010/elevenlabs")
    assert agent.direct_url("anonymous").startswith("http://127.0.0.1:4010/elevenlabs/twilio/inbound_call?")


def test_the_redirect_is_a_voice_agent_and_a_line_of_the_edge() -> None:
    agent = RedirectAgent("agent_01")
    port: VoiceAgent = agent
    line: AgentLine = agent
    assert port.available
    assert line.available
