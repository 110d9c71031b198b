"""Twilio's lists of what was: calls, recordings and messages.

Its filters know days in UTC and nothing smaller (`twilio.md` §1.3), so a day more is asked for, and what is older is
left out here.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from titus_adapters.twilio.api import TwilioApi
from titus_adapters.twilio.telephony import LARGEST_PAGE, news
from titus_core.calls.model import RecordingState
from titus_core.calls.ports import LegNews, ToldRecording
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId, RecordingId
from titus_core.messaging.model import Media, TextTold
from titus_core.messaging.ports import ListedText

MOST = 20_000
"""Rows of one list. More than that in some hours is no provider's telephone, and would take minutes to read."""

A_DAY = timedelta(days=1)
_STATES = frozenset(state.value for state in RecordingState)


class TwilioLedger:
    """`calls.ports.CallLedger` and `messaging.ports.TextLedger`."""

    def __init__(self, api: TwilioApi) -> None:
        self._api = api

    async def calls(self, since: datetime) -> tuple[LegNews, ...]:
        async def question(client: Any) -> tuple[LegNews, ...]:
            listed = await client.calls.list_async(start_time_after=since - A_DAY, page_size=LARGEST_PAGE, limit=MOST)
            told = [replace(news(call), began_at=_began(call)) for call in _whole(listed)]
            return tuple(one for one in told if _at(one.began_at) >= since)

        return await self._api.ask(question)

    async def recordings(self, since: datetime) -> tuple[ToldRecording, ...]:
        async def question(client: Any) -> tuple[ToldRecording, ...]:
            listed = await client.recordings.list_async(
                date_created_after=since - A_DAY, page_size=LARGEST_PAGE, limit=MOST
            )
            recent = [one for one in _whole(listed) if _at(one.date_created) >= since]
            return tuple(_recording(one) for one in recent if one.status in _STATES)

        return await self._api.ask(question)

    async def received(self, since: datetime) -> tuple[ListedText, ...]:
        async def question(client: Any) -> tuple[ListedText, ...]:
            listed = await client.messages.list_async(date_sent_after=since - A_DAY, page_size=LARGEST_PAGE, limit=MOST)
            inbound = [one for one in _whole(listed) if one.direction == "inbound" and _at(one.date_sent) >= since]
            return tuple([await _text(client, one) for one in inbound])

        return await self._api.ask(question)


def _began(call: Any) -> datetime | None:
    told: datetime | None = call.start_time or call.date_created
    return told.astimezone(UTC) if told is not None else None


def _whole(listed: list[Any]) -> list[Any]:
    if len(listed) >= MOST:
        raise Unavailable(f"Twilio lists more than {MOST:,}", provider="twilio")
    return listed


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
    return ListedText(told, _at(message.date_sent))
