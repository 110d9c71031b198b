"""Text messages by Twilio: given once, looked for where no answer came; pictures fetched by id from the configured
host."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Self

import httpx
import msgspec

from titus_adapters.clients import Watching, unwatched
from titus_adapters.twilio.settings import TwilioSettings
from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.messaging.model import Message, MessageId, status_of
from titus_core.messaging.ports import NotTaken, Receipt, Rejected, Taken, Unsure

ANSWERS_WITHIN = 15.0
CONNECT_WITHIN = 2.0
SILENCE = 30.0
"""Seconds without a byte after which a picture counts as broken off."""

LARGEST_MEDIA = 64 * 1024 * 1024
"""Bytes; Twilio's own limit is 5 MB, so what is larger is none of its pictures."""

CLOCKS_DIFFER_BY = timedelta(seconds=60)
PIECE = 256 * 1024
_LISTED = 1000

_MESSAGE, _MEDIA = re.compile(r"(?:SM|MM)[0-9a-f]{32}"), re.compile(r"ME[0-9a-f]{32}")
_TOO_MANY, _TIMEOUT = 429, 408
_OF_THE_ACCOUNT = {401, 403, 404}
_OF_A_MESSAGE = 21000
"""Twilio's codes from here on are about what was asked for; those below about who asks (`twilio.md` §1.3)."""


class _Resource(msgspec.Struct, frozen=True):
    """A message as Twilio's API shows it."""

    sid: str
    status: str
    body: str | None = None
    date_created: str | None = None


class _Page(msgspec.Struct, frozen=True):
    messages: tuple[_Resource, ...] = ()


class _Refusal(msgspec.Struct, frozen=True):
    code: int | None = None


class TwilioTexts:
    """`messaging.ports.TextSender` and `MediaSource`. What was sent is looked for among the latest thousand messages to
    that number. `callback` makes the address that statuses of a message are
    reported to. Close it, or use it as a context."""

    def __init__(
        self,
        settings: TwilioSettings,
        callback: Callable[[MessageId], str],
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        watching: Watching = unwatched,
    ) -> None:
        self._account = f"{settings.base_url}/2010-04-01/Accounts/{settings.account_sid}"
        self._callback = callback
        self._http = watching(httpx.AsyncClient)(
            auth=(settings.account_sid, settings.auth_token),
            timeout=httpx.Timeout(ANSWERS_WITHIN, connect=CONNECT_WITHIN),
            transport=transport,
        )

    async def send(self, message: Message) -> Receipt:
        form: dict[str, Any] = {"From": message.from_number, "To": message.to_number, "Body": message.body}
        if message.media:
            form["MediaUrl"] = [media.url for media in message.media]
        form["StatusCallback"] = self._callback(message.id)
        try:
            response = await self._http.post(f"{self._account}/Messages.json", data=form)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            return NotTaken()
        except httpx.HTTPError:
            return Unsure()
        return _receipt(response)

    async def find(self, message: Message) -> tuple[Taken, ...]:
        since = message.updated_at - CLOCKS_DIFFER_BY
        asked = {"From": message.from_number, "To": message.to_number, "PageSize": str(_LISTED)}
        try:
            response = await self._http.get(f"{self._account}/Messages.json", params=asked)
            listed = msgspec.json.decode(_good(response), type=_Page).messages
        except (httpx.HTTPError, msgspec.MsgspecError, UnicodeDecodeError, NotFound) as error:
            raise Unavailable("Twilio could not be asked for its messages", provider="twilio") from error
        # The latest come first, and several within one second.
        alike = [one for one in reversed(listed) if one.body == message.body and _created(one) >= since]
        return tuple(_taken(one) for one in sorted(alike, key=_created))

    async def media(self, provider_id: str, media_id: str) -> AsyncIterator[bytes]:
        if not (_MESSAGE.fullmatch(provider_id) and _MEDIA.fullmatch(media_id)):
            raise NotFound("that is no picture of Twilio's", provider="twilio")
        address, size = f"{self._account}/Messages/{provider_id}/Media/{media_id}", 0
        try:
            async with self._http.stream("GET", address, timeout=SILENCE, follow_redirects=True) as response:
                _refuse(response.status_code)
                async for piece in response.aiter_bytes(PIECE):
                    size += len(piece)
                    if size > LARGEST_MEDIA:
                        raise NotFound("that is larger than any picture of Twilio's", provider="twilio")
                    yield piece
        except httpx.HTTPError as error:
            raise Unavailable(f"the picture broke off: {type(error).__name__}", provider="twilio") from error

    async def aclose(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _receipt(response: httpx.Response) -> Receipt:
    """Success that cannot be read, and a failure of Twilio's own, leave open whether it was taken."""
    if response.is_success:
        try:
            return _taken(msgspec.json.decode(response.content, type=_Resource))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return Unsure()
    if response.status_code == _TOO_MANY:
        after = response.headers.get("retry-after", "")
        return NotTaken(float(after) if after.isascii() and after.isdigit() else None)
    code = _code(response)
    if response.status_code in _OF_THE_ACCOUNT and (code is None or code < _OF_A_MESSAGE):
        return NotTaken()  # wrong credentials, a suspended account: no fault of the text, and put right by a person
    if 400 <= response.status_code < 500 and response.status_code != _TIMEOUT:
        return Rejected(code)
    return Unsure()


def _code(response: httpx.Response) -> int | None:
    try:
        return msgspec.json.decode(response.content, type=_Refusal).code
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _taken(resource: _Resource) -> Taken:
    return Taken(resource.sid, status_of(resource.status))


def _good(response: httpx.Response) -> bytes:
    _refuse(response.status_code)
    return response.content


def _refuse(status: int) -> None:
    """An answer other than success is none: a page of a proxy must never be kept as a picture."""
    if status == httpx.codes.NOT_FOUND:
        raise NotFound("Twilio has no such message or picture", provider="twilio")
    if not 200 <= status < 300:
        raise Unavailable(f"Twilio answered {status}", provider="twilio")


def _created(resource: _Resource) -> datetime:
    """Dates are RFC 2822 (`twilio.md` §1.1). What has none is of no use here."""
    try:
        return parsedate_to_datetime(resource.date_created or "").astimezone(UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
