"""One text message. What is told of it in any order makes the same message: statuses join on a lattice."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import NewType

import msgspec

from titus_core.kernel.files import StoredFile
from titus_core.kernel.ids import CallId, UserId
from titus_core.kernel.phone import PhoneNumber

MessageId = NewType("MessageId", str)
"""Ours for messages that we send (`TX` + 32 hex), the provider's for those that we get (Twilio: `SM…`, `MM…`)."""

MOST_MEDIA = 10
LONGEST_BODY = 1600
"""Twilio's limits for one message (`twilio.md` §1.1)."""


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class MessageStatus(StrEnum):
    """In order of what is known; a later word wins. The first three are ours: `QUEUED` was not given to the provider,
    `SENDING` may have been (it is marked before it is given), `UNKNOWN` was marked, and nobody can tell: it is shown,
    and never sent again by itself. `REFUSED` broke a rule of ours, and `RECEIVED` came in."""

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    SENT = "sent"
    CANCELED = "canceled"
    FAILED = "failed"
    UNDELIVERED = "undelivered"
    DELIVERED = "delivered"
    READ = "read"
    RECEIVED = "received"

    def joined(self, other: MessageStatus) -> MessageStatus:
        return max(self, other, key=list(MessageStatus).index)


_TOLD = {
    "sent": MessageStatus.SENT,
    "partially_delivered": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "undelivered": MessageStatus.UNDELIVERED,
    "failed": MessageStatus.FAILED,
    "canceled": MessageStatus.CANCELED,
    "read": MessageStatus.READ,
    "receiving": MessageStatus.RECEIVED,
    "received": MessageStatus.RECEIVED,
}


def status_of(word: str) -> MessageStatus:
    """The provider's word in ours (`twilio.md` §1.1). Every other word says at least that the provider has it."""
    return _TOLD.get(word, MessageStatus.ACCEPTED)


class Purpose(StrEnum):
    """Why we send it."""

    STAFF = "staff"
    MISSED_CALL = "missed_call"
    NOTICE = "notice"


class Media(msgspec.Struct, frozen=True):
    """A picture or document with a message: `url` of one that we send, `media_id` at the provider of one that came, and
    our copy of that one as soon as there is one."""

    content_type: str = ""
    url: str = ""
    media_id: str = ""
    file: StoredFile | None = None


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """`party` is who it is from or to besides us; None for withheld and malformed senders. `call_id`: the call because
    of which it is sent. `found_late`: no webhook told of it. `number` grows with every message of a store, which gives
    it (0: not stored yet)."""

    id: MessageId
    direction: Direction
    status: MessageStatus
    from_number: str
    to_number: str
    party: PhoneNumber | None
    body: str
    media: tuple[Media, ...] = ()
    provider_id: str | None = None
    error_code: int | None = None
    refusal: str | None = None
    purpose: Purpose | None = None
    participant: str | None = None
    contact_id: str | None = None
    call_id: CallId | None = None
    sent_by: UserId | None = None
    found_late: bool = False
    created_at: datetime
    updated_at: datetime
    number: int = 0
    version: int = 0


class TextTold(msgspec.Struct, frozen=True, kw_only=True):
    """A message that came in. `opt_out` is the provider's own word for what the sender wants, if it says one."""

    provider_id: str
    from_number: str
    to_number: str
    body: str = ""
    media: tuple[Media, ...] = ()
    opt_out: str = ""


def outgoing_id(once: str) -> MessageId:
    """The id of the message that is sent once under this name: the same name is the same message."""
    return MessageId(f"TX{sha256(once.encode()).hexdigest()[:32]}")


def resend_of(message_id: MessageId) -> str:
    """The name under which a message is sent once more: a person may ask for that as often as they like."""
    return f"resend:{message_id}"
