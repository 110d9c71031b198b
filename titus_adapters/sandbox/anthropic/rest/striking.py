"""Every answer gets a request id; some are struck by a fault."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from titus_adapters.sandbox.anthropic.faults import CutOff, Drip, Hang, Nonsense, Refusal, StreamEnd, StreamError
from titus_adapters.sandbox.anthropic.rest.errors import envelope
from titus_adapters.sandbox.anthropic.sandbox import AnthropicSandbox


class Striking(ASGIMiddleware):
    """Lets the faults happen to the routes below it."""

    def __init__(self, sandbox: Callable[[], AnthropicSandbox]) -> None:
        # Asked for, because Litestar copies middleware deeply, its arguments included.
        self._sandbox = sandbox

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        sandbox = self._sandbox()
        request_id = sandbox.next_id("req")
        scope["state"]["request_id"] = request_id

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"request-id", request_id.encode())]
            await send(message)

        match sandbox.faults.strike(scope["path"]):
            case None:
                await next_app(scope, receive, named)
            case Refusal(status=status, kind=kind, message=words, retry_after=after):
                headers = {} if after is None else {"retry-after": after, "anthropic-ratelimit-requests-remaining": "0"}
                await _answer(named, status, envelope(kind, words, request_id), "application/json", headers)
            case Nonsense(body=text, status=status, content_type=kind, headers=headers):
                await _answer(named, status, text.encode(), kind, headers)
            case Hang(seconds=seconds):
                await asyncio.sleep(seconds)
                await next_app(scope, receive, named)
            case CutOff(after=most):
                await _until(next_app, scope, receive, named, _bytes(most))
            case StreamEnd(after=most):
                await _until(next_app, scope, receive, named, _events(most, b""))
            case StreamError(after=most, kind=kind, message=words):
                last = b"event: error\ndata: " + envelope(kind, words, request_id) + b"\n\n"
                await _until(next_app, scope, receive, named, _events(most, last))
            case Drip(pause=pause, size=size):
                await next_app(scope, receive, _slowly(named, pause, size))


_Pieces = Callable[[Message], tuple[Message, bool]]
"""What becomes of a message, and whether it is the last one."""


async def _until(app: ASGIApp, scope: Scope, receive: Receive, send: Send, pieces: _Pieces) -> None:
    """Pass messages on and leave early: the server ends the connection of an answer that was not ended."""

    async def send_some(message: Message) -> None:
        message, last = pieces(message)
        await send(message)
        if last:
            work.cancel()

    work = asyncio.ensure_future(app(scope, receive, send_some))
    await asyncio.wait([work])
    if not work.cancelled():
        work.result()


def _bytes(most: int) -> _Pieces:
    left = most

    def pieces(message: Message) -> tuple[Message, bool]:
        nonlocal left
        if message["type"] != "http.response.body":
            return message, False
        body = message["body"][: max(0, left)]
        left -= len(message["body"])
        return {"type": "http.response.body", "body": body, "more_body": True}, left <= 0

    return pieces


def _events(most: int, last: bytes) -> _Pieces:
    """A stream's messages are its events; `last` takes the place of the one after so many."""
    streams, count = False, 0

    def pieces(message: Message) -> tuple[Message, bool]:
        nonlocal streams, count
        if message["type"] == "http.response.start":
            streams = any(name == b"content-type" and b"event-stream" in value for name, value in message["headers"])
        elif streams and message["type"] == "http.response.body":
            count += 1
            if count > most:
                return {"type": "http.response.body", "body": last, "more_body": False}, True
        return message, False

    return pieces


def _slowly(send: Send, pause: float, size: int) -> Callable[[Message], Awaitable[None]]:
    async def send_later(message: Message) -> None:
        if message["type"] == "http.response.body":
            body = message["body"]
            for start in range(0, len(body), size):
                await asyncio.sleep(pause)
                await send({"type": "http.response.body", "body": body[start : start + size], "more_body": True})
            message = {"type": "http.response.body", "body": b"", "more_body": message["more_body"]}
        await send(message)

    return send_later


async def _answer(send: Send, status: int, body: bytes, kind: str, extra: Mapping[str, str]) -> None:
    headers = {"content-type": kind, "content-length": str(len(body)), **extra}
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body, "more_body": False})
