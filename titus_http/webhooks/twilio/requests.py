"""A request of Twilio's as ASGI brings it, read within bounds, and its answer."""

from __future__ import annotations

from collections.abc import Mapping

from litestar.types import HTTPScope, Receive, Send

from titus_core.kernel.ids import CallId
from titus_http.webhooks.twilio.body import MAX_BYTES, Form, Malformed, parse_form, parse_query


def form_of(scope: HTTPScope, raw: bytes, query_string: bytes, headers: Mapping[bytes, bytes]) -> Form | Malformed:
    """A GET carries the fields in its query (`twilio.md` §1.2)."""
    if scope["method"] == "GET":
        return parse_query(query_string)
    return parse_form(raw, headers.get(b"content-type", b"").decode("latin-1"))


def target_of(scope: HTTPScope) -> bytes:
    """The request target as it stood on the wire: a decoded path would not be what was signed."""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    path = path.partition(b"?")[0]
    return path + b"?" + query if query else path


def text_of(headers: Mapping[bytes, bytes], name: str) -> str | None:
    value = headers.get(name.lower().encode())
    return None if value is None else value.decode("latin-1")


async def body_of(receive: Receive) -> bytes | None:
    """The whole body; None if it is too long, or its sender is gone. How long it may take is the server's business
    (`titus_http/connections.py`)."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > MAX_BYTES:
            return None
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


async def respond(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/xml"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def call_of(form: Form, query: Form) -> CallId | None:
    """The caller's own call, for logs and traces: our URLs name it, and Twilio names it for legs rung for it."""
    fields = form.fields
    named = query.fields.get("callSid") or fields.get("ParentCallSid") or fields.get("CallSid")
    return CallId(named) if named else None
