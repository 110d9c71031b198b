"""Twilio's own client, led to the sandbox instead of the internet."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from tests.adapters.sandbox.toy import Stage
from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.twilio.part import twilio_part

BASE = "http://sandbox.test/twilio"


class RewritingClient(AsyncHttpClient):  # type: ignore[misc]
    """Sends what is meant for api.twilio.com to the sandbox."""

    def __init__(self, web: httpx.AsyncClient) -> None:
        super().__init__(logging.getLogger(__name__), True)
        self._web = web

    async def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        **_: object,
    ) -> Response:
        url = uri.replace("https://api.twilio.com", BASE)
        given: dict[str, Any] = {"params": params, "data": data, "headers": headers, "auth": auth}
        response = await self._web.request(method, url, **given)
        return Response(response.status_code, response.text, dict(response.headers))


@asynccontextmanager
async def sandbox_web(scene: Stage, *, strict: bool = False) -> AsyncIterator[httpx.AsyncClient]:
    """The sandbox's server, without a socket."""
    app: Any = create_sandbox_app(twilio_part(scene.twilio, strict=strict, speed=None))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as web:
        yield web


@asynccontextmanager
async def official_client(scene: Stage) -> AsyncIterator[Any]:
    """`twilio.rest.Client`, signed in with the account's credentials."""
    account = scene.twilio.board.account
    async with sandbox_web(scene) as web:
        yield Client(account.sid, account.auth_token, http_client=RewritingClient(web))
