"""Webhooks that somebody else made, or changed on the way (`reliability-and-security.md` W1 to W5)."""

from __future__ import annotations

import random
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import parse_qsl

import msgspec
from msgspec.structs import replace

from tests.fuzz import words
from tests.fuzz.client import Request
from tests.fuzz.target import AUTH_TOKEN, ELEVENLABS_SECRET, SHARED_KEY, SHARED_SECRET
from tests.fuzz.webhooks import FIELDS, FORM, HOOK, OTHER_TYPES, QUERIES, body_of, post_call, signature, valid
from titus_http.webhooks.twilio.body import Malformed, parse_form, parse_query
from titus_http.webhooks.twilio.signature import TwilioVerifier

SETTINGS = f"key={SHARED_KEY},algorithm=HMAC_SHA256".encode()
STRANGER = "the token of another account"


class Webhook(msgspec.Struct, frozen=True):
    """What decides whether a webhook is taken. `signature` and `settings` are headers, None when absent."""

    target: bytes
    body: bytes
    signature: bytes | None
    settings: bytes | None = None
    method: str = "POST"
    kind: bytes = FORM

    def request(self, *more: tuple[bytes, bytes]) -> Request:
        headers = [(b"host", b"titus.example.org.au"), (b"content-type", self.kind), *more]
        if self.signature is not None:
            headers.append((b"x-twilio-signature", self.signature))
        if self.settings is not None:
            headers.append((b"x-twilio-webhooks-signature-settings", self.settings))
        return Request(method=self.method, target=self.target, headers=tuple(headers), chunks=(self.body,))

    def means(self, other: Webhook) -> bool:
        """Whether both say the same, in two spellings of one form, as the standard library reads it."""
        same = replace(self, body=other.body) == other
        return same and (self.method == "GET" or _read(self.body) == _read(other.body))


def _read(body: bytes) -> list[tuple[str, str]]:
    return sorted(parse_qsl(body.decode("latin-1"), keep_blank_values=True, encoding="latin-1"))


def genuine(dice: random.Random) -> Webhook:
    """One that Twilio sent, signed with the account's token or with the shared key."""
    route = dice.choice(tuple(FIELDS))
    body = body_of(valid(dice, route))
    query = b"&".join(name.encode() + b"=" + dice.choice(values).encode() for name, values in QUERIES.items())
    target = HOOK + route.encode() + (b"?" + query if dice.random() < 0.6 else b"")
    if dice.random() < 0.25:
        return Webhook(target, body, signature(target, body, SHARED_SECRET, "sha256"), SETTINGS)
    return Webhook(target, body, signature(target, body))


def forged(dice: random.Random) -> tuple[str, Webhook]:
    """How it was forged, and the forgery. It says something that nobody with a key has signed."""
    for _ in range(20):
        true = genuine(dice)
        name = dice.choice(tuple(FORGERIES))
        false = FORGERIES[name](dice, true)
        if not false.means(true):
            return name, false
    raise AssertionError("every change meant the same")


def accepted(verifier: TwilioVerifier, webhook: Webhook) -> bool:
    """Whether the verifier takes it, asked as the edge asks it."""
    form = parse_form(webhook.body, webhook.kind.decode("latin-1"))
    query = parse_query(webhook.target.partition(b"?")[2])
    if isinstance(query, Malformed) or (webhook.method == "POST" and isinstance(form, Malformed)):
        return False
    verdict = verifier.verify(
        webhook.target,
        form if webhook.method == "POST" and not isinstance(form, Malformed) else None,
        webhook.body,
        signature=_text(webhook.signature),
        settings=_text(webhook.settings),
    )
    return bool(verdict)


def _text(header: bytes | None) -> str | None:
    return None if header is None else header.decode("latin-1")


def _flipped(dice: random.Random, data: bytes) -> bytes:
    number = int.from_bytes(data, "big") ^ (1 << dice.randrange(8 * len(data)))
    return number.to_bytes(len(data), "big")


def _url(dice: random.Random, true: Webhook) -> Webhook:
    return replace(true, target=b"/" + _flipped(dice, true.target[1:]))


def _parameter(dice: random.Random, true: Webhook) -> Webhook:
    """Another value, another name, one field less or more, or a second one of the same name."""
    fields = true.body.split(b"&")
    place = dice.randrange(len(fields))
    name, _, value = fields[place].partition(b"=")
    changed = dice.choice(
        (
            [name + b"=" + _flipped(dice, value or b"\0")],
            [_flipped(dice, name) + b"=" + value],
            [],
            [fields[place], b"Extra=" + value],
            [fields[place], fields[place]],
            [fields[place], name + b"=other"],
        )
    )
    return replace(true, body=b"&".join([*fields[:place], *changed, *fields[place + 1 :]]))


def _signature(dice: random.Random, true: Webhook) -> Webhook:
    assert true.signature is not None
    good = true.signature
    options = (
        _flipped(dice, good),
        good[: dice.randrange(len(good))],
        good + dice.choice((b"=", b" ", b",", b"A", b"\xff", good)),
        dice.choice((b" ", b"\xc3\xa9", b"sha1=")) + good,
        good.swapcase(),
        good.rstrip(b"="),
        urlsafe_b64encode(b"\xff" * 20),
        b"",
        words.noise(dice),
        words.any_text(dice)[:200].encode("utf-8", "surrogatepass"),
        b64encode(dice.randbytes(20)),
    )
    changed = dice.choice(options)
    return replace(true, signature=changed if changed != good else good + b"!")


def _stranger(dice: random.Random, true: Webhook) -> Webhook:
    """Signed well, with a key that is not ours, that is empty, or that is ours for something else."""
    secret = dice.choice((STRANGER, "", SHARED_SECRET, ELEVENLABS_SECRET, AUTH_TOKEN[:-1], AUTH_TOKEN + " "))
    return replace(true, signature=signature(true.target, true.body, secret), settings=None)


def _algorithm(dice: random.Random, true: Webhook) -> Webhook:
    """Signed with a good secret under an algorithm that it is not for."""
    secret, digest = dice.choice(((SHARED_SECRET, "sha1"), (AUTH_TOKEN, "sha256"), (SHARED_SECRET, "md5")))
    named = dice.choice((b"HMAC_SHA1", b"HMAC_SHA256", b"none", b"", b"hmac_sha256", b"HMAC_MD5"))
    settings = dice.choice((b"key=" + SHARED_KEY.encode() + b",algorithm=" + named, None, b""))
    return replace(true, signature=signature(true.target, true.body, secret, digest), settings=settings)


def _settings(dice: random.Random, true: Webhook) -> Webhook:
    """Signed with the shared key, but the header that says so is gone, or says it badly; or signed with the token, and
    a header says otherwise."""
    bad = (
        SETTINGS + b",key=other",
        SETTINGS + b"," + SETTINGS,
        SETTINGS.replace(b"webhooks", b"other"),
        SETTINGS.replace(b"SHA256", b"SHA1"),
        SETTINGS[:-1],
        b"\xff",
        b"=",
    )
    if dice.random() < 0.5:
        return replace(true, signature=signature(true.target, true.body), settings=dice.choice((SETTINGS, *bad)))
    shared = signature(true.target, true.body, SHARED_SECRET, "sha256")
    return replace(true, signature=shared, settings=dice.choice((None, b"", *bad)))


def _elsewhere(dice: random.Random, true: Webhook) -> Webhook:
    """Signed for another path or query, or as another method."""
    if dice.random() < 0.3:
        # What was signed with its body is no GET; and no GET has a body, which nobody would have signed.
        signed = dice.choice((true.signature, signature(true.target, b"")))
        return replace(true, method="GET", signature=signed, settings=None)
    other = dice.choice((true.target + b"&a=1", true.target + b"/", true.target.upper(), HOOK + b"status?x=1"))
    return replace(true, target=other if other != true.target else true.target + b"#")


def _body(dice: random.Random, true: Webhook) -> Webhook:
    """One bit of what is on the wire; or a body of another kind, whose hash nobody signed."""
    if dice.random() < 0.8:
        return replace(true, body=_flipped(dice, true.body))
    return replace(true, kind=dice.choice(OTHER_TYPES), body=b'{"CallSid":"CA1"}')


FORGERIES: dict[str, Callable[[random.Random, Webhook], Webhook]] = {
    "bit of the url": _url,
    "parameter": _parameter,
    "bit of the body": _body,
    "signature": _signature,
    "no signature": lambda dice, true: replace(true, signature=None),
    "another key": _stranger,
    "another algorithm": _algorithm,
    "settings of the signature": _settings,
    "another address": _elsewhere,
}


def forged_post_call(dice: random.Random, now: int, body: bytes) -> tuple[str, bytes, bytes]:
    """How it was forged, the body, and the header."""
    sent = str(now - dice.randint(-299, 1799))
    good = post_call(body, sent)
    match dice.randrange(9):
        case 0:
            return "bit of the header", body, _flipped(dice, good)
        case 1:
            return "bit of the body", _flipped(dice, body), good
        case 2:
            return "another key", body, post_call(body, sent, dice.choice((STRANGER, "", AUTH_TOKEN)))
        case 3:
            late = now - dice.choice((1801, 3600, 10**9 - 1, -301, -(10**9)))
            return "another time", body, post_call(body, str(late))
        case 4:
            return "truncated", body, good[: dice.randrange(len(good))]
        case 5:
            return "repeated time", body, good + b",t=" + str(now).encode()
        case 6:
            odd = dice.choice((f" {sent}", f"{sent}.0", f"+{sent}", f"-{sent}", f"{sent}e0", "", "²", f"0x{now:x}"))
            return "odd time", body, post_call(body, odd)
        case 7:
            other = dice.choice((b"v1=", b"v00=", b"V0=", b"v0:", b" v0="))
            return "other scheme", body, good.replace(b"v0=", other)
        case _:
            return "noise", body, dice.choice((b"", words.noise(dice), words.text(dice)[:500].encode()))
