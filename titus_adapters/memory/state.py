"""Everything that a memory store holds, as tables of immutable rows."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

import msgspec

from titus_core.accounts.model import Session, User
from titus_core.callbacks.model import Callback
from titus_core.calls.dialling import DialId, DialRequest
from titus_core.calls.evidence import answered_at, talk_ended_at, winner
from titus_core.calls.instructions import Reply
from titus_core.calls.model import Call
from titus_core.calls.ports import Delivery, KnownCaller
from titus_core.calls.transcripts import AgentVisit, Transcript
from titus_core.hunt_groups.availability import Engagement
from titus_core.hunt_groups.model import HuntGroup
from titus_core.hunt_groups.ports import Availability
from titus_core.jobs.model import Job, JobId
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import CallId, ConversationId, GroupId, UserId
from titus_core.kernel.phone import PhoneNumber
from titus_core.kernel.watermarks import Watermark
from titus_core.messaging.model import Message, MessageId
from titus_core.providers.model import Standing
from titus_core.records.catalogue import Catalogue
from titus_core.records.model import FieldId, Record, RecordId, TableId
from titus_core.records.ports import JournalEntry
from titus_core.records.shadow.model import Tally, What


class Answer(msgspec.Struct, frozen=True):
    """Who took a call, when, and when the talk was over or else began."""

    user_id: UserId
    at: datetime
    idle_since: datetime


class StoredCall:
    """A call with what lists and timers look for. The answer is derived when first asked for: few calls ever are."""

    def __init__(self, call: Call, number: int, created_at: datetime, due: datetime | None) -> None:
        self.call = call
        self.number = number
        self.created_at = created_at
        self.due = due

    @cached_property
    def answer(self) -> Answer | None:
        call = self.call
        at = answered_at(call)
        for wave in call.waves if at is not None else ():
            if (attempt := winner(call, wave)) is not None and at is not None:
                over = talk_ended_at(call, wave, attempt)
                return Answer(attempt.user_id, at, over or at) if attempt.user_id is not None else None
        return None


class StoredDelivery(msgspec.Struct, frozen=True):
    """`retry_at` None: it was not tried yet."""

    id: int
    delivery: Delivery
    reply: Reply | None
    base_url: str
    tries: int = 0
    retry_at: datetime | None = None


class Stretch(msgspec.Struct, frozen=True):
    """One entry of the availability log; `ended_at` None: it lasts."""

    availability: Availability
    ended_at: datetime | None = None


class State:
    """The tables. Only a `Journal` changes them."""

    def __init__(self) -> None:
        self.calls: dict[CallId, StoredCall] = {}
        self.engagements: dict[UserId, Engagement] = {}
        self.deliveries: dict[int, StoredDelivery] = {}
        self.delivery_of_key: dict[tuple[str, str], int] = {}
        self.tokens: dict[tuple[str, str], None] = {}
        self.waiting: dict[int, None] = {}
        self.known_callers: dict[PhoneNumber, tuple[KnownCaller, ...]] = {}
        self.groups: dict[GroupId, HuntGroup] = {}
        self.firsts: dict[GroupId, UserId] = {}
        self.availability: dict[UserId, Availability] = {}
        self.heartbeats: dict[UserId, datetime] = {}
        self.stretches: dict[int, Stretch] = {}
        self.open_stretch: dict[UserId, int] = {}
        self.voice_settings: dict[str, str] = {}
        self.users: dict[UserId, User] = {}
        self.user_of_email: dict[str, UserId] = {}
        self.sessions: dict[str, Session] = {}
        self.agent_visits: dict[CallId, AgentVisit] = {}
        self.transcripts: dict[ConversationId, Transcript] = {}
        self.dial_requests: dict[DialId, DialRequest] = {}
        self.callbacks: dict[CallId, Callback] = {}
        self.messages: dict[MessageId, Message] = {}
        self.opt_outs: dict[PhoneNumber, tuple[bool, datetime]] = {}
        self.watermarks: dict[str, Watermark] = {}
        self.standings: dict[str, Standing] = {}
        self.catalogue: Catalogue | None = None
        self.rows: dict[TableId, dict[RecordId, Record]] = {}
        self.row_numbers: dict[tuple[TableId, FieldId], int] = {}
        self.record_writes: dict[str, JournalEntry] = {}
        self.record_write_of_key: dict[tuple[str, str], str] = {}
        self.record_tallies: dict[tuple[TableId, What, FieldId | None], Tally] = {}
        self.jobs: dict[JobId, Job] = {}
        self.job_ids: list[JobId] = []
        self.trail: list[Envelope] = []
        self.trail_of: dict[str, list[int]] = {}
