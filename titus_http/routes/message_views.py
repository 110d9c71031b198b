"""Messages as clients see them. Pure."""

from __future__ import annotations

from datetime import datetime

import msgspec

from titus_core.messaging.model import Direction, Message, MessageStatus, Purpose
from titus_http.routes.inputs import stamp


class LegacyText(msgspec.Struct, frozen=True, kw_only=True):
    """A message in today's list. `media_urls` is a list of addresses as JSON in text."""

    id: int
    sid: str
    direction: Direction
    from_number: str
    to_number: str
    body: str
    participant: str | None
    media_urls: str
    channel: str = "sms"
    status: MessageStatus
    created_at: str | None


class MediaView(msgspec.Struct, frozen=True, rename="camel"):
    """`place` counts from 0; `kept` says whether our copy is there."""

    place: int
    content_type: str
    url: str | None
    kept: bool


class MessageView(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """`sid` is ours for what we send, and `providerSid` the provider's as soon as it is known. `status` `unknown`: it
    was given to the provider, and nobody can tell whether it was taken; it is never sent again by itself. `purpose` and
    `callSid` say why we sent it; `foundLate`: no webhook told of it."""

    sid: str
    provider_sid: str | None
    direction: Direction
    status: MessageStatus
    error_code: int | None
    refusal: str | None
    from_number: str
    to_number: str
    body: str
    media: list[MediaView]
    participant: str | None
    contact_id: str | None
    purpose: Purpose | None
    call_sid: str | None
    sent_by: int | None
    found_late: bool
    created_at: datetime
    updated_at: datetime


class MessagePage(msgspec.Struct, frozen=True):
    """`next` is the `cursor` of the following page; null on the last one."""

    items: list[MessageView]
    next: str | None


def legacy_text(message: Message) -> LegacyText:
    urls = [media.url or f"/api/voice/messages/{message.id}/media/{place}" for place, media in enumerate(message.media)]
    return LegacyText(
        id=message.number,
        sid=message.id,
        direction=message.direction,
        from_number=message.from_number,
        to_number=message.to_number,
        body=message.body,
        participant=message.participant,
        media_urls=msgspec.json.encode(urls).decode(),
        status=message.status,
        created_at=stamp(message.created_at),
    )


def view(message: Message) -> MessageView:
    return MessageView(
        sid=message.id,
        provider_sid=message.provider_id,
        direction=message.direction,
        status=message.status,
        error_code=message.error_code,
        refusal=message.refusal,
        from_number=message.from_number,
        to_number=message.to_number,
        body=message.body,
        media=[
            MediaView(place, media.content_type, media.url or None, media.file is not None)
            for place, media in enumerate(message.media)
        ],
        participant=message.participant,
        contact_id=message.contact_id,
        purpose=message.purpose,
        call_sid=message.call_id,
        sent_by=message.sent_by,
        found_late=message.found_late,
        created_at=message.created_at,
        updated_at=message.updated_at,
    )
