"""What Twilio's API says of calls, for what no webhook told."""

from __future__ import annotations

from typing import Any

from titus_adapters.twilio.api import TwilioApi
from titus_core.calls.model import CallStatus, Direction
from titus_core.calls.ports import LegNews
from titus_core.kernel.errors import NotFound
from titus_core.kernel.ids import CallId, LegId
from titus_core.kernel.phone import is_browser

LARGEST_PAGE = 1000

LIVE = (CallStatus.QUEUED, CallStatus.RINGING, CallStatus.IN_PROGRESS)
"""The states of a call that has not ended, in the order that a call passes them."""


class TwilioTelephony:
    """`calls.ports.Telephony`."""

    def __init__(self, api: TwilioApi) -> None:
        self._api = api

    async def call(self, call_id: CallId) -> LegNews | None:
        async def question(client: Any) -> LegNews:
            return news(await client.calls(call_id).fetch_async())

        try:
            return await self._api.ask(question)
        except NotFound:
            return None

    async def legs(self, call_id: CallId) -> tuple[LegNews, ...]:
        async def question(client: Any) -> tuple[LegNews, ...]:
            found = await client.calls.list_async(parent_call_sid=call_id, page_size=LARGEST_PAGE)
            return tuple(news(leg) for leg in found)

        return await self._api.ask(question)

    async def live_calls(self) -> tuple[LegNews, ...]:
        async def question(client: Any) -> tuple[LegNews, ...]:
            live: dict[str, LegNews] = {}
            # One after another, in the order that calls move: a call that moves on while we read is seen twice, never
            # missed, and its later state wins.
            for status in LIVE:
                for call in await client.calls.list_async(status=status.value, page_size=LARGEST_PAGE):
                    live[call.sid] = news(call)
            return tuple(found for found in live.values() if found.parent is None)

        return await self._api.ask(question)


def _direction(call: Any) -> Direction:
    """A call that a browser of ours begins is inbound to Twilio, and outbound to everybody else."""
    inbound = call.direction == "inbound" and not is_browser(call._from or "")
    return Direction.INBOUND if inbound else Direction.OUTBOUND


def news(call: Any) -> LegNews:
    """What a row of Twilio's says. Raises ValueError for a state that Twilio does not document."""
    parent = CallId(call.parent_call_sid) if call.parent_call_sid else None
    return LegNews(
        id=CallId(call.sid) if parent is None else LegId(call.sid),
        status=CallStatus(call.status),
        parent=parent,
        direction=_direction(call),
        from_number=call._from or "",
        to_number=call.to or "",
        duration=int(call.duration) if call.duration else None,
        began_at=call.start_time or call.date_created,
    )
