"""Who can be offered a call now. Pure; every exclusion says why."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, assert_never

import msgspec

from titus_core.hunt_groups.model import Endpoint
from titus_core.kernel.ids import CallId, UserId
from titus_core.kernel.phone import PhoneNumber

HEARTBEAT_LASTS = timedelta(seconds=45)
"""A browser sends a heartbeat at least every 30 s (`contract.md`); half as much again forgives a slow network."""


class Presence(StrEnum):
    """What a member says of themselves; someone who never said anything is offline, as in today's system."""

    AVAILABLE = "available"
    BUSY = "busy"
    OFFLINE = "offline"


class Reason(StrEnum):
    """Why someone is not rung."""

    UNAVAILABLE = "unavailable"
    DO_NOT_DISTURB = "do_not_disturb"
    BUSY = "busy"
    RESERVED = "reserved"
    WRAP_UP = "wrap_up"
    OUTSIDE_HOURS = "outside_hours"
    HOLIDAY = "holiday"
    NO_ENDPOINT = "no_endpoint"
    NO_HEARTBEAT = "no_heartbeat"
    OUT_OF_TIME = "out_of_time"


PASSING = frozenset({Reason.BUSY, Reason.RESERVED, Reason.WRAP_UP})
"""Reasons that end by themselves soon: worth waiting for, if the group says so."""


class Engagement(msgspec.Struct, frozen=True):
    """What keeps a member from another call, and until when at the latest: a lease, so no lost event locks anyone.

    `leaving`: somebody else has the caller, or this member declined, and their phone is not told to be free yet.
    """

    user_id: UserId
    call_id: CallId
    kind: Literal["ringing", "leaving", "talking", "wrap_up"]
    until: datetime


class MemberState(msgspec.Struct, frozen=True):
    """All that routing needs to know of a member at this moment.

    `answered` counts calls answered in the last 24 hours; `idle_since` is when the last talk ended (None: long ago).
    """

    user_id: UserId
    name: str
    phone: PhoneNumber | None = None
    presence: Presence = Presence.OFFLINE
    do_not_disturb_until: datetime | None = None
    heartbeat_at: datetime | None = None
    engagement: Engagement | None = None
    answered: int = 0
    idle_since: datetime | None = None

    def browser_is_fresh(self, now: datetime) -> bool:
        return self.heartbeat_at is not None and now - self.heartbeat_at <= HEARTBEAT_LASTS


def exclusion(state: MemberState | None, wanted: Endpoint, now: datetime, call_id: CallId) -> Reason | None:
    """Why this member cannot be offered this call now; None if they can. `state` None: no such active user."""
    if state is None or state.presence is not Presence.AVAILABLE:
        return Reason.BUSY if state is not None and state.presence is Presence.BUSY else Reason.UNAVAILABLE
    if state.do_not_disturb_until is not None and now < state.do_not_disturb_until:
        return Reason.DO_NOT_DISTURB
    if (engaged := _engaged(state.engagement, now, call_id)) is not None:
        return engaged
    if endpoints(state, wanted, now):
        return None
    return Reason.NO_ENDPOINT if wanted is Endpoint.PHONE else Reason.NO_HEARTBEAT


def endpoints(state: MemberState, wanted: Endpoint, now: datetime) -> tuple[Endpoint, ...]:
    """Where this member can be rung now, browser first."""
    browser = wanted is not Endpoint.PHONE and state.browser_is_fresh(now)
    phone = wanted is not Endpoint.BROWSER and state.phone is not None
    return (Endpoint.BROWSER,) * browser + (Endpoint.PHONE,) * phone


def _engaged(engagement: Engagement | None, now: datetime, call_id: CallId) -> Reason | None:
    if engagement is None or engagement.until <= now:
        return None
    match engagement.kind:
        case "wrap_up":
            return Reason.WRAP_UP
        case "ringing" | "leaving":
            return Reason.RESERVED if engagement.call_id != call_id else None
        case "talking":
            return Reason.BUSY
        case never:
            assert_never(never)
