"""What ElevenLabs keeps of the agent's conversations."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from urllib.parse import quote

import httpx

from titus_adapters.elevenlabs.api import ElevenLabsApi, Query
from titus_adapters.elevenlabs.payloads import ConversationDetail, ConversationPage, ConversationRow
from titus_adapters.elevenlabs.reading import OUR_CALL, conversation_of, state_of
from titus_core.calls.conversations import Conversation, ConversationState
from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.kernel.ids import CallId, ConversationId

PATH = "/v1/convai/conversations"
PAGE = 100
"""The most that ElevenLabs gives at once (../shared/facts/elevenlabs-anthropic-graph.md §1.2)."""

MOST_PAGES = 500
UNFINISHED = ("initiated", "in-progress", "processing")
ENDED = frozenset({ConversationState.DONE, ConversationState.FAILED})

MOST_AUDIO = 512 * 1024 * 1024
"""Bytes. Four hours, the longest that Twilio lets a call be, are 230 MB at 128 kbit/s."""

AUDIO_WITHIN = 900.0
"""Seconds for all pieces: a transfer that crawls ends as one that stands still does."""


class ElevenLabsConversations:
    """`calls.ports.Conversations`."""

    def __init__(self, api: ElevenLabsApi, agent_id: str, *, page: int = PAGE) -> None:
        self._api = api
        self._agent_id = agent_id
        self._page = page

    async def conversation(self, conversation_id: ConversationId) -> Conversation | None:
        try:
            detail = await self._api.get(_path(conversation_id), ConversationDetail)
        except NotFound:
            return None
        if detail.conversation_id != conversation_id:
            raise Unavailable("ElevenLabs told of another conversation", provider="elevenlabs")
        return conversation_of(detail)

    async def ended_since(self, at: datetime) -> tuple[ConversationId, ...]:
        since = int(at.timestamp())
        # Whether ElevenLabs' own bound is included is not told.
        rows = [row for row in await self._rows(self._query(since)) if row.start_time_unix_secs >= since]
        rows = [row for row in rows if state_of(row.status) in ENDED]
        rows.sort(key=lambda row: row.start_time_unix_secs, reverse=True)
        # A conversation that ends while we read may be on two pages.
        return tuple(dict.fromkeys(ConversationId(row.conversation_id) for row in rows))

    async def of_call(self, call_id: CallId) -> tuple[ConversationId, ...]:
        ours = f"{OUR_CALL}:eq:{call_id}"
        query: Query = {"agent_id": self._agent_id, "dynamic_variable_params": ours, "page_size": PAGE}
        return tuple(dict.fromkeys(ConversationId(row.conversation_id) for row in await self._rows(query)))

    async def audio(self, conversation_id: ConversationId) -> AsyncIterator[bytes]:
        clock = asyncio.get_running_loop().time
        deadline, received = clock() + AUDIO_WITHIN, 0
        async with self._api.stream(f"{_path(conversation_id)}/audio") as response:
            _check_sound(response)
            try:
                # As they come: gathered into pieces of one size, a crawl would not show for days.
                async for piece in response.aiter_bytes():
                    received += len(piece)
                    if received > MOST_AUDIO or clock() > deadline:
                        raise Unavailable("ElevenLabs' audio does not end", provider="elevenlabs")
                    yield piece
            except httpx.HTTPError as error:
                raise Unavailable("ElevenLabs' audio broke off", provider="elevenlabs") from error
        if not received:
            raise Unavailable("ElevenLabs' audio is empty", provider="elevenlabs")

    async def _rows(self, query: Query) -> list[ConversationRow]:
        """All of a list, page by page."""
        rows: list[ConversationRow] = []
        cursors: set[str] = set()
        while True:
            page = await self._api.get(PATH, ConversationPage, query)
            rows += page.conversations
            if not page.has_more:
                return rows
            cursor = page.next_cursor
            if not cursor or cursor in cursors or len(cursors) >= MOST_PAGES:
                raise Unavailable("ElevenLabs' list does not end", provider="elevenlabs")
            cursors.add(cursor)
            query = {**query, "cursor": cursor}

    def _query(self, since: int) -> Query:
        return {
            "agent_id": self._agent_id,
            "call_start_after_unix": max(0, since - 1),
            "exclude_statuses": UNFINISHED,
            "page_size": self._page,
            "summary_mode": "exclude",
        }


def _path(conversation_id: ConversationId) -> str:
    return f"{PATH}/{quote(conversation_id, safe='')}"


def _check_sound(response: httpx.Response) -> None:
    """A page of a proxy, or an error dressed as a success, must not be kept as what was said."""
    kind = response.headers.get("content-type", "")
    if kind.startswith(("text/", "application/json")):
        raise Unavailable("ElevenLabs sent no audio", provider="elevenlabs")
