"""One caller whom nobody served, and what people did about it. Every change is pure; who may do what next is here."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from titus_core.kernel.errors import AlreadyExists, Taken
from titus_core.kernel.ids import CallId, GroupId, UserId
from titus_core.kernel.phone import PhoneNumber


class CallbackState(StrEnum):
    """`CLAIMED`: someone has taken it on; nobody else is to ring the caller."""

    OPEN = "open"
    CLAIMED = "claimed"
    CLOSED = "closed"


class Reached(StrEnum):
    """What came of ringing the caller back."""

    REACHED = "reached"
    LEFT_MESSAGE = "left_message"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"


class Resolution(StrEnum):
    """Why nothing is owed any more."""

    REACHED = "reached"
    CALLED_AGAIN = "called_again"
    UNREACHABLE = "unreachable"
    NOT_NEEDED = "not_needed"


class Person(msgspec.Struct, frozen=True):
    """A member of staff, by the name of that day."""

    user_id: UserId
    name: str


class Attempt(msgspec.Struct, frozen=True):
    """One time that someone rang the caller. `key` is theirs for it: under one key they rang once."""

    by: Person
    at: datetime
    result: Reached
    note: str = ""
    key: str | None = None


class Claim(msgspec.Struct, frozen=True):
    by: Person
    at: datetime


class Closing(msgspec.Struct, frozen=True):
    by: Person
    at: datetime
    resolution: Resolution
    note: str = ""


class Callback(msgspec.Struct, frozen=True, kw_only=True):
    """What one call left behind. `caller` None: the number was withheld. `outcome` is how the call had ended when this
    began; `called_at` when the caller rang. `group_id` None: no group had been found for them. `told_at`: when whoever
    the group wants to be told was told. `number` grows with
    every callback of a store, which gives it (0: not stored yet)."""

    call_id: CallId
    caller: PhoneNumber | None
    from_number: str
    to_number: str
    outcome: str
    called_at: datetime
    owed_at: datetime
    group_id: GroupId | None = None
    group_name: str = ""
    participant: str | None = None
    contact_id: str | None = None
    claim: Claim | None = None
    attempts: tuple[Attempt, ...] = ()
    closing: Closing | None = None
    told_at: datetime | None = None
    number: int = 0
    version: int = 0

    @property
    def state(self) -> CallbackState:
        if self.closing is not None:
            return CallbackState.CLOSED
        return CallbackState.CLAIMED if self.claim is not None else CallbackState.OPEN


CLAIM_LASTS = timedelta(hours=2)
"""From the claim, or its owner's last attempt, on: whoever took a callback on and went home must not keep the caller
from being rung."""


def claimed(callback: Callback, by: Person, at: datetime) -> Callback:
    """Taken on by this person. Raises `Taken` if another one has it (and did something about it lately), or it is
    closed."""
    _demand_free(callback, by, at)
    claim = callback.claim
    own = claim is not None and claim.by.user_id == by.user_id
    return callback if own else replace(callback, claim=Claim(by, at))


def released(callback: Callback, by: Person, at: datetime) -> Callback:
    """Given back for others to take. Raises `Taken` like `claimed`."""
    _demand_free(callback, by, at)
    return replace(callback, claim=None)


def attempted(callback: Callback, attempt: Attempt) -> Callback:
    """With one more attempt; whoever rings takes it on by that. Raises `Taken` like `claimed`."""
    taken = claimed(callback, attempt.by, attempt.at)
    return replace(taken, attempts=(*taken.attempts, attempt))


def repeats(callback: Callback, attempt: Attempt) -> bool:
    """Whether it was noted before, under the same key. Raises `AlreadyExists` if the key was used for another one."""
    known = [one for one in callback.attempts if one.key is not None and one.key == attempt.key]
    own = next((one for one in known if one.by.user_id == attempt.by.user_id), None)
    if own is not None and (own.result, own.note) != (attempt.result, attempt.note):
        raise AlreadyExists("This Idempotency-Key was used for another attempt")
    return own is not None


def closed(callback: Callback, closing: Closing) -> Callback:
    """Closed. Anybody may do that, whoever had taken it on; raises `Taken` if it is closed already."""
    _demand_open(callback)
    return replace(callback, closing=closing)


def _demand_free(callback: Callback, by: Person, at: datetime) -> None:
    _demand_open(callback)
    claim = callback.claim
    if claim is not None and claim.by.user_id != by.user_id and at - _last_seen_to(callback, claim) < CLAIM_LASTS:
        raise Taken(f"{claim.by.name} has taken it on", by=claim.by.user_id, at=claim.at.isoformat())


def _last_seen_to(callback: Callback, claim: Claim) -> datetime:
    """When whoever has it did something about it."""
    own = [attempt.at for attempt in callback.attempts if attempt.by.user_id == claim.by.user_id]
    return max([claim.at, *own])


def _demand_open(callback: Callback) -> None:
    closing = callback.closing
    if closing is not None:
        raise Taken(f"{closing.by.name} has closed it", by=closing.by.user_id, at=closing.at.isoformat())
