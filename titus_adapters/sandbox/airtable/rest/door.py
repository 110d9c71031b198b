"""Where every request comes in: who is it, may they ask again so soon, and what goes wrong with it?"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote_plus

import msgspec
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, ReceiveMessage, Scope, Send

from titus_adapters.sandbox.airtable.accounts import Token
from titus_adapters.sandbox.airtable.desk import Desk
from titus_adapters.sandbox.airtable.journal import Asked
from titus_adapters.sandbox.airtable.limits import Asking
from titus_adapters.sandbox.airtable.refusals import Refused, unauthenticated
from titus_adapters.sandbox.airtable.rest.errors import encoded
from titus_adapters.sandbox.airtable.rest.routing import pieces_of
from titus_adapters.sandbox.airtable.rest.striking import JSON, answer, struck
from titus_adapters.sandbox.airtable.rest.visit import KEY, Visit


class Door(ASGIMiddleware):
    """Any token will do unless `strict`: then only those that the sandbox knows."""

    def __init__(self, desk: Callable[[], Desk], *, strict: bool) -> None:
        # Asked for, because Litestar copies middleware deeply, its arguments included.
        self._desk = desk
        self._strict = strict

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        desk = self._desk()
        _remember_address(desk, scope)
        asked = desk.journal.note(_asked(desk, scope))
        send, receive = _noting(asked, send), _keeping(asked, receive)
        token = self._token(desk, scope)
        if token is None:
            await answer(send, 401, encoded(unauthenticated()), JSON, {})
            return
        asked.user_id = token.user_id
        refused, headers = _judged(desk, asked)
        if refused is not None:
            await answer(send, refused.status, refused.body, JSON, headers)
            return
        pace = desk.house.pace
        await desk.wait(pace.latency + (desk.house.ids.within(0, pace.latency_spread) if pace.latency_spread else 0))
        scope["state"][KEY] = Visit(desk, token)
        await struck(desk, asked, next_app, scope, receive, send)

    def _token(self, desk: Desk, scope: Scope) -> Token | None:
        header = next((value for name, value in scope["headers"] if name == b"authorization"), b"").decode("latin-1")
        word, _, secret = header.partition(" ")
        if word.lower() != "bearer" or not secret.strip():
            return None
        known = desk.tokens.get(secret.strip())
        return known if known is not None or self._strict else Token(secret=secret.strip())


def _remember_address(desk: Desk, scope: Scope) -> None:
    if not desk.moves:
        return
    host = next((value for name, value in scope["headers"] if name == b"host"), b"airtable.test").decode("latin-1")
    desk.house.url = f"{scope['scheme']}://{host}/airtable"


def _asked(desk: Desk, scope: Scope) -> Asked:
    pieces = pieces_of(scope)
    path = "/".join(["/v0", *pieces])
    base_id = next((piece for piece in pieces[:3] if piece in desk.bases), "")
    query: bytes = scope["query_string"]
    return Asked(
        at=desk.now(),
        method=str(scope.get("method")),
        path=path,
        query=unquote_plus(query.decode("latin-1")),
        base_id=base_id,
        length=len(desk.house.url) + len(scope.get("raw_path") or scope["path"]) + len(query),
    )


class _Refused(msgspec.Struct, frozen=True):
    status: int
    body: bytes


def _judged(desk: Desk, asked: Asked) -> tuple[_Refused | None, dict[str, str]]:
    """What the limits say, in Airtable's words; None lets it pass."""
    house, base = desk.house, desk.bases.get(asked.base_id)
    if asked.length >= house.limits.url:
        error = Refused(house.switches.long_url, "REQUEST_TOO_LARGE", "Request URL is too long")
        return _Refused(error.status, encoded(error)), {}
    asking = Asking(
        at=asked.at,
        user_id=asked.user_id,
        base_id=asked.base_id,
        workspace_id=base.workspace_id if base is not None else "",
        is_meta=asked.path.startswith("/v0/meta"),
    )
    verdict = desk.meter.judge(asking, house.limits, house.switches)
    if verdict == "admitted":
        return None, {}
    if verdict == "quota_used_up":
        return _Refused(429, encoded(_quota())), {}
    locked = max(desk.meter.locked_for(key, asked.at) for key in (asked.base_id, asked.user_id))
    headers = {"retry-after": str(max(1, round(locked)))} if house.switches.retry_after_on_429 else {}
    return _Refused(429, _too_fast(plural=house.switches.rate_limit_envelope == "plural")), headers


def _quota() -> Refused:
    return Refused(
        429,
        "PUBLIC_API_BILLING_LIMIT_EXCEEDED",
        "API billing plan limit exceeded. You've reached the maximum number of requests allowed for this month.",
    )


def _too_fast(*, plural: bool) -> bytes:
    kind, words = "RATE_LIMIT_REACHED", "Rate limit exceeded. Please try again later"
    if plural:
        return msgspec.json.encode({"errors": [{"error": kind, "message": words}]})
    return encoded(Refused(429, kind, words))


def _noting(asked: Asked, send: Send) -> Send:
    async def note(message: Message) -> None:
        if message["type"] == "http.response.start":
            asked.status = message["status"]
        await send(message)

    return note


def _keeping(asked: Asked, receive: Receive) -> Receive:
    async def keep() -> ReceiveMessage:
        message = await receive()
        if message["type"] == "http.request":
            asked.body += message["body"]
        return message

    return keep
