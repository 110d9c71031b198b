"""What someone of ours asked to be dialled, and what became of it. Dialled at most once (decision 0018)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NewType, TypeAlias

import msgspec

from titus_core.kernel.events import Event
from titus_core.kernel.ids import CallId, UserId
from titus_core.kernel.phone import PhoneNumber

DialId = NewType("DialId", str)
"""Ours: it names the request in our own URLs, so that no number ever stands there."""


class DialState(StrEnum):
    """`dialling` is stored before the provider is asked. `unknown`: it was asked, and nobody can say whether it heard
    us; it is never asked again by itself. `failed`: nothing was dialled."""

    DIALLING = "dialling"
    PLACED = "placed"
    FAILED = "failed"
    UNKNOWN = "unknown"


class DialRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Ring `callback`, the phone of whoever asks, and once they pick up, `to`. `from_number` is our own number, shown
    to both. `key` is the client's idempotency key; `reason` says why it failed or is unknown."""

    id: DialId
    placed_by: UserId
    from_number: PhoneNumber
    callback: PhoneNumber
    to: PhoneNumber
    requested_at: datetime
    participant: str | None = None
    contact_id: str | None = None
    key: str | None = None
    state: DialState = DialState.DIALLING
    call_id: CallId | None = None
    reason: str | None = None
    version: int = 0

    def asks_the_same(self, other: DialRequest) -> bool:
        """Whether both ask for the same call."""
        return (self.callback, self.to) == (other.callback, other.to)


class Placed(msgspec.Struct, frozen=True):
    """The provider rings our own person now, as this call."""

    call_id: CallId


class NotPlaced(msgspec.Struct, frozen=True):
    """Nothing was dialled, for certain."""

    reason: str


class Uncertain(msgspec.Struct, frozen=True):
    """The provider may have been told, or not."""

    reason: str


Dialled: TypeAlias = Placed | NotPlaced | Uncertain


class DialEvent(Event, frozen=True, kw_only=True):
    dial_id: DialId


class DialRequested(DialEvent, frozen=True, tag="dial.requested", kw_only=True):
    placed_by: UserId
    callback: PhoneNumber
    to: PhoneNumber


class DialSettled(DialEvent, frozen=True, tag="dial.settled", kw_only=True):
    """What is known of it now."""

    state: DialState
    call_id: CallId | None = None
    reason: str | None = None


def subject_of(dial_id: DialId) -> str:
    """What its events are about."""
    return f"dial:{dial_id}"
