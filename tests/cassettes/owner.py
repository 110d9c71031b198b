"""Real accounts: their keys from the environment, by the names that Titus knows them by, and something in them to ask
about. Looking for that is not recorded, and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from tests.cassettes.providers import Account
from tests.cassettes.scenario import Given
from titus_adapters.anthropic.settings import API as ANTHROPIC
from titus_adapters.anthropic.settings import MODEL, AnthropicSettings
from titus_adapters.elevenlabs.api import ElevenLabsApi
from titus_adapters.elevenlabs.conversations import ElevenLabsConversations
from titus_adapters.elevenlabs.settings import API as ELEVENLABS
from titus_adapters.elevenlabs.settings import ElevenLabsSettings
from titus_adapters.twilio.api import TwilioApi
from titus_adapters.twilio.ledger import TwilioLedger
from titus_adapters.twilio.settings import API as TWILIO
from titus_adapters.twilio.settings import TwilioSettings
from titus_core.calls.model import RecordingState

KEYS = {
    "twilio": ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"),
    "elevenlabs": ("ELEVENLABS_API_KEY", "ELEVENLABS_AGENT_ID"),
    "anthropic": ("ANTHROPIC_API_KEY",),
}
LOOKS_BACK = timedelta(days=30)
"""How far for a call, a recording, a picture and a conversation to ask about."""

LISTS = timedelta(days=1)
"""How much of an account the recorded lists show."""

A_PAGE = 100
MOST_LOOKED_AT = 10


class Found(NamedTuple):
    account: Account
    given: Given


def missing(provider: str, environment: Mapping[str, str]) -> list[str]:
    """The keys that are not there."""
    return [name for name in KEYS[provider] if not environment.get(name)]


async def found(provider: str, environment: Mapping[str, str], phone: str = "") -> Found:
    """The account, and what is in it. Raises `Unavailable`."""
    now = datetime.now(UTC).replace(microsecond=0)
    given = Given(since=now - LISTS, page=A_PAGE, phone=phone)
    account = _account(provider, environment)
    match account:
        case TwilioSettings():
            return Found(account, await _in_twilio(account, environment, given, now))
        case ElevenLabsSettings():
            return Found(account, await _in_elevenlabs(account, given, now))
        case AnthropicSettings():
            return Found(account, replace(given, model=account.model))


def _account(provider: str, environment: Mapping[str, str]) -> Account:
    def value(name: str, usual: str = "") -> str:
        return environment.get(name) or usual

    match provider:
        case "twilio":
            base_url = value("TWILIO_BASE_URL", TWILIO).rstrip("/")
            sid, token = value("TWILIO_ACCOUNT_SID"), value("TWILIO_AUTH_TOKEN").split(",")[0].strip()
            return TwilioSettings(account_sid=sid, auth_token=token, base_url=base_url)
        case "elevenlabs":
            base_url = value("ELEVENLABS_BASE_URL", ELEVENLABS).rstrip("/")
            key, agent = value("ELEVENLABS_API_KEY"), value("ELEVENLABS_AGENT_ID")
            return ElevenLabsSettings(api_key=key, agent_id=agent, base_url=base_url)
        case _:
            base_url = value("ANTHROPIC_BASE_URL", ANTHROPIC).rstrip("/")
            key, model = value("ANTHROPIC_API_KEY"), value("ANTHROPIC_MODEL", MODEL)
            return AnthropicSettings(api_key=key, model=model, base_url=base_url)


async def _in_twilio(account: TwilioSettings, environment: Mapping[str, str], given: Given, now: datetime) -> Given:
    async with TwilioApi(account) as api:
        ledger = TwilioLedger(api)
        parents = [leg.parent for leg in await ledger.calls(now - LOOKS_BACK) if leg.parent and leg.status.ended]
        recordings = await ledger.recordings(now - LOOKS_BACK)
        texts = [text.told for text in await ledger.received(now - LOOKS_BACK)]
    complete = [told.id for told in recordings if told.state is RecordingState.COMPLETED]
    pictured = next((text for text in texts if text.media), None)
    return replace(
        given,
        call=_first(parents),
        recording=_first(complete),
        message=pictured.provider_id if pictured else "",
        media=pictured.media[0].media_id if pictured else "",
        number=environment.get("TWILIO_PHONE_NUMBER", "").replace(" ", ""),
        application=environment.get("TWILIO_TWIML_APP_SID", ""),
    )


async def _in_elevenlabs(account: ElevenLabsSettings, given: Given, now: datetime) -> Given:
    async with ElevenLabsApi(account) as api:
        conversations = ElevenLabsConversations(api, account.agent_id)
        heard = ""
        for conversation_id in (await conversations.ended_since(now - LOOKS_BACK))[:MOST_LOOKED_AT]:
            told = await conversations.conversation(conversation_id)
            if told is not None and told.has_audio:
                heard = told.id
                break
    return replace(given, agent=account.agent_id, conversation=heard)


def _first(ids: Sequence[str]) -> str:
    return ids[0] if ids else ""
