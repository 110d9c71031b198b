"""What identifies a person or opens a door is taken out of whatever Titus tells about itself.

Of a telephone number its last three digits stay, so that someone who knows it can find it again. Left as they are, on
purpose: ids (a CallSid is what one looks for), times, counts, addresses of machines. Names, street addresses and what
people say are not recognised: code must not log them. Not seen: numbers of eight digits without an area code, which
look like counts; 13, 1300 and 1800 numbers in one piece, which look like times.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

HIDDEN, EMAIL = "***", "[email]"

SHORTEST_SECRET = 4
"""Characters. Shorter ones would be found everywhere; production refuses secrets below sixteen."""

_DOOR_WORDS = ("passw", "secret", "token", "key", "signature", "credential", "authorization", "cookie", "dsn", "sig")
_DOORS = r"(?:password|passwd|secret|token|api[_\-]?key|signature|credential|authorization|cookie|dsn|(?<![A-Za-z])sig)"
_HEADERS = r"(?:authorization|cookie|x-[a-z\-]{0,40}(?:token|key|secret|signature)|xi-api-key)"
_VALUE = r"""(?:(?:bearer|basic|token)\s+)?(?:"[^"\n]*"|'[^'\n]*'|[^\s"'&;,(){}\[\]<>]+)"""
_NAMED = re.compile(
    rf"""
    (?P<name> {_DOORS} ["']?\s*=\s*                # as in an address, or in code
            | {_DOORS} ["'] \s*[:,]\s* b?          # as in JSON, or in a list of headers
            | (?<![A-Za-z]) {_HEADERS} :\s* )      # as on the wire
    {_VALUE}
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SCHEME = re.compile(r"(?i)\b(?P<name>bearer|basic)\s+[\w.~+/=\-]{6,}")
_IN_URL = re.compile(r"://[^\s/@\"']+@")
_OPAQUE = re.compile(
    r"""
    \beyJ[\w\-]{4,}\.[\w\-]{4,}\.[\w\-]{4,}              # a JSON Web Token
    | \bsk[_\-][\w\-]{16,}                               # a key of ElevenLabs or Anthropic
    | \bpat[A-Za-z0-9]{14}\.[0-9a-f]{64}                 # a token of Airtable
    | \bMT[A-Za-z0-9_\-]{6,400}\.[A-Za-z0-9_\-]{43}(?![\w\-])  # the word of a signed link of ours (security/links.py)
    | (?<![\w+/=])[A-Za-z0-9+/]{27}=(?![\w+/=])          # Twilio's signature: twenty bytes in base64
    | (?<![0-9A-Za-z])[0-9a-f]{64}(?![0-9A-Za-z])        # a session of ours, or an HMAC-SHA-256
    """,
    re.VERBOSE,
)
_EMAIL = re.compile(
    r"""(?:"[^"\s@]{1,64}"|[\w.!#$%*+^`~'\-]{1,64}|[&/=?{|}])(?:@|%40)[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,8}"""
)
_IDENTITY = re.compile(r"""(?i)\bclient(?P<colon>:|%3a)[^\s"'<>,;&)\]}]+""")

_BETWEEN = r"(?:[\s.()/\-\u2010-\u2015+]|%(?:2[0-9A-Fa-f]|C2%A0|E2%80%9[0-5])){0,3}"
_NATIONAL = rf"[23478](?:{_BETWEEN}\d){{8}}"
# Where a number may begin and end: not inside an id. What stands before it may be an escape, whose last letter or digit
# is none of its own. A date before it makes it a time, a full stop a fraction.
_START = r"(?:(?<!\w)|(?<=\\[nrt])|(?<=%[0-9A-Fa-f][0-9A-Fa-f]))(?<!\d\d\d\d[\-/.])(?<!\d\.)"
_END = r"(?!\d|[A-Fa-f][0-9A-Fa-f])"
_PHONE = re.compile(
    rf"""
    (?:\+|%2[Bb]|{_START}(?:00(?:11{_BETWEEN})?)?)61{_BETWEEN}\(?0?\)?{_BETWEEN}{_NATIONAL}{_END}
    | {_START}\(?0{_NATIONAL}{_END}
    | (?:\+|%2[Bb])(?!(?:0\d|1[0-4])(?:00|30|45)\b)[1-9](?:{_BETWEEN}\d){{6,14}}(?!\d)  # abroad; but no time zone
    | {_START}1[38]00[\s\-]\d{{3}}[\s\-]\d{{3}}{_END}
    """,
    re.VERBOSE,
)
_NDIS = re.compile(r"(?i)(?P<name>\bndis\b[^\d\n]{0,20})43\d(?:[\s\-]?\d{3}){2}(?!\d)")
_SECRET_KEY = re.compile(rf"{_DOORS}$|^{_HEADERS}$", re.IGNORECASE)


class Redactor:
    """Takes out `secrets`, however they are quoted, and what looks like one; numbers, e-mail addresses, identities of
    browsers."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        spellings = {each for secret in secrets if len(secret) >= SHORTEST_SECRET for each in _spellings(secret)}
        longest_first = sorted(spellings, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, longest_first))) if spellings else None

    def __call__(self, text: str) -> str:
        if self._secrets is not None:
            text = self._secrets.sub(HIDDEN, text)
        lowered = text.lower()
        if any(word in lowered for word in _DOOR_WORDS):  # the pattern is slow, and most lines name no door
            text = _NAMED.sub(rf"\g<name>{HIDDEN}", text)
        text = _SCHEME.sub(rf"\g<name> {HIDDEN}", text)
        text = _IN_URL.sub("://", text)
        text = _OPAQUE.sub(HIDDEN, text)
        if "@" in text or "%40" in text:
            text = _EMAIL.sub(EMAIL, text)
        text = _IDENTITY.sub(rf"client\g<colon>{HIDDEN}", text)
        text = _NDIS.sub(rf"\g<name>{HIDDEN}", text)
        return _PHONE.sub(_shortened, text)

    def deeply(self, value: Any) -> Any:
        """The same of every text in lists and mappings, keys included. What is no JSON becomes text."""
        match value:
            case str():
                return self(value)
            case bool() | None:
                return value
            case float():
                return value if math.isfinite(value) else str(value)  # JSON has no word for the others
            case int():
                return self._counted(value)
            case Mapping():
                return {self(str(key)): self._named(str(key), item) for key, item in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self.deeply(item) for item in value]
            case _:
                return self(str(value))

    def _named(self, key: str, value: Any) -> Any:
        return HIDDEN if isinstance(value, str | bytes) and _SECRET_KEY.search(key) else self.deeply(value)

    def _counted(self, number: int) -> int | str:
        """A number is left a number, unless someone can be called by it."""
        text = str(number)
        redacted = self(text)
        return number if redacted == text else redacted


def _spellings(secret: str) -> set[str]:
    """As it is, and as addresses, JSON and Python's `repr` write it."""
    return {secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1], repr(secret)[1:-1]}


def _shortened(found: re.Match[str]) -> str:
    return HIDDEN + re.sub(r"%[0-9A-Fa-f]{2}|\D", "", found.group())[-3:]
