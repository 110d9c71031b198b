"""Calls as clients see them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from titus_core.calls.evidence import answered_by, leg_of, outcome, result, talk_ended_at
from titus_core.calls.model import (
    Attempt,
    Call,
    CallStatus,
    Direction,
    Outcome,
    Recording,
    RecordingState,
    Result,
    Wave,
)
from titus_core.calls.ports import CallRow
from titus_core.calls.recordings import to_be_heard
from titus_core.calls.transcripts import Transcript, as_text, summary_of
from titus_core.hunt_groups.availability import Reason
from titus_core.hunt_groups.model import Endpoint
from titus_core.kernel.events import Recorded
from titus_core.kernel.ids import CallId
from titus_http.routes.inputs import stamp


class LegacyCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call in today's list. `transcript` and `summary` are null until those exist, and so is `recording_url`: what it
    names needs a token (`audio-token`)."""

    id: int
    sid: str
    type: Direction
    from_number: str
    to_number: str
    participant: str | None
    status: CallStatus
    duration: int
    recording_url: str | None = None
    transcript: str | None = None
    summary: str | None = None
    created_at: str | None
    updated_at: str | None


class CallItem(msgspec.Struct, frozen=True, kw_only=True):
    """A call in a page. `outcome` is null while the call is live."""

    id: int
    sid: str
    type: Direction
    from_number: str
    to_number: str
    participant: str | None
    status: CallStatus
    outcome: Outcome | None
    duration: int | None
    recording_url: str | None = None
    transcript: str | None = None
    summary: str | None = None
    created_at: datetime
    updated_at: datetime


class CallPage(msgspec.Struct, frozen=True):
    """`next` is the `cursor` of the following page; null on the last one."""

    items: list[CallItem]
    next: str | None


class AnsweredBy(msgspec.Struct, frozen=True, rename="camel"):
    """`userId` is null for someone who is no user: an external number."""

    user_id: int | None
    name: str


class AttemptView(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """One member in one wave. `result` is null while it rings; someone who was not rung is `skipped`, with a reason."""

    wave: int
    user_id: int | None
    name: str
    endpoint: Endpoint | None
    result: Result | None
    reason: Reason | None
    ring_seconds: int
    started_at: datetime
    ended_at: datetime | None


class RecordingView(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """`kept`: it can be heard. `erased`: it was kept for as long as it was to be; `erasedAtProvider`: ours was whole,
    so the telephony provider was told to delete its own."""

    sid: str
    state: RecordingState
    voicemail: bool
    duration: int | None
    kept: bool
    erased: bool
    erased_at_provider: bool


class EventView(msgspec.Struct, frozen=True):
    at: datetime
    kind: str
    data: dict[str, Any]


class CallDetail(msgspec.Struct, frozen=True, kw_only=True, rename={"answered_by": "answeredBy"}):
    """Everything about one call. `settled`: no late fact is waited for any more;
    `found_late`: no webhook had told of it."""

    sid: str
    type: Direction
    from_number: str
    to_number: str
    participant: str | None
    status: CallStatus
    outcome: Outcome | None
    settled: bool
    found_late: bool
    duration: int | None
    recording_url: str | None = None
    transcript: str | None = None
    summary: str | None = None
    created_at: datetime
    updated_at: datetime
    answered_by: AnsweredBy | None
    attempts: list[AttemptView]
    recordings: list[RecordingView]
    events: list[EventView]


def legacy_row(row: CallRow, transcript: Transcript | None = None) -> LegacyCall:
    return LegacyCall(
        id=row.number,
        sid=row.sid,
        type=row.direction,
        from_number=row.from_number,
        to_number=row.to_number,
        participant=row.participant,
        status=row.status,
        duration=row.duration or 0,
        created_at=stamp(row.created_at),
        updated_at=stamp(row.updated_at),
        recording_url=_audio(row.sid) if row.has_copies or _sounds(transcript) else None,
        transcript=as_text(transcript.conversation) if transcript is not None else None,
        summary=summary_of(transcript) if transcript is not None else None,
    )


def item(row: CallRow, transcript: Transcript | None = None) -> CallItem:
    return CallItem(
        id=row.number,
        sid=row.sid,
        type=row.direction,
        from_number=row.from_number,
        to_number=row.to_number,
        participant=row.participant,
        status=row.status,
        outcome=row.outcome,
        duration=row.duration,
        created_at=row.created_at,
        updated_at=row.updated_at,
        recording_url=_audio(row.sid) if row.has_copies or _sounds(transcript) else None,
        transcript=as_text(transcript.conversation) if transcript is not None else None,
        summary=summary_of(transcript) if transcript is not None else None,
    )


def detail(call: Call, events: Iterable[Recorded], transcript: Transcript | None = None) -> CallDetail:
    return CallDetail(
        sid=call.id,
        type=call.direction,
        from_number=call.from_number,
        to_number=call.to_number,
        participant=call.participant,
        status=call.status,
        outcome=outcome(call),
        settled=call.settled_at is not None,
        found_late=call.found_late,
        duration=call.duration,
        created_at=call.seen_at,
        updated_at=call.news_at,
        answered_by=answered(call),
        attempts=_attempts(call),
        recordings=[_recording(one) for one in call.recordings],
        events=[EventView(event.at, event.kind, msgspec.json.decode(event.data)) for event in events],
        recording_url=_audio(call.id) if to_be_heard(call) is not None or _sounds(transcript) else None,
        transcript=as_text(transcript.conversation) if transcript is not None else None,
        summary=summary_of(transcript) if transcript is not None else None,
    )


def _recording(one: Recording) -> RecordingView:
    return RecordingView(
        sid=one.id,
        state=one.state,
        voicemail=one.voicemail,
        duration=one.duration,
        kept=one.file is not None,
        erased=one.erased,
        erased_at_provider=one.erased_at_provider,
    )


def _audio(call_id: CallId) -> str:
    return f"/api/voice/calls/audio-token/{call_id}"


def _sounds(transcript: Transcript | None) -> bool:
    """Whether the talk with the AI agent can be heard."""
    return transcript is not None and transcript.audio is not None


def answered(call: Call) -> AnsweredBy | None:
    winner = answered_by(call)
    return AnsweredBy(winner.user_id, winner.name) if winner is not None else None


def offered(call: Call) -> list[AttemptView]:
    """Whom the latest wave rings."""
    return [_attempt(call, call.wave, attempt) for attempt in call.wave.attempts] if call.wave is not None else []


def _attempts(call: Call) -> list[AttemptView]:
    """By wave; within a wave first who was passed by, then who was rung."""
    skipped = [
        AttemptView(
            wave=skip.wave,
            user_id=skip.user_id,
            name=skip.name,
            endpoint=None,
            result=Result.SKIPPED,
            reason=skip.reason,
            ring_seconds=0,
            started_at=skip.at,
            ended_at=skip.at,
        )
        for skip in call.skips
    ]
    rung = [_attempt(call, wave, attempt) for wave in call.waves for attempt in wave.attempts]
    return sorted([*skipped, *rung], key=lambda attempt: attempt.wave)


def _attempt(call: Call, wave: Wave, attempt: Attempt) -> AttemptView:
    ended_as = result(call, wave, attempt)
    return AttemptView(
        wave=wave.number,
        user_id=attempt.user_id,
        name=attempt.name,
        endpoint=attempt.endpoint,
        result=ended_as,
        reason=None,
        ring_seconds=wave.ring_seconds,
        started_at=wave.offered_at,
        ended_at=_ended_at(call, wave, attempt, ended_as),
    )


def _ended_at(call: Call, wave: Wave, attempt: Attempt, ended_as: Result | None) -> datetime | None:
    if ended_as is None:
        return None
    if ended_as is Result.ANSWERED:
        return talk_ended_at(call, wave, attempt)
    leg = leg_of(call, wave, attempt)
    ends = (leg.ended_at if leg is not None else None, wave.end.at if wave.end is not None else None, call.ended_at)
    return next((at for at in ends if at is not None), None)
