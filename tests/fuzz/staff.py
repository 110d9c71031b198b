"""Requests of clients: every documented operation, its body wrong in one place or in many."""

from __future__ import annotations

import json
import random
from typing import Any

from tests.fuzz import words
from tests.fuzz.client import Request
from tests.fuzz.document import Document
from tests.fuzz.target import CLIENT, CONTACT, OTHER_ORIGIN, Target
from tests.fuzz.wire import Header, query, quoted
from titus_core.accounts.model import Role

HOST: Header = (b"host", b"titus.example.org.au")
_JSON: Header = (b"content-type", b"application/json")
_IDS = {"user_id": ("1", "2"), "group_id": ("1", "2", "3"), "sid": ("CA" + "0" * 32, "CA" + "0" * 31 + "1")}
_IDS |= {"table": ("allContacts", "clients"), "record_id": (CONTACT, CLIENT), "contact_id": (CONTACT, CLIENT)}
_STRANGE_IDS = ("0", "-1", "99", "2147483648", "9" * 30, "1.0", "stale", "%D9%A1")


def operation(dice: random.Random, target: Target, document: Document) -> Request:
    """A signed-in person's request: the body hostile most often, the parameters now and then."""
    chosen = dice.choice(document.operations)
    path = chosen.path
    while (start := path.find("{")) >= 0:
        end = path.index("}")
        path = path[:start] + _segment(dice, path[start + 1 : end]) + path[end + 1 :]
    asked = query(dice, chosen.names) if dice.random() < (0.5 if chosen.names else 0.05) else b""
    headers = [HOST, *credentials(dice, target), *_conditions(dice)]
    if chosen.body is None and dice.random() < 0.9:
        chunks: tuple[bytes, ...] = ()
    else:
        headers.append(_JSON)
        chunks = (json_body(dice, document.example(dice, chosen.body or {})),)
    line = path.encode() + (b"?" + asked if asked else b"")
    return Request(method=chosen.method, target=line, headers=tuple(headers), chunks=chunks)


def credentials(dice: random.Random, target: Target) -> list[Header]:
    """A session of anybody, carried in one of the three ways."""
    token = target.tokens[dice.choice((Role.SUPERADMIN, Role.SUPERADMIN, *Role))].encode()
    match dice.randrange(4):
        case 0:
            return [(b"x-auth-token", token)]
        case 1:
            return [(b"cookie", b"authToken=" + token), (b"sec-fetch-site", b"same-origin")]
        case 2:
            return [(b"authorization", b"Bearer " + token), (b"origin", OTHER_ORIGIN.encode())]
        case _:
            return [(b"authorization", b"Bearer " + token)]


def json_body(dice: random.Random, value: Any) -> bytes:
    """The value as JSON, changed: in one place, in its spelling, or not at all."""
    chance = dice.random()
    if chance < 0.25:
        return json.dumps(value).encode()
    if chance < 0.7:
        for _ in range(dice.choice((1, 1, 1, 2, 3))):
            value = changed(dice, value)
        return _dumped(dice, value)
    if chance < 0.8:
        return _dumped(dice, words.value(dice))
    return _misspelled(dice, json.dumps(value).encode())


def changed(dice: random.Random, value: Any) -> Any:
    """The value with one place of it replaced, dropped, or added to."""
    if isinstance(value, dict) and value and dice.random() < 0.85:
        name = dice.choice(tuple(value))
        match dice.randrange(8):
            case 0:
                return {key: inner for key, inner in value.items() if key != name}
            case 1:
                return {**value, words.text(dice)[:40]: words.value(dice)}
            case _:
                return {**value, name: changed(dice, value[name])}
    if isinstance(value, list) and value and dice.random() < 0.8:
        place = dice.randrange(len(value))
        return [*value[:place], changed(dice, value[place]), *value[place + 1 :], *value[: dice.randrange(2)]]
    if isinstance(value, str) and dice.random() < 0.6:
        return words.text(dice)
    if isinstance(value, int) and dice.random() < 0.6:
        return dice.choice(words.NUMBERS)
    return [value] * 200 if dice.random() < 0.02 else words.value(dice)


def _dumped(dice: random.Random, value: Any) -> bytes:
    """Escaped, or as it is: a lone surrogate then makes the body no UTF-8."""
    return json.dumps(value, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")


def _misspelled(dice: random.Random, body: bytes) -> bytes:
    place = dice.randint(0, len(body))
    match dice.randrange(10):
        case 0:
            return body[:place]
        case 1:
            return body[:place] + dice.choice(words.JSON) + body[place:]
        case 2:
            return body.replace(b'"Intake"', dice.choice(words.JSON)).replace(b"1", dice.choice(words.JSON), 1)
        case 3:
            return dice.choice((b"[", b'{"a":', b"[{", b'"[')) * 100_000
        case 4:
            return b"[" * 1000 + b"]" * 1000
        case 5:
            return body.replace(b"{", b'{"name":1,"name":{"name":2},', 1)
        case 6:
            return body.decode().encode(dice.choice(("utf-16", "utf-32", "utf-8-sig", "utf-7")))
        case 7:
            return body + body
        case 8:
            return b" " * dice.choice((10, 1_100_000)) + body
        case _:
            return words.noise(dice, 80)


def _segment(dice: random.Random, name: str) -> str:
    if dice.random() < 0.8:
        return dice.choice(_IDS.get(name, _STRANGE_IDS))
    return dice.choice(_STRANGE_IDS) if dice.random() < 0.5 else quoted(words.text(dice)[:200]).decode()


def _conditions(dice: random.Random) -> list[Header]:
    tags = (b'"1"', b"*", b'"0"', b"\xff", '"١"'.encode(), b'"99999999999"', b'W/"1"', b'"1","2"', b"")
    return [(b"if-match", dice.choice(tags))] if dice.random() < 0.3 else []
