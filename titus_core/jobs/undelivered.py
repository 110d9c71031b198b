"""What we sent or dialled that did not arrive, or of which nobody knows, and that no person has dealt with yet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Protocol

from titus_core.callbacks.model import CallbackState
from titus_core.callbacks.ports import CallbackReader
from titus_core.calls.dialling import DialId, DialRequest, DialState
from titus_core.calls.ports import CallReader
from titus_core.messaging.model import Message, MessageStatus, Purpose, outgoing_id, resend_of
from titus_core.messaging.ports import MessageFilter, MessageReader

TOLD_FOR = timedelta(days=7)
"""So long a text that did not arrive, or a call of which nobody knows, is told of: nobody closes those."""

PAGE = 100

_FAILED = (MessageStatus.FAILED, MessageStatus.UNDELIVERED)
_OWN = {Purpose.NOTICE, Purpose.MISSED_CALL}
"""Nobody waits for their answer, as whoever sends a text by hand does."""


class SentReader(CallReader, CallbackReader, MessageReader, Protocol):
    """All that is looked at."""


async def unknown_texts(reader: SentReader) -> list[Message]:
    """Of which nobody knows whether they went out; the oldest first."""
    found = [one async for one in _with_status(reader, MessageStatus.UNKNOWN)]
    return [one for one in reversed(found) if await _is_open(reader, one)]


async def failed_texts(reader: SentReader, now: datetime) -> list[Message]:
    """Those that Titus sent by itself and that did not arrive; the oldest first."""
    found = [
        one
        for status in _FAILED
        async for one in _with_status(reader, status, now - TOLD_FOR)
        if one.purpose in _OWN and await _is_open(reader, one)
    ]
    return sorted(found, key=lambda one: one.number)


async def unknown_calls(reader: SentReader, now: datetime) -> list[DialRequest]:
    """Of which nobody knows whether they were dialled; the oldest first."""
    found: list[DialRequest] = []
    after: DialId | None = None
    while page := await reader.dial_requests(DialState.UNKNOWN, PAGE, after):
        recent = [one for one in page if one.requested_at > now - TOLD_FOR]
        found += recent
        if len(recent) < PAGE:
            break
        after = page[-1].id
    return list(reversed(found))


async def _with_status(
    reader: SentReader, status: MessageStatus, since: datetime | None = None
) -> AsyncIterator[Message]:
    """All of them, the latest first; of those that were made after then, if a time is given."""
    after: int | None = None
    while True:
        page = await reader.messages(MessageFilter(status=status), PAGE, after)
        for one in page.items:
            if since is not None and one.created_at <= since:
                return
            yield one
        if page.next is None:
            return
        after = int(page.next)


async def _is_open(reader: SentReader, message: Message) -> bool:
    """Whether it was neither sent again, nor is the callback that it is about closed."""
    if await reader.message(outgoing_id(resend_of(message.id))) is not None:
        return False
    callback = await reader.callback(message.call_id) if message.call_id is not None else None
    return callback is None or callback.state is not CallbackState.CLOSED
