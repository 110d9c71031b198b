"""ElevenLabs with some conversations: one too long ago, one that failed, one that goes on."""

from __future__ import annotations

from datetime import timedelta

from tests.cassettes.scenario import Given
from tests.cassettes.scenes.scene import AN_HOUR, CALLER, OFFICE, START, Scene
from titus_adapters.elevenlabs.settings import ElevenLabsSettings
from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.elevenlabs.part import elevenlabs_part
from titus_adapters.sandbox.elevenlabs.restfaults import Refusal, RestFault
from titus_adapters.sandbox.elevenlabs.sandbox import ElevenLabsSandbox
from titus_adapters.sandbox.elevenlabs.scripts import Line, Script
from titus_adapters.sandbox.elevenlabs.wire import wire_to

AGENT = "agent_01"
FAILURE = "the line broke"
SCRIPT = Script(
    lines=(
        Line(role="agent", at=0, text="Hello, how can I help?"),
        Line(role="user", at=2, tool="look_up"),
        Line(role="user", at=3, text="Please ring me back."),
    ),
    talks=10,
    summary="A call back is wanted.",
)
WRITTEN = (FAILURE, SCRIPT.summary, *(line.text for line in SCRIPT.lines if line.text))
"""The sandbox's own words, which may stay in a cassette."""


async def elevenlabs_scene(scenario: str) -> Scene:
    agents = ElevenLabsSandbox(wire_to({}), start=START)
    agents.agent(AGENT)
    for script in (SCRIPT, SCRIPT, Script(lines=SCRIPT.lines, failure=FAILURE, fails_after=5), SCRIPT):
        agents.script(script)
        _begin(agents)
        await agents.run_for(AN_HOUR)
    _begin(agents)
    if scenario == "call-registered-while-busy":
        agents.break_rest(RestFault(does=Refusal(retry_after="7")))

    def account(base_url: str) -> ElevenLabsSettings:
        return ElevenLabsSettings(api_key=agents.desk.account.api_key, agent_id=AGENT, base_url=base_url)

    how = "failed" if scenario == "conversation-failed" else "done"
    asked = [one.id for one in agents.conversations if one.status == how][-1]
    given = Given(since=START + timedelta(seconds=AN_HOUR), agent=AGENT, conversation=asked)
    return Scene(create_sandbox_app(elevenlabs_part(agents, strict=True, speed=None)), account, given)


def _begin(agents: ElevenLabsSandbox) -> None:
    told = {"dynamic_variables": {"titus_call_sid": f"CA{len(agents.conversations):032x}"}}
    agents.connect(agents.desk.open(AGENT, "registered", CALLER, OFFICE, "inbound", told))
