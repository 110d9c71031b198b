"""The providers, played."""

from __future__ import annotations

from datetime import UTC, datetime
from types import ModuleType
from typing import Any, NamedTuple

SAMPLE_BASE = "appTitusSandbox00"
"""The base that `titus sandbox` begins with."""


def sandbox_app(base_url: str = "http://127.0.0.1:4010", *, strict: bool = False) -> Any:
    """The providers, played below `base_url`: an ASGI application whose lifespan runs them in real time. Something is
    there to begin with: a number of the account, a phone whose owner presses 1, one that nobody answers, and the base
    of a provider that never was."""
    from titus_adapters.sandbox.airtable.sample import add_sample_base

    sandboxes = open_sandboxes(base_url)
    behaviour, world = sandbox_behaviour(), sandboxes.twilio.world
    world.number("+61255500001")
    world.phone("+61491570156", behaviour.Answers(after=4, presses="1", talks=60))
    world.phone("+61491570157", behaviour.NeverAnswers())
    add_sample_base(sandboxes.airtable, id=SAMPLE_BASE)
    return serve_sandboxes(sandboxes, strict=strict)


class Sandboxes(NamedTuple):
    """The providers, played; they share one time."""

    twilio: Any
    elevenlabs: Any
    anthropic: Any
    airtable: Any


def open_sandboxes(base_url: str) -> Sandboxes:
    """Towards whatever addresses Twilio's numbers and ElevenLabs' agents name."""
    from titus_adapters.sandbox.airtable.sandbox import AirtableSandbox
    from titus_adapters.sandbox.anthropic.sandbox import AnthropicSandbox
    from titus_adapters.sandbox.elevenlabs.sandbox import ElevenLabsSandbox
    from titus_adapters.sandbox.elevenlabs.wire import wire_over_network
    from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox
    from titus_adapters.sandbox.twilio.switchboard import Account

    account, wire = Account(api_url=f"{base_url}/twilio"), wire_over_network()
    twilio = TwilioSandbox(wire, account=account, start=datetime.now(UTC))
    airtable = AirtableSandbox(wire, start=datetime.now(UTC), url=f"{base_url}/airtable")
    return Sandboxes(twilio, ElevenLabsSandbox(wire, beside=twilio), AnthropicSandbox(), airtable)


def serve_sandboxes(sandboxes: Sandboxes, *, strict: bool = False, speed: float = 1.0) -> Any:
    """The sandboxes as one ASGI application; `speed` is how much faster than the clock their time runs."""
    from titus_adapters.sandbox.airtable.part import airtable_part
    from titus_adapters.sandbox.anthropic.part import anthropic_part
    from titus_adapters.sandbox.app import create_sandbox_app
    from titus_adapters.sandbox.elevenlabs.part import elevenlabs_part
    from titus_adapters.sandbox.twilio.part import twilio_part

    return create_sandbox_app(
        twilio_part(sandboxes.twilio, strict=strict, speed=speed),
        elevenlabs_part(sandboxes.elevenlabs, strict=strict, speed=speed),
        anthropic_part(sandboxes.anthropic, strict=strict),
        airtable_part(sandboxes.airtable, strict=strict, speed=speed),
    )


def sandbox_behaviour() -> ModuleType:
    """What the sandbox's phones and callers can do."""
    from titus_adapters.sandbox.twilio import behaviour

    return behaviour
