"""What a fault does to one request."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from titus_adapters.sandbox.airtable.desk import Desk
from titus_adapters.sandbox.airtable.faults import AttachmentsFail, CutOff, Hang, LoseAnswer, Nonsense, Refusal
from titus_adapters.sandbox.airtable.journal import Asked
from titus_adapters.sandbox.airtable.refusals import Refused
from titus_adapters.sandbox.airtable.rest.errors import encoded
from titus_adapters.sandbox.airtable.rest.visit import KEY

JSON = "application/json; charset=utf-8"


async def struck(desk: Desk, asked: Asked, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Hand the request on, unless the first fault that is due does something else."""
    fault = desk.faults.strike(asked.method, asked.path)
    asked.fault = type(fault).__name__ if fault is not None else ""
    match fault:
        case None:
            await app(scope, receive, send)
        case Refusal(status=status, kind=kind, message=words, retry_after=after):
            headers = {} if after is None else {"retry-after": after}
            await answer(send, status, encoded(Refused(status, kind, words)), JSON, headers)
        case Nonsense(body=text, status=status, content_type=kind):
            await answer(send, status, text.encode(), kind, {})
        case Hang(seconds=seconds):
            await desk.wait(seconds)
            await app(scope, receive, send)
        case CutOff(after=most):
            await _cut(app, scope, receive, send, most)
        case LoseAnswer():
            await _cut(app, scope, receive, send, 0)
        case AttachmentsFail():
            scope["state"][KEY].attachments_fail = True
            await app(scope, receive, send)


async def _cut(app: ASGIApp, scope: Scope, receive: Receive, send: Send, most: int) -> None:
    """Pass so many bytes on and then leave: the server ends the connection of an answer that was not ended."""
    left = most

    async def send_some(message: Message) -> None:
        nonlocal left
        if message["type"] == "http.response.body":
            message = {"type": "http.response.body", "body": message["body"][: max(0, left)], "more_body": True}
            left -= len(message["body"])
        await send(message)
        if message["type"] == "http.response.body" and left <= 0:
            work.cancel()

    work = asyncio.ensure_future(app(scope, receive, send_some))
    await asyncio.wait([work])
    if not work.cancelled():
        work.result()


async def answer(send: Send, status: int, body: bytes, kind: str, extra: Mapping[str, str]) -> None:
    headers = {"content-type": kind, "content-length": str(len(body)), **extra}
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body, "more_body": False})
