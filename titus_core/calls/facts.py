"""What can be told to `routing.decide`. Plain reports of the provider are events as they are (`events.py`)."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from titus_core.calls.events import (
    AgentServed,
    CallArrived,
    CallFoundLate,
    CallPlaced,
    CallReported,
    LegReported,
    RecordingErased,
    RecordingErasedAtProvider,
    RecordingKept,
    RecordingReported,
)
from titus_core.calls.model import CallStatus, Screening
from titus_core.kernel.ids import CallId, LegId, RecordingId


class DialEnded(msgspec.Struct, frozen=True, kw_only=True):
    """The dial is over and the provider asks what next. `wave` is the URL's hint; `caller_status` the caller's leg."""

    call_id: CallId
    wave: int
    status: CallStatus
    caller_status: CallStatus = CallStatus.IN_PROGRESS
    bridged: bool | None = None
    leg_id: LegId | None = None
    duration: int | None = None


class CallerWaits(msgspec.Struct, frozen=True, kw_only=True):
    """The hold is over and the provider asks what next; `turn` counts the holds."""

    call_id: CallId
    turn: int
    caller_status: CallStatus = CallStatus.IN_PROGRESS


class CallerIsStranded(msgspec.Struct, frozen=True, kw_only=True):
    """The provider could not use an answer and asks the fallback address. `agent_failed`: it was the AI agent's."""

    call_id: CallId
    error_code: str = ""
    error_url: str = ""
    agent_failed: bool = False
    caller_status: CallStatus = CallStatus.IN_PROGRESS


class LegPickedUp(msgspec.Struct, frozen=True, kw_only=True):
    """A screened leg was picked up and the provider asks what to do with it."""

    call_id: CallId
    leg_id: LegId
    address: str
    wave: int | None = None


class KeyPressed(msgspec.Struct, frozen=True, kw_only=True):
    """The person on a screened leg pressed a key."""

    call_id: CallId
    leg_id: LegId
    address: str
    answer: Screening
    wave: int | None = None


class AgentUnavailable(msgspec.Struct, frozen=True, kw_only=True):
    """No agent document could be had for the caller who asks for it now."""

    call_id: CallId
    reason: str


class MessageTaken(msgspec.Struct, frozen=True, kw_only=True):
    """The Record verb is over and the provider asks what next."""

    call_id: CallId
    recording_id: RecordingId | None = None
    duration: int | None = None


class SettleDue(msgspec.Struct, frozen=True, kw_only=True):
    """The call may be due to settle."""

    call_id: CallId


Fact: TypeAlias = (
    CallArrived
    | CallPlaced
    | DialEnded
    | CallerWaits
    | CallerIsStranded
    | LegPickedUp
    | KeyPressed
    | AgentServed
    | AgentUnavailable
    | MessageTaken
    | LegReported
    | CallReported
    | CallFoundLate
    | RecordingReported
    | RecordingKept
    | RecordingErased
    | RecordingErasedAtProvider
    | SettleDue
)
