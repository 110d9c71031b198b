"""One call, as the facts make it. What can be derived (outcome, results, who is held) is derived, in `evidence.py`.

Merging facts is commutative: statuses join on a lattice, durations grow, collections are kept sorted by id. So every
order of the same facts makes the same call.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import msgspec

from titus_core.hunt_groups.availability import Reason
from titus_core.hunt_groups.model import Closure, Endpoint, Hours, Member, Prompts, Strategy, Voice
from titus_core.kernel.files import StoredFile
from titus_core.kernel.ids import CallId, ConversationId, GroupId, LegId, RecordingId, UserId
from titus_core.kernel.phone import PhoneNumber


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class CallStatus(StrEnum):
    """The provider's words for a leg, from `queued` to an end; later ones win (`joined`)."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    # The least of the ends: an outcome may rise from "failed", and never falls to it.
    FAILED = "failed"
    CANCELED = "canceled"
    NO_ANSWER = "no-answer"
    BUSY = "busy"
    COMPLETED = "completed"

    @property
    def ended(self) -> bool:
        return _RANK[self] > _RANK[CallStatus.IN_PROGRESS]

    def joined(self, other: CallStatus) -> CallStatus:
        """The later of two reports, whichever came first. Of two different ends the more telling one."""
        return max(self, other, key=_RANK.__getitem__)


_RANK = {status: rank for rank, status in enumerate(CallStatus)}


class Outcome(StrEnum):
    """How a call ended for the caller, best first."""

    ANSWERED = "answered"
    AI_FALLBACK = "ai_fallback"
    VOICEMAIL = "voicemail"
    CALLER_HUNG_UP = "caller_hung_up"
    FAILED = "failed"


class Result(StrEnum):
    """How one attempt at one member ended."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"
    DECLINED = "declined"
    SCREENED_OUT = "screened_out"
    LOST_RACE = "lost_race"
    CALLER_GONE = "caller_gone"
    SKIPPED = "skipped"


class RingStage(msgspec.Struct, frozen=True, tag="ring"):
    """Ring the members of a group, already in order. `first` is who served the caller last, rung alone before them."""

    group_id: GroupId
    name: str
    strategy: Strategy
    ring_seconds: int
    when_busy: str
    screening: bool
    wrap_up_seconds: int
    members: tuple[Member, ...]
    first: UserId | None = None
    hours: Hours | None = None
    closures: tuple[Closure, ...] = ()


class NumberStage(msgspec.Struct, frozen=True, tag="number"):
    """Ring an external number."""

    number: PhoneNumber
    ring_seconds: int


class AgentStage(msgspec.Struct, frozen=True, tag="agent"):
    """Hand the caller to the AI voice agent."""


class VoicemailStage(msgspec.Struct, frozen=True, tag="voicemail"):
    """Take a message. Every plan ends with it, so nobody is left on the line with nothing."""


Stage: TypeAlias = RingStage | NumberStage | AgentStage | VoicemailStage


class Plan(msgspec.Struct, frozen=True):
    """What will be tried for this caller, frozen when the call arrives: later edits of the group do not move a hunt.

    `budget_seconds` bounds ringing and holding from arrival on; `record` holds only with `announcement`, the id of
    the recording notice that the caller hears. `missed_call_text` is texted to a caller whom nobody answers (empty:
    nothing is). `caller_id`: what those who are rung are shown; None: the caller's own.
    """

    stages: tuple[Stage, ...]
    budget_seconds: int
    group_id: GroupId | None = None
    group_name: str = ""
    record: bool = False
    announcement: str | None = None
    prompts: Prompts = Prompts()
    voice: Voice = Voice()
    missed_call_text: str = ""
    caller_id: PhoneNumber | None = None


class Screening(StrEnum):
    """What the person who picked up pressed."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class Attempt(msgspec.Struct, frozen=True):
    """One endpoint of one member, offered in one wave. `user_id` None: an external number. `accepted_at`: when the key
    was pressed that took the call."""

    name: str
    endpoint: Endpoint
    address: str
    screened: bool
    user_id: UserId | None = None
    answer: Screening | None = None
    accepted_at: datetime | None = None


class WaveEnd(msgspec.Struct, frozen=True):
    """What the provider said when the dial was over. `bridged` None: it did not say."""

    status: CallStatus
    at: datetime
    bridged: bool | None = None
    leg_id: LegId | None = None
    duration: int | None = None


class Wave(msgspec.Struct, frozen=True):
    """Members rung together, numbered from 1. `ring_seconds` is what they hear."""

    number: int
    stage: int
    ring_seconds: int
    offered_at: datetime
    attempts: tuple[Attempt, ...]
    end: WaveEnd | None = None


class Skip(msgspec.Struct, frozen=True):
    """A member who was not rung, and why; `wave` is the wave that would have been theirs."""

    wave: int
    stage: int
    user_id: UserId
    name: str
    reason: Reason
    at: datetime


class Leg(msgspec.Struct, frozen=True):
    """A child leg as its callbacks tell. `wave` and `address` say which attempt it belongs to."""

    id: LegId
    address: str = ""
    wave: int | None = None
    status: CallStatus = CallStatus.QUEUED
    duration: int | None = None
    sip_code: int | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None


class RecordingState(StrEnum):
    """In order of what is known; a later word wins."""

    ANNOUNCED = "announced"
    IN_PROGRESS = "in-progress"
    ABSENT = "absent"
    COMPLETED = "completed"

    def joined(self, other: RecordingState) -> RecordingState:
        return max(self, other, key=list(RecordingState).index)


class Recording(msgspec.Struct, frozen=True):
    """A recording of this call; `voicemail` if it is the message that the caller left. `file` is our copy, until it is
    `erased`; `erased_at_provider`: there is no other one."""

    id: RecordingId
    state: RecordingState = RecordingState.ANNOUNCED
    voicemail: bool = False
    duration: int | None = None
    channels: int | None = None
    file: StoredFile | None = None
    erased: bool = False
    erased_at_provider: bool = False


class Agent(msgspec.Struct, frozen=True):
    """The hand-over to the AI agent: its document was served, and maybe failed afterwards. `conversation_id` is what
    its provider called the conversation beforehand."""

    served_at: datetime | None = None
    failure: str | None = None
    conversation_id: ConversationId | None = None


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A call, as far as it is known. One row; child legs are part of it.

    A call may be known before it arrived (a late webhook): then `arrived_at` and `plan` are None.
    `caller` is None for withheld numbers; `from_number` is what the provider said. `stage` is the plan's stage that
    the caller is in, `holds` counts how often the caller was asked to wait. `refusal` says why the caller was turned
    away; `found_late`: no webhook told of it while it lasted, and `began_at` is when it rang. `placed_by` is who of us
    made an outbound call: they are on the caller's leg.
    """

    id: CallId
    direction: Direction = Direction.INBOUND
    from_number: str = ""
    to_number: str = ""
    caller: PhoneNumber | None = None
    participant: str | None = None
    contact_id: str | None = None
    placed_by: UserId | None = None
    found: str | None = None
    found_late: bool = False
    refusal: str | None = None
    plan: Plan | None = None
    stage: int = 0
    status: CallStatus = CallStatus.QUEUED
    duration: int | None = None
    waves: tuple[Wave, ...] = ()
    skips: tuple[Skip, ...] = ()
    legs: tuple[Leg, ...] = ()
    recordings: tuple[Recording, ...] = ()
    agent: Agent = Agent()
    voicemail_offered_at: datetime | None = None
    held_since: datetime | None = None
    holds: int = 0
    strandings: int = 0
    seen_at: datetime
    arrived_at: datetime | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None
    settled_at: datetime | None = None
    news_at: datetime
    version: int = 0

    @property
    def live(self) -> bool:
        return not self.status.ended

    @property
    def copies(self) -> tuple[tuple[RecordingId, StoredFile], ...]:
        """The recordings that we have, each with our copy."""
        return tuple((recording.id, recording.file) for recording in self.recordings if recording.file is not None)

    @property
    def wave(self) -> Wave | None:
        """The latest wave."""
        return self.waves[-1] if self.waves else None
