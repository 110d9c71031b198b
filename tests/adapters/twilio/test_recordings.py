"""How TwilioRecordings asks, and what it makes of answers that a network in trouble gives. What every source of
recordings must do is in `tests/contracts/test_recording_source.py`."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from tests.adapters.twilio.exchange import ACCOUNT
from titus_adapters.twilio.recordings import TwilioRecordings
from titus_adapters.twilio.settings import TwilioSettings
from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.kernel.ids import RecordingId

RECORDING = RecordingId("RE" + "1" * 32)
SETTINGS = TwilioSettings(account_sid=ACCOUNT.sid, auth_token=ACCOUNT.auth_token)
Answer = Callable[[httpx.Request], httpx.Response]


def behind(answer: Answer) -> TwilioRecordings:
    return TwilioRecordings(SETTINGS, httpx.MockTransport(answer))


async def heard(source: TwilioRecordings, recording_id: RecordingId = RECORDING) -> bytes:
    return b"".join([piece async for piece in source.audio(recording_id)])


async def test_it_is_asked_for_by_id_at_the_configured_host_with_credentials() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, content=b"sound")

    assert await heard(behind(answer)) == b"sound"
    (request,) = asked
    assert str(request.url) == (f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT.sid}/Recordings/{RECORDING}.mp3")
    credentials = base64.b64encode(f"{ACCOUNT.sid}:{ACCOUNT.auth_token}".encode()).decode()
    assert request.headers["Authorization"] == f"Basic {credentials}"


@pytest.mark.parametrize("named", ["RE1", "REtest/../../evil", "https://evil.test/", "CA" + "1" * 32, ""])
async def test_what_is_no_id_is_never_asked_for(named: str) -> None:
    source = behind(lambda request: pytest.fail("it was asked for"))
    with pytest.raises(NotFound):
        await heard(source, RecordingId(named))


@pytest.mark.parametrize("status", [301, 302, 401, 403, 429, 500, 503])
async def test_an_answer_that_is_no_success_is_no_recording(status: int) -> None:
    source = behind(lambda request: httpx.Response(status, headers={"Location": "https://evil.test/"}, content=b"page"))
    with pytest.raises(Unavailable, match=f"Twilio answered {status}"):
        await heard(source)


async def test_one_that_is_not_there_yet_is_not_found() -> None:
    with pytest.raises(NotFound):
        await heard(behind(lambda request: httpx.Response(404)))


async def test_one_that_breaks_off_is_no_recording() -> None:
    async def half() -> AsyncIterator[bytes]:
        yield b"so"
        raise httpx.ReadError("reset")

    with pytest.raises(Unavailable, match="broke off: ReadError"):
        await heard(behind(lambda request: httpx.Response(200, content=half())))


async def test_deleting_what_is_gone_already_is_well() -> None:
    await behind(lambda request: httpx.Response(404)).delete(RECORDING)
    await behind(lambda request: httpx.Response(204)).delete(RECORDING)
    with pytest.raises(Unavailable):
        await behind(lambda request: httpx.Response(500)).delete(RECORDING)
