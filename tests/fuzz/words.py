"""Texts, bytes and JSON values that programs stumble over."""

from __future__ import annotations

import random
from base64 import urlsafe_b64encode
from typing import Any

TEXTS = (
    "",
    " ",
    "\0",
    "\x0b\x1b",
    "\ufffe\uffff",
    "\ufeff",
    "\u202e\u2066",
    "\u2028",
    "e\u0301" * 40,
    "🙏" * 60,
    "𝟙𝟚",
    "١٢",
    "²",
    "<Hangup/>",
    "</Say><Dial><Number>+15005550006</Number></Dial><Say>",
    '"/><Redirect>https://evil.example</Redirect><x y="',
    "]]><![CDATA[",
    "&lt;&#0;&#xFFFE;&nbsp;&x;",
    "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>",
    "<?xml version='1.0'?>",
    "'; DROP TABLE calls; --",
    "%_\\",
    "../../etc/passwd",
    "{{7*7}}${7*7}",
    "=cmd|' /C calc'!A0",
    "\r\nSet-Cookie: authToken=1",
    "%00%zz%",
    "null",
    "NaN",
    "-0",
    "1e400",
    "9" * 400,
    "99999999999999999999",
    "2147483648",
    "-9223372036854775809",
    "0x10",
    "1_000",
    " 7 ",
    "true",
    "+61491570006",
    "+266696687",
    "anonymous",
    "sip:+61491570006@sip.example;transport=udp",
    "client:user_1",
    "https://evil.example/?a=b#c",
    "CA" + "a" * 32,
    "AC" + "9" * 32,
    "x" * 501,
    "y" * 20_000,
)
TIMES = (
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
    "2026-11-23T09:00:00.123456789Z",
    "2026-11-23T24:00:00Z",
    "2026-10-04T02:30:00+10:00",
    "2026-11-23T09:00:00",
    "2026-02-30",
    "99999-01-01",
    "1795400100",
)
CURSORS = tuple(
    urlsafe_b64encode(text).decode().rstrip("=")
    for text in (
        b"calls:9999999999",
        b"calls:0",
        b"calls:1",
        b"calls:\xd9\xa1",
        b"feed:1.1.0",
        b"feed:" + b"9" * 19 + b".1.9",
    )
)
SURROGATES = ("\ud800", "\udc00\ud800", "a\udfffb")
"""Not text at all: what only a careless decoder makes."""

NUMBERS = (0, -1, 1, 10, 20, 100, 2**31 - 1, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 10**400, 0.5, -0.0, 1e308)
JSON = (
    b"NaN",
    b"Infinity",
    b"1e999",
    b"-",
    b"01",
    b"1.",
    b'"\\ud800"',
    b'"\\u0000"',
    b'"\\x"',
    b'"open',
    b"\xff",
    b'"\xed\xa0\x80"',
    b"9" * 5000,
    b"tru",
    b"[1,]",
    b"{,}",
    b"'a'",
)
"""What is no JSON, or none that may be stored."""


def dice_of(seed: int | str) -> random.Random:
    """The dice of a seed: the same throws every time."""
    return random.Random(seed)  # noqa: S311 (repeatable, not secret)


def text(dice: random.Random) -> str:
    """One of the known troublemakers, some of them joined, or characters from anywhere but the surrogates."""
    match dice.randrange(7):
        case 0 | 1 | 2:
            return dice.choice(TEXTS)
        case 6:
            return dice.choice(TIMES if dice.random() < 0.6 else CURSORS)
        case 3:
            return "".join(dice.choice(TEXTS)[:40] for _ in range(dice.randint(2, 4)))
        case 4:
            return "".join(chr(dice.randrange(0x250)) for _ in range(dice.randint(1, 12)))
        case _:
            return "".join(map(_anywhere, [dice] * dice.randint(1, 8)))


def any_text(dice: random.Random) -> str:
    """As `text`, now and then with a lone surrogate in it."""
    return text(dice) if dice.random() < 0.9 else text(dice) + dice.choice(SURROGATES)


def noise(dice: random.Random, longest: int = 40) -> bytes:
    return dice.randbytes(dice.randint(0, longest))


def value(dice: random.Random) -> Any:
    """Any JSON value: most often of the wrong type for where it is put."""
    match dice.randrange(9):
        case 0 | 1 | 2:
            return text(dice)
        case 3 | 4:
            return dice.choice(NUMBERS)
        case 5:
            return dice.choice((None, True, False))
        case 6:
            return [value(dice) for _ in range(dice.randint(0, 3))]
        case 7:
            return {text(dice)[:30]: value(dice) for _ in range(dice.randint(0, 3))}
        case _:
            return nested(dice.choice((40, 63, 64, 65, 300)))


def nested(depth: int) -> Any:
    inner: Any = 1
    for _ in range(depth):
        inner = [inner]
    return inner


def _anywhere(dice: random.Random) -> str:
    point = dice.randrange(0x110000)
    return chr(point) if not 0xD800 <= point < 0xE000 else "\ufffd"
