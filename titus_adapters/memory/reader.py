"""The read side of the memory store: every area's reader in one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from titus_adapters.memory import (
    accounts,
    callbacks,
    calls,
    dial_requests,
    events,
    hunt_groups,
    inbox,
    members,
    messages,
    record_journal,
    records,
    retention,
    standings,
    tallies,
    transcripts,
)
from titus_adapters.memory.state import State
from titus_core.accounts.model import Session, User
from titus_core.callbacks.model import Callback
from titus_core.callbacks.ports import Which
from titus_core.calls.dialling import DialId, DialRequest, DialState
from titus_core.calls.model import Call
from titus_core.calls.ports import CallFilter, CallRow, Waiting
from titus_core.calls.transcripts import Transcript
from titus_core.hunt_groups.model import HuntGroup
from titus_core.hunt_groups.ports import AvailabilityChange, AvailabilityEntry
from titus_core.kernel.events import Recorded
from titus_core.kernel.ids import CallId, ConversationId, GroupId, UserId
from titus_core.kernel.paging import Page
from titus_core.kernel.watermarks import Watermark
from titus_core.messaging.model import Message, MessageId
from titus_core.messaging.ports import MessageFilter
from titus_core.providers.model import Standing
from titus_core.records.catalogue import Catalogue
from titus_core.records.model import Record, RecordId, TableId
from titus_core.records.ports import Changes, JournalEntry, Query, RecordPage
from titus_core.records.shadow.model import Tally


class MemoryReader:
    """Every area's reader in one. `check` raises `Unavailable` while records cannot be asked for."""

    def __init__(self, state: State, check: Callable[[], None]) -> None:
        self._state = state
        self._check = check

    async def call(self, call_id: CallId) -> Call | None:
        return calls.call(self._state, call_id)

    async def with_copies(self, before: datetime, limit: int) -> tuple[CallId, ...]:
        return retention.with_copies(self._state, before, limit)

    async def with_audio(self, before: datetime, limit: int) -> tuple[ConversationId, ...]:
        return retention.with_audio(self._state, before, limit)

    async def events(self, call_id: CallId) -> tuple[Recorded, ...]:
        return events.recorded(self._state, f"call:{call_id}")

    async def alerts(self, since: datetime, limit: int) -> tuple[Recorded, ...]:
        return events.alerts(self._state, since, limit)

    async def callback(self, call_id: CallId) -> Callback | None:
        return self._state.callbacks.get(call_id)

    async def callbacks(self, which: Which, limit: int, after: int | None) -> Page[Callback]:
        return callbacks.page(self._state, which, limit, after)

    async def message(self, message_id: MessageId) -> Message | None:
        return self._state.messages.get(message_id)

    async def messages(self, where: MessageFilter, limit: int, after: int | None) -> Page[Message]:
        return messages.page(self._state, where, limit, after)

    async def standings(self) -> tuple[Standing, ...]:
        return standings.by_name(self._state)

    async def watermark(self, name: str) -> Watermark | None:
        return self._state.watermarks.get(name)

    async def transcript(self, conversation_id: ConversationId) -> Transcript | None:
        return self._state.transcripts.get(conversation_id)

    async def transcript_of(self, call_id: CallId) -> Transcript | None:
        return transcripts.of_call(self._state, call_id)

    async def transcripts_of(self, call_ids: Collection[CallId]) -> Mapping[CallId, Transcript]:
        found = {call_id: transcripts.of_call(self._state, call_id) for call_id in call_ids}
        return {call_id: one for call_id, one in found.items() if one is not None}

    async def conversations(self, limit: int, after: ConversationId | None) -> Page[Transcript]:
        return transcripts.page(self._state, limit, after)

    async def unlinked(self, limit: int, after: ConversationId | None = None) -> tuple[Transcript, ...]:
        return transcripts.unlinked(self._state, limit, after)

    async def dial_requests(
        self, state: DialState | None, limit: int, after: DialId | None = None
    ) -> tuple[DialRequest, ...]:
        return dial_requests.latest(self._state, state, limit, after)

    async def calls(self, where: CallFilter, limit: int, after: int | None) -> Page[CallRow]:
        return calls.page(self._state, where, limit, after)

    async def settled(self, since: datetime, until: datetime, limit: int, after: int | None) -> Page[Call]:
        return calls.settled(self._state, since, until, limit, after)

    async def due(self, now: datetime, limit: int) -> tuple[CallId, ...]:
        return calls.due(self._state, now, limit)

    async def live(self) -> tuple[CallId, ...]:
        return calls.live(self._state)

    async def waiting(self, now: datetime, limit: int) -> tuple[Waiting, ...]:
        return inbox.waiting(self._state, now, limit)

    async def groups(self) -> tuple[HuntGroup, ...]:
        return hunt_groups.groups(self._state)

    async def group(self, group_id: GroupId) -> HuntGroup | None:
        return self._state.groups.get(group_id)

    async def availabilities(self) -> tuple[AvailabilityEntry, ...]:
        return members.availabilities(self._state)

    async def availability_log(self, since: datetime, limit: int) -> tuple[AvailabilityChange, ...]:
        return members.availability_log(self._state, since, limit)

    async def voice_setting(self, name: str) -> str | None:
        return self._state.voice_settings.get(name)

    async def catalogue(self) -> Catalogue | None:
        return self._state.catalogue

    async def records(self, table: TableId, ids: Sequence[RecordId]) -> tuple[Record, ...]:
        self._check()
        return records.those(self._state, table, ids)

    async def record_page(self, query: Query) -> RecordPage:
        self._check()
        return records.page(self._state, query)

    async def touched(self, since: str | None, limit: int) -> Changes:
        self._check()
        return records.touched(self._state, since, limit)

    async def open_writes(self, before: datetime, limit: int) -> tuple[JournalEntry, ...]:
        self._check()
        return record_journal.open_writes(self._state, before, limit)

    async def record_tallies(self) -> tuple[Tally, ...]:
        return tallies.latest(self._state)

    async def users(self) -> tuple[User, ...]:
        return accounts.users(self._state)

    async def user(self, user_id: UserId) -> User | None:
        return self._state.users.get(user_id)

    async def session(self, token_hash: str) -> tuple[Session, User] | None:
        return accounts.session(self._state, token_hash)
