"""Names for what is real: the same thing has the same made-up name throughout a cassette, and what is made up already
keeps its own."""

from __future__ import annotations

import re

SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")
MADE_UP_SID = re.compile(r"[A-Z]{2}0{24}[0-9]{8}")

WORDED = re.compile(r"\b(conv|agent|phnum|msg|req|agtvrsn|agtbrch)_[0-9A-Za-z]+")
MADE_UP_WORDED = re.compile(r"[a-z]+_0*[0-9]{1,8}")

PHONE = re.compile(r"\+[0-9]{6,15}")
RESERVED_PHONE = re.compile(r"\+61(?:[2378]5550[0-9]{4}|491570(?:006|156|157|158|159|110))")
"""The numbers that are reserved for fiction in Australia."""


class Names:
    """Counted, in the order in which things turn up."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def known(self, real: str) -> str | None:
        return self._known.get(real)

    def ids_in(self, text: str) -> str:
        """The text with the ids of Twilio, ElevenLabs and Anthropic in it replaced."""
        return WORDED.sub(lambda found: self._worded(found[0]), SID.sub(lambda found: self._sid(found[0]), text))

    def phone(self, number: str) -> str:
        if RESERVED_PHONE.fullmatch(number):
            return number
        return self._named(number, "+6125550", 4, first=101)

    def opaque(self, kind: str, text: str) -> str:
        """A name for something without a form of its own."""
        return text if re.fullmatch(rf"{kind}-[0-9]+", text) else self._named(text, f"{kind}-", 1)

    def _sid(self, sid: str) -> str:
        return self._keep(sid) if MADE_UP_SID.fullmatch(sid) else self._named(sid, sid[:2], 32)

    def _worded(self, word: str) -> str:
        return self._keep(word) if MADE_UP_WORDED.fullmatch(word) else self._named(word, f"{word.split('_')[0]}_", 26)

    def _keep(self, text: str) -> str:
        return self._known.setdefault(text, text)

    def _named(self, real: str, prefix: str, digits: int, first: int = 1) -> str:
        if real not in self._known:
            taken = set(self._known.values())
            count = first
            while f"{prefix}{count:0{digits}d}" in taken:
                count += 1
            self._known[real] = f"{prefix}{count:0{digits}d}"
        return self._known[real]
