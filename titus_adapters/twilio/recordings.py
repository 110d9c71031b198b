"""Recordings at Twilio: fetched by id from the configured host, with the account's own credentials."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Self

import httpx

from titus_adapters.clients import Watching, unwatched
from titus_adapters.twilio.settings import TwilioSettings
from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.kernel.ids import RecordingId

SILENCE = 30.0
"""Seconds without a byte after which the recording counts as broken off."""

CONNECT_WITHIN = 2.0
PIECE = 256 * 1024

_RECORDING = re.compile(r"RE[0-9a-f]{32}")


class TwilioRecordings:
    """`calls.ports.RecordingSource`. Close it, or use it as a context."""

    def __init__(
        self,
        settings: TwilioSettings,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        watching: Watching = unwatched,
    ) -> None:
        self._account = f"{settings.base_url}/2010-04-01/Accounts/{settings.account_sid}"
        self._http = watching(httpx.AsyncClient)(
            auth=(settings.account_sid, settings.auth_token),
            timeout=httpx.Timeout(SILENCE, connect=CONNECT_WITHIN),
            transport=transport,
        )

    async def audio(self, recording_id: RecordingId) -> AsyncIterator[bytes]:
        try:
            async with self._http.stream("GET", f"{self._address(recording_id)}.mp3") as response:
                _refuse(response.status_code)
                async for piece in response.aiter_bytes(PIECE):
                    yield piece
        except httpx.HTTPError as error:
            raise Unavailable(f"the recording broke off: {type(error).__name__}", provider="twilio") from error

    async def delete(self, recording_id: RecordingId) -> None:
        if not _RECORDING.fullmatch(recording_id):
            return  # Twilio never had it
        try:
            response = await self._http.delete(f"{self._address(recording_id)}.json")
        except httpx.HTTPError as error:
            raise Unavailable("Twilio could not be reached", provider="twilio") from error
        if response.status_code != httpx.codes.NOT_FOUND:
            _refuse(response.status_code)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def _address(self, recording_id: RecordingId) -> str:
        if not _RECORDING.fullmatch(recording_id):
            raise NotFound("that is no recording of Twilio's", provider="twilio")
        return f"{self._account}/Recordings/{recording_id}"


def _refuse(status: int) -> None:
    """An answer other than success is none: a page of a proxy must never be kept as a recording."""
    if status == httpx.codes.NOT_FOUND:
        raise NotFound("Twilio has no such recording", provider="twilio")
    if not 200 <= status < 300:
        raise Unavailable(f"Twilio answered {status}", provider="twilio")
