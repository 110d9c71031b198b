"""Have a text sent, once. The message is stored first; a job gives it to the provider."""

from __future__ import annotations

from datetime import datetime

import msgspec

from titus_core.kernel.actor import Actor
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import AlreadyExists, Invalid, Refused
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import CallId
from titus_core.kernel.phone import PhoneNumber
from titus_core.kernel.unit_of_work import Storage
from titus_core.messaging.events import MessageQueued
from titus_core.messaging.model import (
    LONGEST_BODY,
    MOST_MEDIA,
    Direction,
    Media,
    Message,
    MessageStatus,
    Purpose,
    outgoing_id,
)
from titus_core.messaging.ports import MessageTx, NumberRules


class NewText(msgspec.Struct, frozen=True, kw_only=True):
    """`once` names this text: under one name there is one message, however often it is asked for."""

    once: str
    to: PhoneNumber
    body: str
    purpose: Purpose
    media_urls: tuple[str, ...] = ()
    call_id: CallId | None = None
    participant: str | None = None

    def is_told_by(self, message: Message) -> bool:
        """Whether that message is this text."""
        urls = tuple(media.url for media in message.media)
        told = (message.to_number, message.body, urls, message.participant)
        return told == (self.to, self.body, self.media_urls, self.participant)


def unsent(text: NewText, from_number: str, at: datetime, actor: Actor) -> tuple[Message, Envelope]:
    """The message and its event, for a unit of work that found that there is none under this name yet."""
    message = Message(
        id=outgoing_id(text.once),
        direction=Direction.OUTBOUND,
        status=MessageStatus.QUEUED,
        from_number=from_number,
        to_number=text.to,
        party=text.to,
        body=text.body,
        media=tuple(Media(url=url) for url in text.media_urls),
        purpose=text.purpose,
        participant=text.participant,
        call_id=text.call_id,
        sent_by=actor.user_id,
        created_at=at,
        updated_at=at,
    )
    event = MessageQueued(message_id=message.id, purpose=text.purpose, call_id=text.call_id)
    return message, Envelope(f"message:{message.id}", at, actor, event)


class _Queueing(msgspec.Struct, frozen=True):
    text: NewText
    actor: Actor
    at: datetime


class QueueText:
    """For staff. Raises `Invalid` for what no provider takes and for lines that get no texts, `Refused` if the number
    wants none from us, and `AlreadyExists` if another text has the name. `from_number` is ours."""

    def __init__(self, storage: Storage[MessageTx], rules: NumberRules, clock: Clock, from_number: str) -> None:
        self._storage = storage
        self._rules = rules
        self._clock = clock
        self._from_number = from_number

    async def __call__(self, text: NewText, actor: Actor) -> Message:
        _check(text)
        if (reason := self._rules.why_no_text(text.to)) is not None:
            raise Invalid("to", reason)
        return await self._storage.transact(self._queue, _Queueing(text, actor, self._clock.now()))

    async def _queue(self, tx: MessageTx, queueing: _Queueing) -> Message:
        known = await tx.messages.get(outgoing_id(queueing.text.once))
        if known is not None and not queueing.text.is_told_by(known):
            raise AlreadyExists("This Idempotency-Key was used for another text")
        if known is not None:
            return known
        if await tx.opt_outs.has(queueing.text.to):
            raise Refused("This number has asked for no more texts", reason="stopped")
        message, envelope = unsent(queueing.text, self._from_number, queueing.at, queueing.actor)
        tx.messages.save(message)
        tx.record(envelope)
        return message


def _check(text: NewText) -> None:
    if not text.body.strip() and not text.media_urls:
        raise Invalid("body", "must say something")
    if len(text.body) > LONGEST_BODY:
        raise Invalid("body", f"must have at most {LONGEST_BODY} characters")
    if len(text.media_urls) > MOST_MEDIA:
        raise Invalid("mediaUrls", f"must be at most {MOST_MEDIA}")
    for place, url in enumerate(text.media_urls):
        if not url.startswith(("https://", "http://")) or len(url) > 2000 or any(c.isspace() for c in url):
            raise Invalid(f"mediaUrls[{place}]", "must be an address of the web")
