"""How TwilioTexts asks, and what it makes of answers that a network in trouble gives. What everybody who carries texts
must do is in `tests/contracts/test_texts.py`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from titus_adapters.sandbox.app import create_sandbox_app
from titus_adapters.sandbox.twilio.engine.wire import wire_to
from titus_adapters.sandbox.twilio.part import twilio_part
from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox
from titus_adapters.sandbox.twilio.switchboard import Account
from titus_adapters.twilio.settings import TwilioSettings
from titus_adapters.twilio.texts import TwilioTexts
from titus_core.kernel.errors import Unavailable
from titus_core.messaging.model import Direction, Media, Message, MessageId, MessageStatus
from titus_core.messaging.ports import NotTaken, Rejected, Taken, Unsure

ACCOUNT = Account()
OURS, THEIRS = "+61255500001", "+61491570006"
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PICTURE = "ME" + "1" * 32


class Exchange:
    """Twilio played, and a line to it that a test can break."""

    def __init__(self) -> None:
        self.sandbox = TwilioSandbox(wire_to({}), account=ACCOUNT, start=START, strict=True)
        self.sandbox.world.number(OURS)
        self.app: Any = create_sandbox_app(twilio_part(self.sandbox, strict=True, speed=None))
        self.asked: list[httpx.Request] = []
        self.answers: Callable[[httpx.Request], httpx.Response | None] = lambda request: None

    async def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self.answers(request) or await httpx.ASGITransport(app=self.app).handle_async_request(request)

    def texts(self) -> TwilioTexts:
        settings = TwilioSettings(
            account_sid=ACCOUNT.sid, auth_token=ACCOUNT.auth_token, base_url="http://sandbox.test/twilio"
        )
        return TwilioTexts(
            settings, lambda message_id: f"https://titus.example/sms-status?message={message_id}", _Line(self)
        )


class _Line(httpx.AsyncBaseTransport):
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._exchange.handle(request)


@pytest.fixture
def exchange() -> Exchange:
    return Exchange()


def message(**changes: Any) -> Message:
    text = Message(
        id=MessageId("TX1"),
        direction=Direction.OUTBOUND,
        status=MessageStatus.SENDING,
        from_number=OURS,
        to_number=THEIRS,
        party=None,
        body="Hello & good-bye ä‚😀",
        created_at=START,
        updated_at=START,
    )
    return replace(text, **changes)


async def test_a_text_is_taken_with_the_address_for_its_reports(exchange: Exchange) -> None:
    receipt = await exchange.texts().send(message())
    (sent,) = exchange.sandbox.messages
    assert receipt == Taken(sent.sid, MessageStatus.ACCEPTED)
    assert (sent.to, sent.body) == (THEIRS, "Hello & good-bye ä‚😀")
    assert sent.status_callback == "https://titus.example/sms-status?message=TX1"


async def test_each_picture_has_a_field_of_its_own(exchange: Exchange) -> None:
    urls = ("https://files.example/1.jpg", "https://files.example/2.jpg")
    await exchange.texts().send(message(media=tuple(Media(url=url) for url in urls)))
    form = httpx.QueryParams(exchange.asked[0].content.decode())
    assert tuple(form.get_list("MediaUrl")) == urls


@pytest.mark.parametrize(("number", "code"), [("+61255500099x", 21211), ("", 21604)])
async def test_what_twilio_refuses_is_rejected_with_its_code(exchange: Exchange, number: str, code: int) -> None:
    assert await exchange.texts().send(message(to_number=number)) == Rejected(code)


def _raises(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error

    return answer


@pytest.mark.parametrize(
    ("answers", "receipt"),
    [
        (lambda request: httpx.Response(429, headers={"retry-after": "3"}), NotTaken(3.0)),
        (lambda request: httpx.Response(429, headers={"retry-after": "soon"}), NotTaken()),
        (_raises(httpx.ConnectError("refused")), NotTaken()),
        (_raises(httpx.ConnectTimeout("slow")), NotTaken()),
        (_raises(httpx.ReadTimeout("slow")), Unsure()),
        (_raises(httpx.RemoteProtocolError("cut")), Unsure()),
        (lambda request: httpx.Response(500), Unsure()),
        (lambda request: httpx.Response(502, text="<html>"), Unsure()),
        (lambda request: httpx.Response(408), Unsure()),
        (lambda request: httpx.Response(201, text="<html>"), Unsure()),
        (lambda request: httpx.Response(201, json={"status": "queued"}), Unsure()),
        (lambda request: httpx.Response(400, text="<html>"), Rejected(None)),
        (lambda request: httpx.Response(401, json={"code": 20003}), NotTaken()),
        (lambda request: httpx.Response(403, json={"code": 20005}), NotTaken()),
        (lambda request: httpx.Response(404, json={"code": 20404}), NotTaken()),
        (lambda request: httpx.Response(403, text="<html>"), NotTaken()),
        (lambda request: httpx.Response(403, json={"code": 21408}), Rejected(21408)),
    ],
)
async def test_only_what_is_certain_is_called_certain(exchange: Exchange, answers: Any, receipt: object) -> None:
    exchange.answers = answers
    assert await exchange.texts().send(message()) == receipt


@pytest.mark.parametrize(
    "answers",
    [
        lambda request: httpx.Response(500),
        lambda request: httpx.Response(404, json={"code": 20404}),
        lambda request: httpx.Response(200, text="<html>"),
        _raises(httpx.ReadTimeout("slow")),
    ],
)
async def test_a_list_that_cannot_be_had_is_unavailable(exchange: Exchange, answers: Any) -> None:
    exchange.answers = answers
    with pytest.raises(Unavailable):
        await exchange.texts().find(message())


async def test_a_listed_message_without_a_date_is_passed_by(exchange: Exchange) -> None:
    listed = {"messages": [{"sid": "SM1", "status": "sent", "body": message().body, "date_created": None}]}
    exchange.answers = lambda request: httpx.Response(200, json=listed)
    assert await exchange.texts().find(message()) == ()


def received(exchange: Exchange) -> str:
    url = f"https://elsewhere.example/Messages/x/Media/{PICTURE}"
    return exchange.sandbox.text(THEIRS, OURS, "", [("image/jpeg", url)]).sid


async def fetched(exchange: Exchange, sid: str, media: str = PICTURE) -> bytes:
    return b"".join([piece async for piece in exchange.texts().media(sid, media)])


async def test_a_picture_is_fetched_by_id_from_the_configured_host(exchange: Exchange) -> None:
    sid = received(exchange)
    assert await fetched(exchange, sid) == PICTURE.encode() * 100
    assert exchange.asked[0].url.host == "sandbox.test"
    assert exchange.asked[0].headers["authorization"].startswith("Basic ")


async def test_a_page_of_a_proxy_is_no_picture(exchange: Exchange) -> None:
    sid = received(exchange)
    exchange.answers = lambda request: httpx.Response(502, text="<html>")
    with pytest.raises(Unavailable):
        await fetched(exchange, sid)
