"""What looks like a secret, or like somebody. It knows nothing of how recordings are scrubbed, so that it can judge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.cassettes.kept import PICTURE, SILENCE
from tests.cassettes.made_up import MADE_UP_SID, RESERVED_PHONE

_LOOKS = {
    "a credential's header": re.compile(r"\b(?:authorization|x-api-key|xi-api-key|set-cookie|cookie)\b", re.IGNORECASE),
    "a credential": re.compile(
        r"\b(?:bearer|basic) [\w+/=.-]{8,}|\b(?:sk-ant|sk|wsec|whsec)[-_][\w-]{8,}", re.IGNORECASE
    ),
    "a token": re.compile(r"\beyJ[\w-]{10,}|\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{32,}\b"),
    "a random text": re.compile(r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*[0-9])[\w-]{20,}(?![\w-])"),
    "a signed address": re.compile(r"[?&](?:signature|sig|token|x-amz-[a-z-]+)=", re.IGNORECASE),
    "somebody's e-mail address": re.compile(r"[\w.+-]+@(?!(?:[\w-]+\.)*example\b)[\w-]+\.[\w.-]+"),
}
_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")
_PHONE = re.compile(r"\+[0-9]{8,15}|(?<![0-9])0[23478](?: ?[0-9]){8}(?![0-9])")


def leaks(value: Any) -> Iterator[str]:
    """What should not be in a cassette, and where it begins."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaks(key)
            yield from leaks(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaks(inner)
    elif isinstance(value, bytes):
        if value not in {SILENCE, PICTURE}:
            yield f"{len(value)} bytes of somebody's"
    elif isinstance(value, str):
        yield from _in_text(value.replace("%2B", "+"))


def _in_text(text: str) -> Iterator[str]:
    for kind, look in _LOOKS.items():
        yield from (f"{kind}: {found[0][:12]}…" for found in look.finditer(text))
    for found in _SID.findall(text):
        if not MADE_UP_SID.fullmatch(found):
            yield f"an account's id: {found[:6]}…"
    for number in _PHONE.findall(text):
        if not RESERVED_PHONE.fullmatch(number.replace(" ", "")):
            yield f"a telephone number: {number[:6]}…"
