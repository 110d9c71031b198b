"""The signed self-test: it proves that a good signature is accepted, and leaves no trace."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from titus_adapters.memory.world import World
from titus_http import bootstrap, settings
from titus_http.cli.self_test import Finding, self_test
from titus_http.settings import Settings

TOKEN, NEXT, SHARED = "a-token-of-the-account", "the-next-token-of-it", "a-shared-keys-secret"
SET = {
    "BASE_URL": bootstrap.TEST_BASE_URL,
    "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "TWILIO_AUTH_TOKEN": f"{TOKEN},{NEXT}",
    "TWILIO_SHARED_KEYS": f"key_1:{SHARED}",
}
SERVED: dict[str, Any] = {
    "auth_tokens": (TOKEN, NEXT),
    "shared_keys": {"key_1": SHARED},
    "accounts": frozenset({SET["TWILIO_ACCOUNT_SID"]}),
}


class Untouchable:
    """A store that nobody may begin anything on."""

    async def transact(self, work: object, command: object, /) -> object:
        raise AssertionError(f"{work} was begun")


async def findings(known: Settings, app: Any) -> list[Finding]:
    return [finding async for finding in self_test(known, httpx.ASGITransport(app=app))]


async def test_a_server_with_our_secrets_accepts_each_and_refuses_a_forgery() -> None:
    found = await findings(settings.read(SET), bootstrap.build_for(World(), **SERVED).app)
    assert [(finding.what, finding.good) for finding in found] == [
        ("BASE_URL", True),
        ("webhook signed by a forged signature", True),
        ("webhook signed by TWILIO_AUTH_TOKEN 1", True),
        ("webhook signed by TWILIO_AUTH_TOKEN 2", True),
        ("webhook signed by TWILIO_SHARED_KEYS key_1", True),
    ]


async def test_nothing_is_recorded() -> None:
    app = bootstrap.build_for(World(), storage=Untouchable(), **SERVED).app
    assert all(finding.good for finding in await findings(settings.read(SET), app))


@pytest.mark.parametrize(
    "served",
    [
        SERVED | {"auth_tokens": ("another-token", NEXT)},
        SERVED | {"base_url": "https://elsewhere.example.org.au", "auth_tokens": (TOKEN, NEXT)},
        SERVED | {"accounts": frozenset({"AC" + "2" * 32})},
    ],
    ids=["another token", "another base URL", "another account"],
)
async def test_a_server_that_would_refuse_twilio_is_found_out(served: dict[str, Any]) -> None:
    found = await findings(settings.read(SET), bootstrap.build_for(World(), **served).app)
    bad = [finding for finding in found if not finding.good]
    assert [finding.what for finding in bad][:1] == ["webhook signed by TWILIO_AUTH_TOKEN 1"]
    assert bad[0].told.startswith("refused: ")
    assert TOKEN not in str(bad)


async def test_a_server_that_checks_nothing_is_found_out() -> None:
    async def careless(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 400, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    found = await findings(settings.read(SET), careless)
    assert found[1].told == "accepted: the server does not check signatures"


async def test_another_server_is_not_taken_for_titus() -> None:
    async def page(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"<html>"})

    assert not any(finding.good for finding in await findings(settings.read(SET), page))


async def test_a_base_url_where_nobody_listens_is_one_finding() -> None:
    class Nobody(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("nobody", request=request)

    (found,) = [finding async for finding in self_test(settings.read(SET), Nobody())]
    assert (found.what, found.good) == ("BASE_URL", False)


async def test_without_secrets_webhooks_are_off_and_not_tried() -> None:
    known = settings.read({"BASE_URL": bootstrap.TEST_BASE_URL})
    found = await findings(known, bootstrap.build_for(World()).app)
    assert [(finding.what, finding.good) for finding in found] == [("BASE_URL", True), ("webhooks", True)]
