"""The sandbox on a real loopback socket, and the adapter that talks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.adapters.elevenlabs.stage import serving
from titus_adapters.anthropic.api import ANSWER_WITHIN, AnthropicApi
from titus_adapters.anthropic.settings import MODEL, AnthropicSettings
from titus_adapters.anthropic.summarising import AnthropicSummariser
from titus_adapters.sandbox.anthropic.faults import Fault, Kind
from titus_adapters.sandbox.anthropic.part import anthropic_part
from titus_adapters.sandbox.anthropic.sandbox import AnthropicSandbox
from titus_adapters.sandbox.app import create_sandbox_app
from titus_core.calls.conversations import Speaker, Turn

TALK = (
    Turn(Speaker.AGENT, "Good evening, this is the after-hours line. How can I help?", 0),
    Turn(Speaker.CALLER, "Hello, this is Kim. My worker did not come tonight.", 4),
    Turn(Speaker.AGENT, "I am sorry. Somebody will ring you back.", 11),
)


class Stage:
    """`models` served at `url`; `api` asks it with the right key."""

    def __init__(self, models: AnthropicSandbox, url: str) -> None:
        self.models, self.url = models, url
        self.api = self.another()

    def another(self, api_key: str = "", within: float = ANSWER_WITHIN) -> AnthropicApi:
        key = api_key or self.models.api_key
        return AnthropicApi(AnthropicSettings(api_key=key, base_url=self.url), within=within)

    def summariser(self, model: str = MODEL, **changes: Any) -> AnthropicSummariser:
        return AnthropicSummariser(self.api, model, **changes)

    def breaks(self, does: Kind, times: int = 1) -> None:
        """Let the next requests fail."""
        self.models.break_rest(Fault(does=does, times=times))

    @property
    def sent(self) -> str:
        """The transcript of the last request, with all around it."""
        text = self.models.asked[-1].body["messages"][0]["content"]
        assert isinstance(text, str)
        return text


@asynccontextmanager
async def staged(*, strict: bool = True) -> AsyncIterator[Stage]:
    models = AnthropicSandbox()
    app: Any = create_sandbox_app(anthropic_part(models, strict=strict))
    async with serving(app) as origin:
        stage = Stage(models, f"{origin}/anthropic")
        async with stage.api:
            yield stage
