"""What a caller gets when Titus itself is in trouble: needs no store, no provider, and cannot fail."""

from __future__ import annotations

from collections.abc import Sequence

from twilio.twiml.voice_response import VoiceResponse

from titus_core.hunt_groups.model import Voice
from titus_core.kernel.phone import PhoneNumber
from titus_http.webhooks.twilio.links import Links
from titus_http.webhooks.twilio.twiml import take_message

PATIENCE = 2
"""So often the caller is asked to wait a moment, and Titus tries again, before someone else takes over."""

_MOMENT = "One moment please."
_SORRY = "Nobody can take your call right now. Please leave a message after the tone, and we will call you back."
_VOICE = Voice()


def document(links: Links, agent_url: str | None, turn: int) -> bytes:
    """The document for the `turn`-th failure in a row (0 is the first): wait and try again, then the AI agent if
    there is one, else voicemail."""
    response = VoiceResponse()
    if turn < PATIENCE:
        response.say(_MOMENT, voice=_VOICE.name, language=_VOICE.language)
        response.pause(length=2 + 2 * turn)
        response.redirect(links.fallback(turn + 1), method="POST")
    elif agent_url is not None and turn == PATIENCE:
        response.redirect(agent_url, method="POST")
    else:
        _apologise_and_record(response, links)
    return str(response).encode()


def static_document(links: Links, agent_url: str | None, on_call: Sequence[PhoneNumber]) -> bytes:
    """A document to host elsewhere (a TwiML Bin): rings the on-call numbers one after another without asking us, then
    hands over to the AI agent or takes a message. At most ten numbers."""
    response = VoiceResponse()
    response.say(_MOMENT, voice=_VOICE.name, language=_VOICE.language)
    if on_call:
        dial = response.dial(sequential=True, timeout=15, ring_tone="au", answer_on_bridge=False)
        for number in on_call[:10]:
            dial.number(number)
    if agent_url is not None:
        response.redirect(agent_url, method="POST")
    else:
        _apologise_and_record(response, links)
    return str(response).encode()


def _apologise_and_record(response: VoiceResponse, links: Links) -> None:
    response.say(_SORRY, voice=_VOICE.name, language=_VOICE.language)
    take_message(response, links, 180)
