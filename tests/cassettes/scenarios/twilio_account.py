"""The adapters of one Twilio account, and what scenarios tell it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from titus_adapters.twilio.api import TwilioApi
from titus_adapters.twilio.dialler import Addresses, TwilioDialler
from titus_adapters.twilio.numbers import TwilioNumbers
from titus_adapters.twilio.recordings import TwilioRecordings
from titus_adapters.twilio.settings import TwilioSettings
from titus_adapters.twilio.telephony import TwilioTelephony
from titus_adapters.twilio.texts import TwilioTexts

WORDS = "Titus tries out a text: you need not answer."
NO_NUMBER = "+614915"
"""Too short for any telephone."""

OURS = frozenset({WORDS, NO_NUMBER})
BASE = "https://titus.example/api/voice/webhook"


class Twilio(NamedTuple):
    """The adapters of one account."""

    api: TwilioApi
    telephony: TwilioTelephony
    dialler: TwilioDialler
    recordings: TwilioRecordings
    texts: TwilioTexts
    numbers: TwilioNumbers


@asynccontextmanager
async def opened(settings: TwilioSettings) -> AsyncIterator[Twilio]:
    addresses = Addresses(lambda dial_id: f"{BASE}/outbound?request={dial_id}", f"{BASE}/status")
    texts = TwilioTexts(settings, lambda message_id: f"{BASE}/sms-status?message={message_id}")
    async with TwilioApi(settings) as api, TwilioRecordings(settings) as recordings, texts:
        telephony, dialler = TwilioTelephony(api), TwilioDialler(api, addresses)
        yield Twilio(api, telephony, dialler, recordings, texts, TwilioNumbers(api))
