"""What happens to a call. Folding a call's events (`history.fold`) makes its state.

Reports of the provider are events as they are: accepted if they tell something new.
"""

from __future__ import annotations

from datetime import datetime

from titus_core.calls.model import Attempt, CallStatus, Direction, Plan, RecordingState, Screening
from titus_core.hunt_groups.availability import Reason
from titus_core.kernel.events import Event
from titus_core.kernel.files import StoredFile
from titus_core.kernel.ids import CallId, ConversationId, LegId, RecordingId, UserId
from titus_core.kernel.phone import PhoneNumber


class CallEvent(Event, frozen=True, kw_only=True):
    call_id: CallId


class CallArrived(CallEvent, frozen=True, tag="call.arrived", kw_only=True):
    """The caller is on the line and a plan is made. `found` says how, if not by the provider's first webhook."""

    from_number: str
    to_number: str
    caller: PhoneNumber | None = None
    participant: str | None = None
    contact_id: str | None = None
    found: str | None = None
    refusal: str | None = None
    plan: Plan


class CallPlaced(CallEvent, frozen=True, tag="call.placed", kw_only=True):
    """One of us calls out. `placed_by` None: a browser of somebody unknown, who is refused. `plan` None: nothing is to
    be dialled (any more)."""

    from_number: str
    to_number: str
    placed_by: UserId | None = None
    participant: str | None = None
    contact_id: str | None = None
    refusal: str | None = None
    plan: Plan | None = None


class WaveOffered(CallEvent, frozen=True, tag="call.wave_offered", kw_only=True):
    wave: int
    stage: int
    ring_seconds: int
    attempts: tuple[Attempt, ...]


class MemberSkipped(CallEvent, frozen=True, tag="call.member_skipped", kw_only=True):
    wave: int
    stage: int
    user_id: UserId
    name: str
    reason: Reason


class WaveEnded(CallEvent, frozen=True, tag="call.wave_ended", kw_only=True):
    """The dial of this wave is over."""

    wave: int
    status: CallStatus
    bridged: bool | None = None
    leg_id: LegId | None = None
    duration: int | None = None


class ScreeningAnswered(CallEvent, frozen=True, tag="call.screening_answered", kw_only=True):
    """Someone picked up the screened leg and pressed a key."""

    wave: int
    address: str
    leg_id: LegId
    answer: Screening


class StageReached(CallEvent, frozen=True, tag="call.stage_reached", kw_only=True):
    """The hunt goes on to this stage of the plan."""

    stage: int
    to: str


class CallerHeld(CallEvent, frozen=True, tag="call.caller_held", kw_only=True):
    """Everyone is busy, and the caller waits."""

    stage: int


class AgentServed(CallEvent, frozen=True, tag="call.agent_served", kw_only=True):
    """The AI agent's document went to the provider. `conversation_id` where the agent's provider named it."""

    conversation_id: ConversationId | None = None


class AgentFailed(CallEvent, frozen=True, tag="call.agent_failed", kw_only=True):
    """No agent document could be had, or the provider could not use it."""

    reason: str


class VoicemailOffered(CallEvent, frozen=True, tag="call.voicemail_offered", kw_only=True):
    pass


class CallerStranded(CallEvent, frozen=True, tag="call.caller_stranded", kw_only=True):
    """The provider could not use our answer and asked the fallback address for another."""

    error_code: str = ""
    error_url: str = ""


class LegReported(CallEvent, frozen=True, tag="call.leg_reported", kw_only=True):
    leg_id: LegId
    status: CallStatus
    address: str = ""
    wave: int | None = None
    duration: int | None = None
    sip_code: int | None = None


class CallReported(CallEvent, frozen=True, tag="call.reported", kw_only=True):
    """The provider's word on the caller's own leg."""

    status: CallStatus
    duration: int | None = None
    direction: Direction | None = None
    from_number: str = ""
    to_number: str = ""


class CallFoundLate(CallEvent, frozen=True, tag="call.found_late", kw_only=True):
    """No webhook had told of this call; a later look at the provider's list did. `began_at`: when it rang, by the
    provider's word."""

    began_at: datetime | None = None


class RecordingReported(CallEvent, frozen=True, tag="call.recording_reported", kw_only=True):
    recording_id: RecordingId
    state: RecordingState
    voicemail: bool = False
    duration: int | None = None
    channels: int | None = None


class RecordingKept(CallEvent, frozen=True, tag="call.recording_kept", kw_only=True):
    """We have a copy of our own."""

    recording_id: RecordingId
    file: StoredFile


class RecordingErased(CallEvent, frozen=True, tag="call.recording_erased", kw_only=True):
    """Our copy is deleted: it was kept for as long as it was to be."""

    recording_id: RecordingId


class RecordingErasedAtProvider(CallEvent, frozen=True, tag="call.recording_erased_at_provider", kw_only=True):
    """The provider has it no longer: we asked it to delete its own, after looking whether our copy is whole."""

    recording_id: RecordingId


class CallSettled(CallEvent, frozen=True, tag="call.settled", kw_only=True):
    """The call ended and no news came for a while; what follows from its outcome may happen now."""

    outcome: str
