"""What a caller gets when Titus itself is in trouble: needs no store, no provider, and cannot fail."""

from __future__ import annotations

from collections.abc import Sequence

from titus_core.hunt_groups.model import Voice
from titus_core.kernel.phone import PhoneNumber
from titus_http.webhooks.twilio import markup
from titus_http.webhooks.twilio.links import Links
from titus_http.webhooks.twilio.markup import element, escaped
from titus_http.webhooks.twilio.twiml import pause, redirect, say, take_message

PATIENCE = 2
"""So often the caller is asked to wait a moment, and Titus tries again, before someone else takes over."""

_MOMENT = "One moment please."
_SORRY = "Nobody can take your call right now. Please leave a message after the tone, and we will call you back."
_VOICE = Voice()


def document(links: Links, agent_url: str | None, turn: int) -> bytes:
    """The document for the `turn`-th failure in a row (0 is the first): wait and try again, then the AI agent if
    there is one, else voicemail."""
    if turn < PATIENCE:
        return markup.document(say(_MOMENT, _VOICE), pause(2 + 2 * turn), redirect(links.fallback(turn + 1)))
    if agent_url is not None and turn == PATIENCE:
        return markup.document(redirect(agent_url))
    return markup.document(*_apologise_and_record(links))


def static_document(links: Links, agent_url: str | None, on_call: Sequence[PhoneNumber]) -> bytes:
    """A document to host elsewhere (a TwiML Bin): rings the on-call numbers one after another without asking us, then
    hands over to the AI agent or takes a message. At most ten numbers."""
    numbers = [element("Number", {}, escaped(number)) for number in on_call[:10]]
    one_by_one = {"answerOnBridge": "false", "ringTone": "au", "sequential": "true", "timeout": 15}
    return markup.document(
        say(_MOMENT, _VOICE),
        *([element("Dial", one_by_one, *numbers)] if numbers else []),
        *([redirect(agent_url)] if agent_url is not None else _apologise_and_record(links)),
    )


def _apologise_and_record(links: Links) -> tuple[str, ...]:
    return say(_SORRY, _VOICE), *take_message(links, 180)
