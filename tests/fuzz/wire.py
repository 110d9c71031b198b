"""What can be wrong with any request, whatever it says: its pieces, headers, method and target."""

from __future__ import annotations

import random
from itertools import pairwise

from msgspec.structs import replace

from tests.fuzz import words
from tests.fuzz.client import Request

Header = tuple[bytes, bytes]

METHODS = [
    "GET",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "BREW",
    "get",
    "",
    "É",
]
NAMES = (
    b"host content-type content-length transfer-encoding content-encoding accept accept-encoding accept-language "
    b"authorization x-auth-token cookie origin referer sec-fetch-site if-match if-none-match if-modified-since range "
    b"expect upgrade connection te x-forwarded-for x-forwarded-host x-forwarded-proto forwarded last-event-id "
    b"x-twilio-signature x-twilio-webhooks-signature-settings i-twilio-idempotency-token elevenlabs-signature "
    b"x-titus-secret access-control-request-method access-control-request-headers x-http-method-override"
).split()
VALUES = (
    b"",
    b" ",
    b",",
    b";",
    b"=",
    b'"',
    b"\xff\xfe",
    "é🙏".encode(),
    b"\0",
    b"a\r\nX-Evil: 1",
    b"-1",
    b"1e9",
    b"9" * 400,
    "١٢".encode(),
    b"*/*",
    b"text/*;q=x",
    b"application/json",
    b"application/json; charset=no-such-charset",
    b"application/json; charset=utf-16",
    b"application/x-www-form-urlencoded",
    b"multipart/form-data",
    b"multipart/form-data; boundary=",
    b"multipart/form-data; boundary=b; charset=nonsense",
    b"application/msgpack",
    b"chunked",
    b"gzip",
    b"Bearer",
    b"Bearer " + b"0" * 64,
    b"Basic Og==",
    b"authToken=" + b"0" * 64,
    b"authToken=\xff; authToken; =; ;;a",
    b'authToken="\\377\\"; x="',
    b'"-1"',
    b'W/"1"',
    b"bytes=0-,-1",
    b"key=x,algorithm=HMAC_SHA1",
    b"t=1,v0=00",
    b"https://evil.example",
    b"null",
    b"PUT",
    b"[::1",
    b"titus.example.org.au:port",
    b"a" * 20_000,
)
SEGMENTS = (
    *(".", "..", "%2e%2e", "%2F", "%00", "\0", "%ff%fe", "%ED%A0%80", "%", "%zz", "é", "%D9%A1", "%E2%80%AE", "~"),
    *("", "0", "-1", "9" * 400, "1.0", "1 ", "+61491570006", "CA" + "a" * 32, "a" * 9000, "null"),
    *("'", '"', "<x>", "*", "{id}"),
)


def sent(dice: random.Random, request: Request) -> Request:
    """The request as it arrives: always in pieces, often with something wrong about it."""
    if dice.random() < 0.25:
        request = replace(request, headers=_disturbed(dice, request.headers))
    if dice.random() < 0.03:
        request = replace(request, method=dice.choice(METHODS))
    body = b"".join(request.chunks)
    if body and dice.random() < 0.03:
        body = body[: dice.randrange(len(body))]
    return replace(request, chunks=_pieces(dice, body), leaves=request.leaves or dice.random() < 0.02)


def target(dice: random.Random, path: bytes) -> bytes:
    """The path with segments changed, added or repeated."""
    parts = path.split(b"/")
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(1, len(parts) + 1)
        segment = _spelled(dice.choice(SEGMENTS))
        parts[place : place + dice.randrange(2)] = [segment]
    return b"/" * dice.choice((0, 0, 0, 1, 2)) + b"/".join(parts)


def query(dice: random.Random, names: tuple[str, ...]) -> bytes:
    """Parameters of these names and of none, once and more often, well and badly written."""
    pieces = []
    for _ in range(dice.choice((1, 1, 2, 3, 5, 150))):
        name = _spelled(dice.choice(names) if names and dice.random() < 0.8 else words.text(dice)[:60])
        spell = dice.choice((_spelled, quoted))
        content = spell(words.text(dice)[:2000]) if dice.random() < 0.8 else words.noise(dice)
        pieces.append(name + dice.choice((b"=", b"=", b"=", b"", b"==", b"[]=")) + content)
    return dice.choice((b"&", b"&", b"&", b";", b"&&", b"?")).join(pieces)


def quoted(text: str) -> bytes:
    """Percent-encoded as forms are."""
    return b"".join(bytes((byte,)) if 48 <= byte < 58 or 97 <= byte < 123 else b"%%%02X" % byte for byte in _utf8(text))


def _spelled(text: str) -> bytes:
    return _utf8(text).replace(b"&", b"%26").replace(b"#", b"%23").replace(b" ", b"+")


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _disturbed(dice: random.Random, headers: tuple[Header, ...]) -> tuple[Header, ...]:
    """Some headers dropped, repeated, or with another value; some that nobody asked for."""
    kept = [header for header in headers if dice.random() < 0.9]
    for _ in range(dice.randint(1, 3)):
        names = [name for name, _ in headers] if headers and dice.random() < 0.5 else NAMES
        kept.insert(dice.randint(0, len(kept)), (dice.choice(names), dice.choice(VALUES)))
    if dice.random() < 0.02:
        kept += [(b"x-many", b"1")] * 2000
    return tuple(kept)


def _pieces(dice: random.Random, body: bytes) -> tuple[bytes, ...]:
    cuts = sorted(dice.randint(0, len(body)) for _ in range(dice.choice((0, 0, 1, 2, 7))))
    edges = [0, *cuts, len(body)]
    return tuple(body[start:end] for start, end in pairwise(edges))
