"""Asking a model, and counting what a question would take."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.response import Stream

from titus_adapters.sandbox.anthropic.replies import input_tokens
from titus_adapters.sandbox.anthropic.rest.bodies import read, room
from titus_adapters.sandbox.anthropic.rest.shapes import Answer, answered, events, message
from titus_adapters.sandbox.anthropic.sandbox import AnthropicSandbox, Asked

Sandbox = NamedDependency[AnthropicSandbox]
_SECRET = ("authorization", "x-api-key")


@post("/messages", status_code=200)
async def create_message(request: Request[Any, Any, Any], sandbox: Sandbox) -> Response[Any]:
    body, model = read(await request.body(), sandbox.catalogue, request.headers["anthropic-version"])
    most = room(body, model)
    _note(request, body, sandbox)
    reply = sandbox.reply_to(body)
    answer = answered(sandbox.next_id("msg"), reply, body["model"], input_tokens(body), most)
    if body.get("stream") is True:
        return Stream(_sent(answer), media_type="text/event-stream")
    return Response(message(answer))


@post("/messages/count_tokens", status_code=200)
async def count_tokens(request: Request[Any, Any, Any], sandbox: Sandbox) -> Response[Any]:
    body, _ = read(await request.body(), sandbox.catalogue, request.headers["anthropic-version"])
    _note(request, body, sandbox)
    return Response({"input_tokens": input_tokens(body)})


def _note(request: Request[Any, Any, Any], body: dict[str, Any], sandbox: AnthropicSandbox) -> None:
    headers = {name: value for name, value in request.headers.items() if name not in _SECRET}
    sandbox.asked.append(Asked(request.scope["state"]["request_id"], request.url.path, headers, body))


async def _sent(answer: Answer) -> AsyncIterator[bytes]:
    for event in events(answer):
        yield f"event: {event['type']}\ndata: ".encode() + msgspec.json.encode(event) + b"\n\n"
