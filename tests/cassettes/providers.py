"""The providers: how their adapters are opened, which uses of them there are, and the account in cassettes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, NamedTuple, TypeAlias

from tests.cassettes.scenario import Given, Scenario
from tests.cassettes.scenarios import anthropic, elevenlabs, twilio, twilio_account
from tests.cassettes.scenes import elevenlabs as agents
from tests.cassettes.scenes import twilio as telephones
from tests.cassettes.scenes.anthropic import anthropic_scene
from tests.cassettes.scenes.elevenlabs import elevenlabs_scene
from tests.cassettes.scenes.scene import Scene
from tests.cassettes.scenes.twilio import twilio_scene
from titus_adapters.anthropic.settings import AnthropicSettings
from titus_adapters.elevenlabs.settings import ElevenLabsSettings
from titus_adapters.twilio.settings import TwilioSettings

Account: TypeAlias = TwilioSettings | ElevenLabsSettings | AnthropicSettings


class Provider(NamedTuple):
    """`open` makes the adapters that its scenarios ask; `played` is the sandbox, ready for a scenario; `replayed` the
    account that a replay asks for. `ours` are words that scenarios send, `theirs` those that the sandbox writes."""

    open: Callable[[Any], AbstractAsyncContextManager[Any]]
    scenarios: tuple[Scenario, ...]
    played: Callable[[str], Awaitable[Scene]]
    replayed: Callable[[Given], Account]
    ours: frozenset[str] = frozenset()
    theirs: tuple[str, ...] = ()

    def scenario(self, name: str) -> Scenario:
        return next(scenario for scenario in self.scenarios if scenario.name == name)


PROVIDERS = {
    "twilio": Provider(
        twilio_account.opened,
        twilio.SCENARIOS,
        twilio_scene,
        lambda given: TwilioSettings(account_sid=f"AC{1:032d}", auth_token="replayed"),
        twilio_account.OURS,
        telephones.WRITTEN,
    ),
    "elevenlabs": Provider(
        elevenlabs.opened,
        elevenlabs.SCENARIOS,
        elevenlabs_scene,
        lambda given: ElevenLabsSettings(api_key="replayed", agent_id=given.agent),
        elevenlabs.OURS,
        agents.WRITTEN,
    ),
    "anthropic": Provider(
        anthropic.opened,
        anthropic.SCENARIOS,
        anthropic_scene,
        lambda given: AnthropicSettings(api_key="replayed"),
    ),
}
