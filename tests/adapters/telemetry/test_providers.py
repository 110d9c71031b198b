"""Requests to providers: counted, traced, and otherwise as if nobody watched."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import httpx2
import pytest
from prometheus_client import generate_latest

from tests.adapters.telemetry.test_figures import shown
from titus_adapters.anthropic.api import AnthropicApi
from titus_adapters.anthropic.settings import AnthropicSettings
from titus_adapters.clients import unwatched
from titus_adapters.elevenlabs.api import ElevenLabsApi
from titus_adapters.elevenlabs.settings import ElevenLabsSettings
from titus_adapters.memory.clock import ManualClock
from titus_adapters.telemetry.observer import Observer
from titus_adapters.telemetry.providers import Watched
from titus_adapters.twilio.api import TwilioApi
from titus_adapters.twilio.recordings import TwilioRecordings
from titus_adapters.twilio.settings import TwilioSettings
from titus_adapters.twilio.telephony import TwilioTelephony
from titus_adapters.twilio.texts import TwilioTexts
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import RecordingId
from titus_http.telemetry import SILENT


def results(observer: Observer) -> dict[str, float]:
    found = shown(generate_latest(observer.registry))
    head = "titus_provider_request_seconds_count provider=twilio result="
    return {name.removeprefix(head): value for name, value in found.items() if name.startswith(head)}


def client(observer: Observer, answer: Any) -> httpx.AsyncClient:
    return Watched(observer, "twilio")(httpx.AsyncClient)(transport=httpx.MockTransport(answer))


def test_nobody_need_watch() -> None:
    assert unwatched(httpx.AsyncClient) is httpx.AsyncClient


async def test_answers_are_counted_by_their_class() -> None:
    observer, statuses = Observer("1", ManualClock(), SILENT), iter([200, 201, 404, 503])
    async with client(observer, lambda request: httpx.Response(next(statuses))) as http:
        for _ in range(4):
            await http.get("https://api.test/?To=%2B61491570006")
    assert results(observer) == {"2xx": 2, "4xx": 1, "5xx": 1}


async def test_a_stream_is_counted_when_its_answer_begins() -> None:
    observer = Observer("1", ManualClock(), SILENT)
    async with (
        client(observer, lambda request: httpx.Response(200, content=b"sound")) as http,
        http.stream("GET", "https://api.test/RE1.mp3") as response,
    ):
        assert results(observer) == {"2xx": 1}
        assert await response.aread() == b"sound"


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (httpx.ConnectError("refused"), "unreachable"),
        (httpx.ReadTimeout("late"), "timeout"),
        (httpx.ConnectTimeout("late"), "timeout"),
        (httpx.RemoteProtocolError("odd"), "unreachable"),
    ],
)
async def test_what_fails_is_counted_and_raised_as_ever(error: Exception, result: str) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error

    observer = Observer("1", ManualClock(), SILENT)
    async with client(observer, fail) as http:
        with pytest.raises(type(error)):
            await http.get("https://api.test/")
    assert results(observer) == {result: 1}


async def test_whoever_stops_waiting_counts_as_late() -> None:
    async def hang(request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError("never")

    observer = Observer("1", ManualClock(), SILENT)
    async with client(observer, hang) as http:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await http.get("https://api.test/")
    assert results(observer) == {"timeout": 1}


async def test_another_library_with_the_same_shape_is_watched_too() -> None:
    observer = Observer("1", ManualClock(), SILENT)
    watched = Watched(observer, "twilio")(httpx2.AsyncClient)
    async with watched(transport=httpx2.MockTransport(lambda request: httpx2.Response(200))) as http:
        assert isinstance(http, httpx2.AsyncClient)
        await http.post("https://api.test/")
    assert results(observer) == {"2xx": 1}


async def test_nothing_is_added_to_what_is_sent() -> None:
    sent: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200)

    async with client(Observer("1", ManualClock(), SILENT), take) as watched:
        await watched.get("https://api.test/x", headers={"a": "b"})
    async with httpx.AsyncClient(transport=httpx.MockTransport(take)) as plain:
        await plain.get("https://api.test/x", headers={"a": "b"})
    assert sent[0].headers == sent[1].headers
    assert sent[0].url == sent[1].url


NOBODY = "http://127.0.0.1:9"
ACCOUNT = TwilioSettings(account_sid="AC" + "1" * 32, auth_token="token", base_url=NOBODY)


async def _twilio(watching: Watched) -> None:
    async with TwilioApi(ACCOUNT, watching=watching) as api:
        await TwilioTelephony(api).live_calls()


async def _recording(watching: Watched) -> None:
    async with TwilioRecordings(ACCOUNT, watching=watching) as recordings:
        await recordings.delete(RecordingId("RE" + "1" * 32))


async def _picture(watching: Watched) -> None:
    async with TwilioTexts(ACCOUNT, str, watching=watching) as texts:
        async for _ in texts.media("MM" + "1" * 32, "ME" + "1" * 32):
            pass


async def _agent(watching: Watched) -> None:
    account = ElevenLabsSettings(api_key="key", agent_id="agent_1", base_url=NOBODY)
    async with ElevenLabsApi(account, watching=watching) as api:
        await api.get("/v1/convai/conversations", dict)


async def _model(watching: Watched) -> None:
    account = AnthropicSettings(api_key="key", model="claude-sonnet-5-5", base_url=NOBODY)
    async with AnthropicApi(account, watching=watching) as api:
        await api.ask(lambda client: client.models.list())


@pytest.mark.parametrize("ask", [_twilio, _recording, _picture, _agent, _model])
async def test_every_adapter_lets_its_requests_be_watched(ask: Callable[[Watched], Awaitable[None]]) -> None:
    observer = Observer("1", ManualClock(), SILENT)
    with pytest.raises(Unavailable):
        await ask(Watched(observer, "twilio"))
    assert results(observer) == {"unreachable": 1}
