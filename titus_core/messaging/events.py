"""What happens to a message. Words and numbers stay in the message itself, which can be deleted; the trail cannot."""

from __future__ import annotations

from titus_core.kernel.events import Event
from titus_core.kernel.files import StoredFile
from titus_core.kernel.ids import CallId
from titus_core.messaging.model import MessageId, MessageStatus, Purpose


class MessageEvent(Event, frozen=True, kw_only=True):
    message_id: MessageId


class MessageQueued(MessageEvent, frozen=True, tag="message.queued", kw_only=True):
    """It is to be sent."""

    purpose: Purpose
    call_id: CallId | None = None


class MessageReceived(MessageEvent, frozen=True, tag="message.received", kw_only=True):
    """Someone texted us. `media`: how many pictures came with it."""

    media: int = 0


class MessageMoved(MessageEvent, frozen=True, tag="message.moved", kw_only=True):
    """What is known of it now."""

    status: MessageStatus
    provider_id: str | None = None
    error_code: int | None = None


class MediaKept(MessageEvent, frozen=True, tag="message.media_kept", kw_only=True):
    """We have a copy of our own; `place` counts from 0."""

    place: int
    file: StoredFile


class TextsStopped(Event, frozen=True, tag="texts.stopped", kw_only=True):
    """This number wants no more texts."""


class TextsWanted(Event, frozen=True, tag="texts.wanted", kw_only=True):
    """This number wants texts again."""
