"""Twilio, ElevenLabs and Anthropic, as far as they are configured."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any, NamedTuple, TypeAlias

from titus_adapters.elevenlabs.audio_event import AudioCut, sound
from titus_adapters.elevenlabs.context import asked_call, initiation
from titus_adapters.elevenlabs.post_call import post_call
from titus_adapters.telemetry import providers as telling
from titus_adapters.telemetry.observer import Observer
from titus_core.calls.ports import BrowserTokens, Conversations, Dialler, RecordingSource, Summariser, Telephony
from titus_core.providers.ports import Watched
from titus_http.settings import Settings
from titus_http.webhooks.elevenlabs.routes import POST_CALL
from titus_http.webhooks.elevenlabs.vendor import Vendor
from titus_http.webhooks.twilio.agent import AgentLine, NoAgent
from titus_http.webhooks.twilio.links import Links

ELEVENLABS = Vendor(post_call, AudioCut, sound, asked_call, initiation)


Watches: TypeAlias = dict[str, Watched]


class Twilio(NamedTuple):
    """What Twilio does for us; all None without an account."""

    telephony: Telephony | None = None
    numbers: Any = None
    recordings: RecordingSource | None = None
    texts: Any = None
    ledger: Any = None
    dialler: Dialler | None = None


async def open_twilio(settings: Settings, stack: AsyncExitStack, observer: Observer) -> Twilio:
    if settings.twilio is None:
        return Twilio()
    from titus_adapters.twilio.api import TwilioApi
    from titus_adapters.twilio.dialler import Addresses, TwilioDialler
    from titus_adapters.twilio.ledger import TwilioLedger
    from titus_adapters.twilio.numbers import TwilioNumbers
    from titus_adapters.twilio.recordings import TwilioRecordings
    from titus_adapters.twilio.settings import TwilioSettings
    from titus_adapters.twilio.telephony import TwilioTelephony
    from titus_adapters.twilio.texts import TwilioTexts

    twilio = settings.twilio
    account = TwilioSettings(
        account_sid=twilio.account_sid,
        auth_token=twilio.auth_tokens[0].reveal(),
        base_url=str(twilio.base_url),
    )
    watching = telling.Watched(observer, "twilio")
    api = await stack.enter_async_context(TwilioApi(account, watching=watching))
    recordings = await stack.enter_async_context(TwilioRecordings(account, watching=watching))
    links = Links(str(settings.server.base_url).rstrip("/"))
    texts = await stack.enter_async_context(TwilioTexts(account, links.sms_status, watching=watching))
    dialler = TwilioDialler(api, Addresses(links.outbound, links.status()))
    return Twilio(TwilioTelephony(api), TwilioNumbers(api), recordings, texts, TwilioLedger(api), dialler)


def browser_tokens(settings: Settings) -> BrowserTokens | None:
    known = settings.browser_calls
    if known is None:
        return None
    from titus_adapters.twilio.access_token import AccessTokenSettings, TwilioAccessTokens

    return TwilioAccessTokens(
        AccessTokenSettings(
            account_sid=known.account_sid,
            api_key=known.api_key,
            api_secret=known.api_secret.reveal(),
            app_sid=known.app_sid,
        )
    )


async def open_agent(
    settings: Settings, stack: AsyncExitStack, observer: Observer
) -> tuple[AgentLine, Conversations | None, Watches]:
    """How callers get to the AI agent; with a key, what its provider keeps of the conversations, and how its webhook is
    doing."""
    known = settings.elevenlabs
    if known is None:
        return NoAgent(), None, {}
    from titus_adapters.elevenlabs.agent import RedirectAgent

    base_url = str(known.base_url).rstrip("/")
    redirect = RedirectAgent(known.agent_id, base_url)
    if known.api_key is None:
        return redirect, None, {}
    from titus_adapters.elevenlabs.api import ElevenLabsApi
    from titus_adapters.elevenlabs.conversations import ElevenLabsConversations
    from titus_adapters.elevenlabs.register_call import RegisterCallAgent
    from titus_adapters.elevenlabs.settings import ElevenLabsSettings
    from titus_adapters.elevenlabs.watching import WebhookWatch

    account = ElevenLabsSettings(api_key=known.api_key.reveal(), agent_id=known.agent_id, base_url=base_url)
    api = await stack.enter_async_context(ElevenLabsApi(account, watching=telling.Watched(observer, "elevenlabs")))
    conversations = ElevenLabsConversations(api, known.agent_id)
    redirecting = known.hand_over == "redirect"
    registering = RegisterCallAgent(api, known.agent_id)
    if not redirecting:
        observer.breaker("elevenlabs", lambda: registering.breaker_state)
    watch = WebhookWatch(api, f"{str(settings.server.base_url).rstrip('/')}{POST_CALL}")
    return redirect if redirecting else registering, conversations, {"elevenlabs": watch}


class Model(NamedTuple):
    """What Anthropic does for us. `warm_up` does what its first use would have to wait for; None without a key."""

    summariser: Summariser | None
    watched: Watches
    warm_up: Callable[[], Coroutine[Any, Any, None]] | None


async def open_model(settings: Settings, stack: AsyncExitStack, observer: Observer) -> Model:
    known = settings.anthropic
    if known is None:
        return Model(None, {}, None)
    from titus_adapters.anthropic.api import AnthropicApi
    from titus_adapters.anthropic.models import AnthropicModels
    from titus_adapters.anthropic.settings import AnthropicSettings
    from titus_adapters.anthropic.summarising import AnthropicSummariser
    from titus_adapters.anthropic.watching import ModelWatch

    account = AnthropicSettings(
        api_key=known.api_key.reveal(), model=known.model, base_url=str(known.base_url).rstrip("/")
    )
    api = AnthropicApi(account, watching=telling.Watched(observer, "anthropic"))
    stack.push_async_callback(api.aclose)
    watch = ModelWatch(AnthropicModels(api), known.model)
    return Model(AnthropicSummariser(api, known.model), {"anthropic": watch}, api.warm_up)
