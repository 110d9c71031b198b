"""Twilio's lists of what was: calls, recordings and messages.

Its filters know days in UTC and nothing smaller (`twilio.md` §1.3), so a day more is asked for, and what is older is
left out here. Its dates know seconds and nothing smaller, so what began in the second of `since` is in.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from titus_adapters.twilio.api import TwilioApi
from titus_adapters.twilio.telephony import LARGEST_PAGE, news
from titus_core.calls.model import RecordingState
from titus_core.calls.ports import LegNews, ToldRecording
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId, RecordingId
from titus_core.messaging.model import Media, TextTold, status_of
from titus_core.messaging.ports import ListedSent, ListedText

MOST = 200_000
"""Rows of one list, of two days or three. More than that is no provider's telephone, and would take minutes to read."""

R = TypeVar("R")
_LOG = logging.getLogger("titus.twilio")

A_DAY = timedelta(days=1)
_STATES = frozenset(state.value for state in RecordingState)


class TwilioLedger:
    """`calls.ports.CallLedger` and `messaging.ports.TextLedger`."""

    def __init__(self, api: TwilioApi, *, page: int = LARGEST_PAGE, most: int = MOST) -> None:
        self._api = api
        self._page = page
        self._most = most

    async def calls(self, since: datetime) -> tuple[LegNews, ...]:
        async def question(client: Any) -> tuple[LegNews, ...]:
            rows = await client.calls.stream_async(start_time_after=since - A_DAY, **self._paged)
            return _read(await self._recent(rows, lambda call: call.start_time or call.date_created, since), news)

        return await self._api.ask(question)

    async def recordings(self, since: datetime) -> tuple[ToldRecording, ...]:
        async def question(client: Any) -> tuple[ToldRecording, ...]:
            rows = await client.recordings.stream_async(date_created_after=since - A_DAY, **self._paged)
            recent = await self._recent(rows, _created, since)
            return _read([one for one in recent if one.status in _STATES and one.call_sid], _recording)

        return await self._api.ask(question)

    async def received(self, since: datetime) -> tuple[ListedText, ...]:
        async def question(client: Any) -> tuple[ListedText, ...]:
            rows = await client.messages.stream_async(date_sent_after=since - A_DAY, **self._paged)
            recent = await self._recent(rows, _sent, since)
            return tuple([await _text(client, one) for one in recent if one.direction == "inbound"])

        return await self._api.ask(question)

    @property
    def _paged(self) -> dict[str, int]:
        return {"page_size": self._page, "limit": self._most}

    async def sent(self, since: datetime) -> tuple[ListedSent, ...]:
        async def question(client: Any) -> tuple[ListedSent, ...]:
            rows = await client.messages.stream_async(date_sent_after=since - A_DAY, **self._paged)
            recent = await self._recent(rows, _created, since)
            return _read([one for one in recent if one.direction != "inbound"], _listed_sent)

        return await self._api.ask(question)

    async def _recent(
        self, rows: AsyncIterator[Any], begun: Callable[[Any], datetime | None], since: datetime
    ) -> list[Any]:
        """Page for page; what is older is not kept."""
        seen, recent = 0, []
        async for row in rows:
            seen += 1
            if seen >= self._most:
                raise Unavailable(f"Twilio lists more than {self._most:,}", provider="twilio")
            if _is_since(begun(row), since):
                recent.append(row)
        return recent


def _is_since(told: datetime | None, since: datetime) -> bool:
    return _at(told) >= since.replace(microsecond=0)


def _at(told: datetime | None) -> datetime:
    """Without a date it is taken for recent: what we know already changes nothing."""
    return told.astimezone(UTC) if told is not None else datetime.max.replace(tzinfo=UTC)


def _recording(recording: Any) -> ToldRecording:
    return ToldRecording(
        id=RecordingId(recording.sid),
        call_id=CallId(recording.call_sid),
        state=RecordingState(recording.status),
        voicemail=recording.source == "RecordVerb",
        duration=int(recording.duration) if recording.duration else None,
        channels=recording.channels,
    )


async def _text(client: Any, message: Any) -> ListedText:
    pictures = await client.messages(message.sid).media.list_async() if int(message.num_media or 0) else []
    media = tuple(Media(content_type=one.content_type or "", media_id=one.sid) for one in pictures)
    told = TextTold(
        provider_id=message.sid,
        from_number=message.from_ or "",
        to_number=message.to or "",
        body=message.body or "",
        media=media,
    )
    return ListedText(told, _at(_sent(message)))


def _created(row: Any) -> datetime | None:
    created: datetime | None = row.date_created
    return created


def _sent(message: Any) -> datetime | None:
    sent: datetime | None = message.date_sent or message.date_created
    return sent


def _read(rows: list[Any], read: Callable[[Any], R]) -> tuple[R, ...]:
    """All that can be read: one row of a sort that nobody documented must not hide the others."""
    found: list[R] = []
    for row in rows:
        try:
            found.append(read(row))
        except ValueError as error:
            _LOG.error("a row of Twilio's lists cannot be read: %s: %s", row.sid, error)
    return tuple(found)


def _listed_sent(message: Any) -> ListedSent:
    return ListedSent(
        provider_id=message.sid,
        from_number=message.from_ or "",
        to_number=message.to or "",
        body=message.body or "",
        status=status_of(str(message.status)),
        created_at=_at(message.date_created),
        error_code=int(message.error_code) if message.error_code else None,
    )
