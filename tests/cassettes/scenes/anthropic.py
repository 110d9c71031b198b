"""Anthropic with the answer that a scenario is about."""

from __future__ import annotations

from tests.cassettes.scenario import Given
from tests.cassettes.scenes.scene import START, Scene
from titus_adapters.anthropic.settings import MODEL, AnthropicSettings
from titus_adapters.sandbox.anthropic.faults import Fault, Refusal
from titus_adapters.sandbox.anthropic.part import anthropic_part
from titus_adapters.sandbox.anthropic.replies import Reply
from titus_adapters.sandbox.anthropic.sandbox import AnthropicSandbox
from titus_adapters.sandbox.app import create_sandbox_app

SUMMARY = "Kim rang because a worker did not come. Somebody is to ring back."

_REPLIES = {
    "summary": Reply(text=SUMMARY, thinks=True),
    "summary-declined": Reply(stop_reason="refusal", category="harm"),
    "summary-cut": Reply(text="Kim rang because", stop_reason="max_tokens"),
}
_FAULTS = {
    "summary-limited": Fault(does=Refusal(status=429, kind="rate_limit_error", retry_after="9")),
    "summary-overloaded": Fault(does=Refusal()),
}


async def anthropic_scene(scenario: str) -> Scene:
    models = AnthropicSandbox()
    if scenario in _REPLIES:
        models.answer(_REPLIES[scenario])
    if scenario in _FAULTS:
        models.break_rest(_FAULTS[scenario])

    def account(base_url: str) -> AnthropicSettings:
        return AnthropicSettings(api_key=models.api_key, base_url=base_url)

    app = create_sandbox_app(anthropic_part(models, strict=True))
    return Scene(app, account, Given(since=START, model=MODEL))
