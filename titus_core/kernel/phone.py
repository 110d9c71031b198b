"""Telephone numbers inside the core are E.164 (ITU-T E.164: `+` and at most 15 digits); parsing is the edge's work."""

from __future__ import annotations

import re
from typing import NewType

PhoneNumber = NewType("PhoneNumber", str)

_E164 = re.compile(r"\+[1-9][0-9]{4,14}")

WITHHELD = frozenset(
    {
        "anonymous",
        "unknown",
        "unavailable",
        "restricted",
        "private",
        "blocked",
        "",
        # Carriers spell "anonymous" and friends on a telephone keypad and send it as if it were a number
        # (../shared/facts/twilio.md §1.1).
        "+266696687",
        "+86282452253",
        "+7378742833",
        "+2562533",
        "+8656696",
    }
)
"""Caller ids that mean "the caller's number is withheld", lower case."""


def e164(text: str) -> PhoneNumber | None:
    """The number if the text is one in E.164 and no spelling of "withheld"."""
    if text.lower() in WITHHELD or _E164.fullmatch(text) is None:
        return None
    return PhoneNumber(text)


def is_browser(party: str) -> bool:
    """Whether a party of a call is one of our own browsers (`client:user_7`), whatever the provider calls its way."""
    return party.startswith("client:")
