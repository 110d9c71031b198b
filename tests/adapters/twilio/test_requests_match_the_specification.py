"""What we ask of Twilio's API is in its published specification: paths, methods, query names, form names. (What the
sandbox answers is held against it in tests/adapters/sandbox.)"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

import httpx

from tests.adapters.sandbox.reference import needs_reference, openapi
from tests.adapters.twilio.exchange import SandboxExchange
from tests.adapters.twilio.test_dialler_contract import OnTwilio as Asking
from tests.adapters.twilio.test_dialler_contract import asking as a_request
from tests.adapters.twilio.test_numbers import set_up, set_up_application

pytestmark = needs_reference


def operation(document: dict[str, Any], request: httpx.Request) -> dict[str, Any]:
    """The documented operation that this request is."""
    path = request.url.path.removeprefix("/twilio")
    for template, operations in document["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and request.method.lower() in operations:
            found: dict[str, Any] = operations[request.method.lower()]
            return found
    raise AssertionError(f"{request.method} {path} is not documented")


def query_names(described: dict[str, Any]) -> set[str]:
    return {parameter["name"] for parameter in described.get("parameters", ()) if parameter["in"] == "query"}


def form_names(described: dict[str, Any]) -> set[str]:
    content = described.get("requestBody", {}).get("content", {})
    return set(content.get("application/x-www-form-urlencoded", {}).get("schema", {}).get("properties", {}))


async def test_every_request_is_documented() -> None:
    exchange = SandboxExchange()
    async with exchange.api:
        call = await exchange.ring()
        await exchange.telephony.call(call)
        await exchange.telephony.legs(call)
        await exchange.telephony.live_calls()
        await set_up(exchange.api)
        await set_up_application(exchange)
        asking = Asking(exchange)
        await asking.dialler.dial(a_request(asking))
        await asking.dialler.look_for(a_request(asking))
    document = openapi()
    methods = {request.method for request in exchange.transport.requests}
    assert methods == {"GET", "POST"}
    for request in exchange.transport.requests:
        described = operation(document, request)
        asked = {name for name, _ in parse_qsl(request.url.query.decode(), keep_blank_values=True)}
        told = {name for name, _ in parse_qsl(request.content.decode(), keep_blank_values=True)}
        assert asked <= query_names(described), request.url
        assert told <= form_names(described), request.url
