"""Text messages: today's paths, and the whole story of one. What staff send is stored first and sent by a job."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter, SkipValidation
from litestar.response import Response

from titus_core.accounts.policy import Permission
from titus_core.calls.ports import CallFilter, CallReader
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import Invalid, NotFound
from titus_core.kernel.files import Files
from titus_core.messaging.model import Direction, Message, MessageId, MessageStatus, Purpose, resend_of
from titus_core.messaging.ports import MessageFilter, MessageReader
from titus_core.messaging.queue_text import NewText, QueueText
from titus_http.routes.call_views import LegacyCall, legacy_row
from titus_http.routes.cursors import cursor_of, place_in
from titus_http.routes.inputs import IdempotencyKey, phone
from titus_http.routes.message_views import LegacyText, MessagePage, MessageView, legacy_text, view
from titus_http.routes.sections import StaffSection
from titus_http.routes.serving_files import GOOD_FOR, linked
from titus_http.security.guards import signed_in
from titus_http.security.links import LinkSigner
from titus_http.security.origin import Site
from titus_http.security.policies import SIGNATURE, needs

LEGACY_TEXTS, LEGACY_CALLS = 200, 100
PAGE, MOST = 50, 500
_LIST, _PURPOSE = "messages", "media"
_GONE_WRONG = {
    MessageStatus.UNKNOWN,
    MessageStatus.FAILED,
    MessageStatus.UNDELIVERED,
    MessageStatus.CANCELED,
    MessageStatus.REFUSED,
}


class SendBody(msgspec.Struct, frozen=True, rename="camel"):
    """`to` as people write it; `mediaUrls` are at most ten addresses of pictures."""

    to: str
    body: str = ""
    media_urls: tuple[str, ...] = ()
    participant: str | None = None


class Sent(msgspec.Struct, frozen=True):
    """`sid` names the message here (`/api/voice/messages/{sid}`); the provider's name for it comes later."""

    success: bool
    sid: str


class Talks(msgspec.Struct, frozen=True):
    """What we had with one number, the latest first."""

    calls: list[LegacyCall]
    sms: list[LegacyText]


class MediaLink(msgspec.Struct, frozen=True):
    """`url` opens the picture until `expires_at`, for whoever has it."""

    token: str
    url: str
    expires_at: datetime


Reader = NamedDependency[SkipValidation[MessageReader]]


@get("/sms", opt=needs(Permission.VIEW_CALLS))
async def list_texts(message_reader: Reader) -> list[LegacyText]:
    """Today's bare list of two hundred, the latest first."""
    page = await message_reader.messages(MessageFilter(), LEGACY_TEXTS, None)
    return [legacy_text(message) for message in page.items]


@post("/sms/send", status_code=200, opt=needs(Permission.SEND_TEXTS))
async def send_text(
    request: Request[Any, Any, Any],
    data: JSONBody[SendBody],
    queue_text: NamedDependency[SkipValidation[QueueText]],
    idempotency_key: IdempotencyKey = None,
) -> Sent:
    """Have a text sent. It is stored when this answers, and given to the provider once; with the same `Idempotency-Key`
    the same message is answered again. 409: the key was used for another text. 422: the number gets no texts."""
    user = signed_in(request)
    text = NewText(
        once=f"staff:{user.id}:{idempotency_key or secrets.token_hex(16)}",
        to=phone(data.to, "to"),
        body=data.body,
        purpose=Purpose.STAFF,
        media_urls=data.media_urls,
        participant=data.participant,
    )
    return Sent(True, (await queue_text(text, user.actor)).id)


@get("/contacts/conversations", opt=needs(Permission.VIEW_CALLS))
async def list_talks(
    message_reader: Reader,
    call_reader: NamedDependency[SkipValidation[CallReader]],
    number: Annotated[str, QueryParameter(name="phone")],
) -> Talks:
    """Calls and texts with this number, however it is written."""
    return await talks_with(number, message_reader, call_reader)


async def talks_with(number: str, message_reader: MessageReader, call_reader: CallReader) -> Talks:
    """Raises `Invalid` for what is no number."""
    party = phone(number, "phone")
    calls = await call_reader.calls(CallFilter(party=party), LEGACY_CALLS, None)
    texts = await message_reader.messages(MessageFilter(party=party), LEGACY_TEXTS, None)
    said = await call_reader.transcripts_of([row.sid for row in calls.items])
    rows = [legacy_row(row, said.get(row.sid)) for row in calls.items]
    return Talks(rows, [legacy_text(message) for message in texts.items])


@get("/messages", opt=needs(Permission.VIEW_CALLS))
async def list_messages(
    message_reader: Reader,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST)] = PAGE,
    cursor: FromQuery[str | None] = None,
    number: Annotated[str | None, QueryParameter(name="phone")] = None,
    message_status: Annotated[MessageStatus | None, QueryParameter(name="status")] = None,
) -> MessagePage:
    """Messages, the latest first; those with one number, or in one state (`unknown` ones wait for a person)."""
    where = MessageFilter(phone(number, "phone") if number is not None else None, message_status)
    page = await message_reader.messages(where, limit, place_in(_LIST, cursor) if cursor is not None else None)
    return MessagePage([view(one) for one in page.items], cursor_of(_LIST, page.next) if page.next else None)


@get("/messages/{message_id:str}", opt=needs(Permission.VIEW_CALLS))
async def get_message(message_id: FromPath[str], message_reader: Reader) -> MessageView:
    """One message."""
    return view(await _known(message_reader, message_id))


@post("/messages/{message_id:str}/resend", opt=needs(Permission.SEND_TEXTS))
async def resend_message(
    request: Request[Any, Any, Any],
    message_id: FromPath[str],
    message_reader: Reader,
    queue_text: NamedDependency[SkipValidation[QueueText]],
) -> Sent:
    """Send the words of a message again that did not arrive, or of which nobody knows; once for each message. 422: it
    may still arrive."""
    message = await _known(message_reader, message_id)
    if message.direction is not Direction.OUTBOUND or message.status not in _GONE_WRONG or message.party is None:
        raise Invalid("sid", "only what we sent, and what did not arrive, can be sent again")
    text = NewText(
        once=resend_of(message.id),
        to=message.party,
        body=message.body,
        purpose=message.purpose or Purpose.STAFF,
        media_urls=tuple(media.url for media in message.media),
        call_id=message.call_id,
        participant=message.participant,
    )
    return Sent(True, (await queue_text(text, signed_in(request).actor)).id)


@get("/messages/{message_id:str}/media/{place:int}", opt=needs(Permission.VIEW_CALLS))
async def make_media_link(
    message_id: FromPath[str],
    place: FromPath[int],
    message_reader: Reader,
    link_signer: NamedDependency[LinkSigner],
    clock: NamedDependency[SkipValidation[Clock]],
    site: NamedDependency[Site],
) -> MediaLink:
    """A link to a picture that came with a message, good for an hour. 404: there is none, or not yet."""
    message = await _known(message_reader, message_id)
    file = message.media[place].file if 0 <= place < len(message.media) else None
    if file is None:
        raise NotFound("This message has no such picture (yet)")
    until = clock.now() + GOOD_FOR
    token = link_signer.sign(_PURPOSE, file.key, until)
    return MediaLink(token, f"{site.base_url}/api/voice/media/{token}", until)


@get("/media/{token:str}", opt=SIGNATURE, security=[{}], media_type="application/octet-stream")
async def show_media(
    token: FromPath[str],
    link_signer: NamedDependency[LinkSigner],
    clock: NamedDependency[SkipValidation[Clock]],
    files: NamedDependency[SkipValidation[Files]],
    asked: Annotated[str | None, HeaderParameter(name="Range")] = None,
) -> Response[Any]:
    """The picture behind a link, or the part of it that a `Range` asks for."""
    return await linked(files, link_signer, _PURPOSE, token, clock.now(), asked)


async def _known(message_reader: MessageReader, message_id: str) -> Message:
    message = await message_reader.message(MessageId(message_id))
    if message is None:
        raise NotFound("There is no such message")
    return message


router = StaffSection(
    "/api/voice",
    route_handlers=[
        list_texts,
        send_text,
        list_talks,
        list_messages,
        get_message,
        resend_message,
        make_media_link,
        show_media,
    ],
    tags=["Messages"],
)
