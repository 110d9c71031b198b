"""A hunt group: the people behind a number, and what happens when none of them answers.

Keys are camelCase in JSON, in the store as on the wire, because today's clients read them so.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Literal, TypeAlias

import msgspec

from titus_core.kernel.clock import EPOCH
from titus_core.kernel.ids import GroupId, UserId
from titus_core.kernel.phone import PhoneNumber


class Strategy(StrEnum):
    """In which order members of one tier are rung."""

    SEQUENTIAL = "sequential"
    RING_ALL = "ring_all"
    ROUND_ROBIN = "round_robin"
    LONGEST_IDLE = "longest_idle"
    FEWEST_CALLS = "fewest_calls"
    RANDOM = "random"


class Endpoint(StrEnum):
    """Where a member is rung; BOTH rings every kind that the member can be reached on, at once."""

    BROWSER = "browser"
    PHONE = "phone"
    BOTH = "both"


class Member(msgspec.Struct, frozen=True, rename="camel"):
    """`tier` 1 is rung before tier 2; `ring_seconds` is what a person hears (None: the group's)."""

    user_id: UserId
    tier: int = 1
    ring_seconds: int | None = None
    endpoint: Endpoint = Endpoint.BOTH


Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Span(msgspec.Struct, frozen=True, rename="camel"):
    """Opening time of one day, local wall clock `HH:MM`; `until` may be `24:00`. It does not cross midnight."""

    start: str
    until: str


class Hours(msgspec.Struct, frozen=True, rename="camel"):
    """When the group is open. Local time in `timezone`; public holidays of `state` close it (None: none do)."""

    timezone: str
    weekly: dict[Weekday, tuple[Span, ...]]
    state: str | None = None


class Closure(msgspec.Struct, frozen=True, rename="camel"):
    """The provider's own exception: closed on these days (both included), or `open` although it is a holiday."""

    day: date
    until: date | None = None
    name: str = ""
    open: bool = False

    def covers(self, day: date) -> bool:
        return self.day <= day <= (self.until or self.day)


class ToGroup(msgspec.Struct, frozen=True, rename="camel", tag_field="kind", tag="group"):
    """Ring another group's members."""

    group_id: GroupId


class ToAgent(msgspec.Struct, frozen=True, tag_field="kind", tag="ai"):
    """Let the AI voice agent talk to the caller."""


class ToVoicemail(msgspec.Struct, frozen=True, tag_field="kind", tag="voicemail"):
    """Take a message."""


class ToNumber(msgspec.Struct, frozen=True, rename="camel", tag_field="kind", tag="number"):
    """Ring an external number, an on-call service for example."""

    number: PhoneNumber
    ring_seconds: int = 25


OverflowStep: TypeAlias = ToGroup | ToAgent | ToVoicemail | ToNumber


class Prompts(msgspec.Struct, frozen=True, rename="camel"):
    """What the caller hears; an empty text is not spoken. `recording_notice` must be there where calls are recorded."""

    greeting: str = ""
    recording_notice: str = "This call is recorded so that we can support you well."
    hold: str = "Everyone is helping someone else at the moment. Please stay on the line."
    unavailable: str = (
        "Nobody can take your call right now. Please leave a message after the tone, and we will call you back."
    )


class Voice(msgspec.Struct, frozen=True, rename="camel"):
    """How prompts are spoken: the provider's voice name and a BCP 47 language."""

    name: str = "Polly.Olivia-Neural"
    language: str = "en-AU"


class HuntGroup(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The group as an administrator sets it up. Rules: `rules.check`.

    `number` is the dialled number that it serves (None: any number without a group of its own);
    `max_wait_seconds` bounds the whole run, overflow groups included; `screening` asks phones to press 1;
    `sticky_days` first rings who last served the caller within so many days, or the client's coordinator;
    `record` records bridged calls, after the announcement; `notify` are numbers and mail addresses of people who are
    told of callers whom nobody served; `missed_call_text` is texted to such a caller (empty: nothing is);
    `retired` groups stay for the calls they served; `asked` is whoever asked for the group under which key of theirs,
    and a digest of what they asked for (None: without a key).
    """

    id: GroupId
    name: str
    number: PhoneNumber | None = None
    strategy: Strategy = Strategy.SEQUENTIAL
    ring_seconds: int = 20
    max_wait_seconds: int = 180
    when_busy: Literal["overflow", "wait"] = "overflow"
    screening: bool = True
    wrap_up_seconds: int = 0
    announce_recording: bool = True
    record: bool = True
    sticky_days: int = 0
    hours: Hours | None = None
    closures: tuple[Closure, ...] = ()
    blocked: tuple[PhoneNumber, ...] = ()
    prompts: Prompts = Prompts()
    voice: Voice = Voice()
    notify: tuple[str, ...] = ()
    missed_call_text: str = ""
    overflow: tuple[OverflowStep, ...] = (ToVoicemail(),)
    members: tuple[Member, ...] = ()
    active: bool = True
    retired: bool = False
    asked: tuple[str, str] | None = None
    created_at: datetime = EPOCH
    updated_at: datetime = EPOCH
    version: int = 0
