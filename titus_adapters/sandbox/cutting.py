"""An answer whose connection ends too early."""

from __future__ import annotations

import asyncio

from litestar.types import ASGIApp, Message, Receive, Scope, Send


async def cut_off(app: ASGIApp, scope: Scope, receive: Receive, send: Send, most: int) -> None:
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
