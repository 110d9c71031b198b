"""Airtable pings: whatever is signed is kept, and what is about our base makes somebody look."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import AsyncIterator

import httpx
import pytest

from titus_adapters.memory.world import World
from titus_core.jobs.causes import Kind
from titus_http.bootstrap import TEST_BASE_URL, build_for
from titus_http.webhooks.airtable.routes import PING
from titus_http.webhooks.airtable.signature import HEADER, AirtableVerifier, Verdict

KEY = b"a key that was told once"
SECRET = b64encode(KEY).decode()
BASE = "appTitusSandbox00"
TOLD = (
    b'{"base":{"id":"appTitusSandbox00"},"webhook":{"id":"achTitus000000000"},"timestamp":"2026-12-01T01:02:03.004Z"}'
)


def mac(body: bytes, key: bytes = KEY) -> str:
    return "hmac-sha256=" + hmac.new(key, body, "sha256").hexdigest()


class Airtable:
    """Somebody who pings."""

    def __init__(self, secret: str = SECRET) -> None:
        self.world = World()
        titus = build_for(self.world, airtable_secret=secret, base_id=BASE)
        transport = httpx.ASGITransport(app=titus.app)  # type: ignore[arg-type]  # both mean ASGI
        self.http = httpx.AsyncClient(transport=transport, base_url=TEST_BASE_URL)

    async def ping(self, body: bytes, header: str | None = None) -> int:
        headers = {HEADER: mac(body) if header is None else header} if header != "" else {}
        return (await self.http.post(PING, content=body, headers=headers)).status_code

    @property
    def kept(self) -> list[str]:
        return [one.delivery.body for one in self.world.store._state.deliveries.values()]

    @property
    def jobs(self) -> list[str]:
        return [one.kind for one in self.world.store._state.jobs.values()]


@pytest.fixture
async def airtable() -> AsyncIterator[Airtable]:
    airtable = Airtable()
    yield airtable
    await airtable.http.aclose()


async def test_a_ping_is_kept_and_somebody_looks(airtable: Airtable) -> None:
    assert await airtable.ping(TOLD) == 200
    assert airtable.kept == [TOLD.decode()]
    assert airtable.jobs == [Kind.NOTE_RECORD_CHANGES]


async def test_a_ping_that_comes_again_is_the_same_one(airtable: Airtable) -> None:
    assert [await airtable.ping(TOLD), await airtable.ping(TOLD)] == [200, 200]
    assert len(airtable.kept) == 1


@pytest.mark.parametrize(
    "body",
    [
        TOLD.replace(b"appTitusSandbox00", b"appSomebodyElse00"),
        b'{"base":"appTitusSandbox00"}',
        b"{}",
        b"[" * 10_000,
        b"no JSON",
        b"\xff\xfe\x00",
        b"",
    ],
)
async def test_what_is_signed_but_not_understood_is_kept_as_it_came(airtable: Airtable, body: bytes) -> None:
    assert await airtable.ping(body) == 200
    assert airtable.kept == [body.decode("utf-8", "backslashreplace").replace("\0", "")]
    assert airtable.jobs == []


@pytest.mark.parametrize(
    "header", ["", "hmac-sha256=", mac(b"other"), mac(TOLD, b"another key"), mac(TOLD)[12:], mac(TOLD).upper()]
)
async def test_what_is_not_signed_by_airtable_leaves_nothing(airtable: Airtable, header: str) -> None:
    assert await airtable.ping(TOLD, header) == 401
    assert (airtable.kept, airtable.jobs) == ([], [])


@pytest.mark.parametrize("secret", ["", "  ", "not in base64!"])
async def test_without_a_secret_everything_is_refused(secret: str) -> None:
    airtable = Airtable(secret)
    assert await airtable.ping(TOLD) == 401
    assert await airtable.ping(TOLD, mac(TOLD, b"")) == 401
    assert airtable.kept == []


async def test_a_ping_that_cannot_be_kept_is_to_come_again(airtable: Airtable) -> None:
    await airtable.world.store.close()
    assert await airtable.ping(TOLD) == 503


async def test_a_body_that_is_too_large_is_not_read(airtable: Airtable) -> None:
    assert await airtable.ping(b"x" * (64 * 1024 + 1)) == 413


def test_the_mac_of_a_ping_that_was_worked_out_elsewhere() -> None:
    """By `openssl dgst -sha256 -hmac`."""
    body = b'{"base":{"id":"app1"}}'
    told = "hmac-sha256=" + EXPECTED
    assert AirtableVerifier(b64encode(b"secret").decode()).verify(body, told) is Verdict.ACCEPTED


def test_a_header_that_is_no_ascii_is_refused_without_an_error() -> None:
    assert AirtableVerifier(SECRET).verify(TOLD, "hmac-sha256=ü\udcff") is Verdict.MISMATCH


EXPECTED = "1d0cbcba0b93659584cc9494f435d7c15c8fb9cd6e190d31797f36e9fdd8680b"
