"""Which requests there are, and how often."""

from __future__ import annotations

import random
from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from tests.fuzz import staff, webhooks, wire, words
from tests.fuzz.client import Request
from tests.fuzz.document import Document
from tests.fuzz.target import Target
from titus_http.routes.legacy import ALIASES, NOT_BUILT

AUTHENTIC = frozenset({b"authorization", b"x-auth-token", b"cookie", b"x-titus-secret"})
_SIGNED = frozenset({b"x-twilio-signature", b"elevenlabs-signature"})
_PLACES = ("/", "/index.html", "/schema", "/schema/openapi.json", "/problems", "/problems/stale", "/api/health", "/api")


class Sent(msgspec.Struct, frozen=True):
    """`trusted`: whoever sent it could prove who they are, so it may change something."""

    kind: str
    request: Request
    trusted: bool


Make = Callable[[random.Random, Target, Document], tuple[Request, bool]]


def _webhook(dice: random.Random, target: Target, document: Document) -> tuple[Request, bool]:
    return webhooks.twilio(dice), True


def _unsigned_webhook(dice: random.Random, target: Target, document: Document) -> tuple[Request, bool]:
    request = webhooks.twilio(dice) if dice.random() < 0.8 else webhooks.elevenlabs(dice, _now(target))
    return _without(request, _SIGNED | AUTHENTIC), False


def _elevenlabs(dice: random.Random, target: Target, document: Document) -> tuple[Request, bool]:
    return webhooks.elevenlabs(dice, _now(target)), True


def _operation(dice: random.Random, target: Target, document: Document) -> tuple[Request, bool]:
    return staff.operation(dice, target, document), True


def _anonymous(dice: random.Random, target: Target, document: Document) -> tuple[Request, bool]:
    request = _without(staff.operation(dice, target, document), AUTHENTIC)
    # Signing in with the right password is the one thing that a stranger can change.
    return request, request.target.startswith(b"/api/auth/login")


def _path(dice: random.Random, target: Target, document: Document) -> tuple[Request, bool]:
    """An address that may be near one that exists, asked for by somebody or nobody."""
    known = [*_PLACES, *_addresses(), *(operation.path for operation in document.operations)]
    path = dice.choice(known).encode()
    line = wire.target(dice, path) if dice.random() < 0.8 else path
    line += b"?" + wire.query(dice, ("since", "limit", "token")) if dice.random() < 0.2 else b""
    headers = [staff.HOST, *(staff.credentials(dice, target) if dice.random() < 0.5 else ())]
    method = dice.choice(("GET", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"))
    chunks = (words.noise(dice),) if method not in {"GET", "HEAD", "OPTIONS"} else ()
    return Request(method=method, target=line, headers=tuple(headers), chunks=chunks), len(headers) > 1


class Share(msgspec.Struct, frozen=True):
    """`trusted`: so that some of them must be taken."""

    kind: str
    make: Make
    weight: int
    trusted: bool = False


SHARES = (
    Share("webhook, signed", _webhook, 35, trusted=True),
    Share("webhook, unsigned", _unsigned_webhook, 8),
    Share("elevenlabs, signed", _elevenlabs, 5, trusted=True),
    Share("operation, signed in", _operation, 32, trusted=True),
    Share("operation, anonymous", _anonymous, 8),
    Share("address", _path, 12),
)
_WEIGHTS = [share.weight for share in SHARES]


def one(seed: int, target: Target, document: Document) -> Sent:
    """The request of this seed."""
    dice = words.dice_of(seed)
    [share] = dice.choices(SHARES, _WEIGHTS)
    request, trusted = share.make(dice, target, document)
    return Sent(share.kind, wire.sent(dice, request), trusted)


def _without(request: Request, names: frozenset[bytes]) -> Request:
    return replace(request, headers=tuple(header for header in request.headers if header[0] not in names))


def _now(target: Target) -> int:
    return int(target.world.clock.now().timestamp())


def _addresses() -> list[str]:
    planned = [entry.split()[1].replace("/**", "/x").replace("*", "7") for entry in NOT_BUILT]
    return [alias for alias, _ in ALIASES] + planned
