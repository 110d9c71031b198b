"""Places calls through Twilio's API: each is asked for once, and what came of it is said with care."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import msgspec

from titus_adapters.twilio.api import TwilioApi
from titus_core.calls.dialling import DialId, Dialled, DialRequest, NotPlaced, Placed, Uncertain
from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.kernel.ids import CallId

RINGS_FOR = 20
"""Seconds that our own person's phone rings: less than most carriers take to answer with a voicemail of theirs."""

BEGAN_WITHIN = timedelta(minutes=5)
"""A call waits for its turn when many are placed at once (`twilio.md` §0.9); it was still asked for when it was."""

CLOCKS_DIFFER = timedelta(seconds=30)
LATEST = 200
_TIMEOUT = 408
"""Nobody knows what became of a request that took too long."""

_EVENTS = ["initiated", "ringing", "answered", "completed"]


class Addresses(msgspec.Struct, frozen=True):
    """Where Twilio asks what to do when a request's call is answered, and where it tells how calls go."""

    answered: Callable[[DialId], str]
    status: str


class TwilioDialler:
    """`calls.ports.Dialler`."""

    def __init__(self, api: TwilioApi, addresses: Addresses) -> None:
        self._api = api
        self._addresses = addresses

    async def dial(self, request: DialRequest) -> Dialled:
        async def question(client: Any) -> str:
            call = await client.calls.create_async(
                to=request.callback,
                from_=request.from_number,
                url=self._addresses.answered(request.id),
                method="POST",
                timeout=RINGS_FOR,
                status_callback=self._addresses.status,
                status_callback_method="POST",
                status_callback_event=_EVENTS,
            )
            return str(call.sid)

        try:
            return Placed(CallId(await self._api.ask(question)))
        except (NotFound, Unavailable) as error:
            return NotPlaced(_told(error)) if _nothing_was_done(error.__cause__) else Uncertain(_told(error))

    async def look_for(self, request: DialRequest) -> tuple[CallId, ...]:
        begin, end = request.requested_at - CLOCKS_DIFFER, request.requested_at + BEGAN_WITHIN

        async def question(client: Any) -> tuple[CallId, ...]:
            # Not by time: Twilio's filter goes by when a call started, and one that still waits has not.
            found = await client.calls.list_async(to=request.callback, from_=request.from_number, limit=LATEST)
            return tuple(
                CallId(call.sid)
                for call in found
                if call.direction == "outbound-api" and begin <= call.date_created <= end
            )

        return await self._api.ask(question)


def _nothing_was_done(cause: BaseException | None) -> bool:
    """Twilio refused, or nobody was reached; a connection that was lost, an answer that never came or that says
    nothing, or an error inside Twilio, leave it open."""
    status = getattr(cause, "status", None)
    if isinstance(status, int):
        return 400 <= status < 500 and status != _TIMEOUT
    return isinstance(cause, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout))


def _told(error: NotFound | Unavailable) -> str:
    code = error.data.get("code")
    return f"{error} (error {code})" if code else str(error)
