"""The providers of a live world, played in this process and served on one port."""

from __future__ import annotations

from typing import Any

import msgspec

from tests.aftermath.talks import talks
from tests.faults.live import people, weather
from tests.faults.live.acts import Script
from tests.faults.live.bad_lines import BadLines
from tests.faults.live.clock import BASE
from titus_adapters.sandbox.anthropic.part import anthropic_part
from titus_adapters.sandbox.anthropic.replies import Reply
from titus_adapters.sandbox.anthropic.sandbox import AnthropicSandbox
from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.elevenlabs.part import elevenlabs_part
from titus_adapters.sandbox.elevenlabs.sandbox import ElevenLabsSandbox
from titus_adapters.sandbox.twilio.engine.wire import Wire
from titus_adapters.sandbox.twilio.part import twilio_part
from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox
from titus_adapters.sandbox.twilio.switchboard import Account
from titus_http.bootstrap import TEST_BASE_URL

AGENT, SECRET = "agent_live", "wsec_of_a_live_world"
POST_CALL = f"{TEST_BASE_URL}/api/voice/elevenlabs/post-call"
GOES_WRONG = 0.1
"""Of the requests to providers."""

ASKED_FOR = 4
"""More conversations than callers: who asks again has prepared two."""


class Providers(msgspec.Struct, frozen=True, kw_only=True):
    """`app` serves them; `variables` tell Titus where they are. `elevenlabs` and `lines` None: Twilio alone."""

    twilio: TwilioSandbox
    app: Any
    variables: dict[str, str]
    elevenlabs: ElevenLabsSandbox | None = None
    lines: BadLines | None = None


def twilio_alone(script: Script, wire: Wire, origin: str) -> Providers:
    """Callers are redirected to an agent elsewhere."""
    twilio = _twilio(script, wire, origin)
    return Providers(
        twilio=twilio,
        app=create_sandbox_app(twilio_part(twilio, speed=None)),
        variables={
            **_account(twilio),
            "ELEVENLABS_AGENT_ID": AGENT,
            "ELEVENLABS_API_KEY": "played here",
            "ELEVENLABS_BASE_URL": "https://agent.example",
        },
    )


def all_of_them(script: Script, wire: Wire, origin: str) -> Providers:
    """Twilio, the agent's provider, and the model's; the ways to them are bad."""
    twilio, models = _twilio(script, wire, origin), AnthropicSandbox()
    elevenlabs = ElevenLabsSandbox(wire, beside=twilio, seed=script.seed)
    elevenlabs.agent(AGENT)
    elevenlabs.subscribe(POST_CALL, SECRET, retry_enabled=True)
    elevenlabs.set_weather(weather.bad_post(script.seed))
    elevenlabs.script(*talks(ASKED_FOR * script.calls))
    app = create_sandbox_app(
        twilio_part(twilio, speed=None),
        elevenlabs_part(elevenlabs, speed=None),
        anthropic_part(models, strict=True),
    )
    lines = BadLines(app, script.seed, GOES_WRONG, lambda: models.answer(Reply(stop_reason="refusal", category="bio")))
    return Providers(
        twilio=twilio,
        elevenlabs=elevenlabs,
        lines=lines,
        app=lines,
        variables={
            **_account(twilio),
            "TWILIO_PHONE_NUMBER": people.line_of(1),
            "ELEVENLABS_AGENT_ID": AGENT,
            "ELEVENLABS_API_KEY": elevenlabs.desk.account.api_key,
            "ELEVENLABS_BASE_URL": f"{origin}/elevenlabs",
            "ELEVENLABS_WEBHOOK_SECRET": SECRET,
            "ANTHROPIC_API_KEY": models.api_key,
            "ANTHROPIC_BASE_URL": f"{origin}/anthropic",
            "TITUS_ERASE_AT_TWILIO": "true",
        },
    )


def _twilio(script: Script, wire: Wire, origin: str) -> TwilioSandbox:
    return TwilioSandbox(
        wire,
        account=Account(api_url=f"{origin}/twilio"),
        seed=script.seed,
        start=BASE,
        switches=weather.SWITCHES[script.seed % len(weather.SWITCHES)],
        chaos=weather.chaos(script.seed),
    )


def _account(twilio: TwilioSandbox) -> dict[str, str]:
    account = twilio.board.account
    return {
        "TWILIO_ACCOUNT_SID": account.sid,
        "TWILIO_AUTH_TOKEN": account.auth_token,
        "TWILIO_BASE_URL": account.api_url,
    }
