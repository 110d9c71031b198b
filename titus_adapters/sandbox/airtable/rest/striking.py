"""What a fault does to one request."""

from __future__ import annotations

from collections.abc import Mapping

from litestar.types import ASGIApp, Receive, Scope, Send

from titus_adapters.sandbox.airtable.desk import Desk
from titus_adapters.sandbox.airtable.faults import AttachmentsFail, CutOff, Hang, LoseAnswer, Nonsense, Refusal
from titus_adapters.sandbox.airtable.journal import Asked
from titus_adapters.sandbox.airtable.refusals import Refused
from titus_adapters.sandbox.airtable.rest.errors import encoded
from titus_adapters.sandbox.airtable.rest.visit import KEY
from titus_adapters.sandbox.cutting import cut_off

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
            await cut_off(app, scope, receive, send, most)
        case LoseAnswer():
            await cut_off(app, scope, receive, send, 0)
        case AttachmentsFail():
            scope["state"][KEY].attachments_fail = True
            await app(scope, receive, send)


async def answer(send: Send, status: int, body: bytes, kind: str, extra: Mapping[str, str]) -> None:
    headers = {"content-type": kind, "content-length": str(len(body)), **extra}
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body, "more_body": False})
