"""Who works here, who calls, and how they all behave: drawn from a seed."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

import msgspec
from msgspec.structs import replace

from titus_adapters.sandbox.twilio.behaviour import (
    Answers,
    Busy,
    Caller,
    CarrierVoicemail,
    DeadNumber,
    Declines,
    HangUp,
    NeverAnswers,
    PhoneBehaviour,
    Unreachable,
)
from titus_core.accounts.model import Role, User
from titus_core.hunt_groups.availability import Presence
from titus_core.hunt_groups.model import (
    Endpoint,
    HuntGroup,
    Member,
    OverflowStep,
    Strategy,
    ToAgent,
    ToGroup,
    ToNumber,
    ToVoicemail,
)
from titus_core.hunt_groups.ports import Availability
from titus_core.kernel.ids import GroupId, UserId
from titus_core.kernel.phone import PhoneNumber

GROUPS, EACH = 8, 8
"""Groups, each with a number and so many people of its own; one of them helps the next group too."""

STAFF = [UserId(number) for number in range(1, GROUPS * EACH + 1)]
ON_CALL = PhoneNumber("+61755509999")
_REACTIONS = 300

MOBILES = tuple(
    PhoneNumber(f"+61491{last}")
    for last in ("570006", "570110", "570313", "570737", "571266", "571491", "571804", "572549", "572665", "572983")
)
"""Of ACMA's numbers for fiction; the landlines of other callers get no texts."""

TOLD = PhoneNumber("+61491573770")
"""Who is told of every caller whom nobody served, where anybody is."""


def line_of(group: int) -> PhoneNumber:
    return PhoneNumber(f"+612555001{group:02}")


def phone_of(user_id: UserId) -> PhoneNumber:
    return PhoneNumber(f"+61755501{user_id:03}")


def groups() -> list[HuntGroup]:
    """One of each strategy and more: with and without screening and recording, waiting and overflowing."""
    strategies = list(Strategy)
    return [
        HuntGroup(
            id=GroupId(number),
            name=f"Line {number}",
            number=line_of(number),
            strategy=strategies[number % len(strategies)],
            ring_seconds=15,
            max_wait_seconds=90,
            when_busy="wait" if number % 3 == 1 else "overflow",
            screening=number % 4 != 3,
            record=number % 2 == 0,
            wrap_up_seconds=5 if number % 4 == 2 else 0,
            sticky_days=7 if number % 5 == 0 else 0,
            overflow=_OVERFLOWS[number % len(_OVERFLOWS)],
            members=tuple(
                Member(user_id, tier=1 + place // 3, endpoint=Endpoint.PHONE)
                for place, user_id in enumerate(_members(number))
            ),
        )
        for number in range(1, GROUPS + 1)
    ]


_OVERFLOWS: tuple[tuple[OverflowStep, ...], ...] = (
    (ToAgent(), ToVoicemail()),
    (ToVoicemail(),),
    (ToNumber(ON_CALL, 10), ToVoicemail()),
    (ToGroup(GroupId(1)), ToAgent()),
)


def _members(group: int) -> list[UserId]:
    own = STAFF[(group - 1) * EACH : group * EACH]
    return [*own, STAFF[group * EACH % len(STAFF)]]


class MovingIn(msgspec.Struct, frozen=True):
    """`afterwards`: most callers whom nobody serves come to the agent, get a text, and somebody is told of them."""

    at: datetime
    afterwards: bool = False


async def move_in(tx: Any, command: MovingIn) -> None:
    """A unit of work: everybody works here and is available."""
    at = command.at
    for user_id in STAFF:
        tx.users.save(
            User(
                id=user_id,
                email=f"user{user_id}@example.org.au",
                name=f"Person {user_id}",
                role=Role.OFFICE_STAFF,
                password_hash="-",
                phone=phone_of(user_id),
                created_at=at,
                updated_at=at,
            )
        )
        tx.members.set_availability(Availability(user_id, Presence.AVAILABLE, at))
    for group in groups():
        tx.hunt_groups.save(_caring(group) if command.afterwards else group)


def _caring(group: HuntGroup) -> HuntGroup:
    overflow: tuple[OverflowStep, ...] = (ToAgent(), ToVoicemail()) if group.id % 4 else (ToVoicemail(),)
    return replace(group, missed_call_text="We will call you back.", notify=(TOLD,), overflow=overflow, record=True)


def reactions(random: Random, eager: int = 55) -> list[PhoneBehaviour]:
    """What somebody does each time that their phone rings; `eager`: how often they take the call, beside 45 times of
    something else."""
    return [_reaction(random, eager) for _ in range(_REACTIONS)]


def _reaction(random: Random, eager: int) -> PhoneBehaviour:
    # Few moments to choose from: of several people who are rung together, some pick up and press at the same one.
    after = random.choice((3.0, 6.0, 9.0))
    talks = random.choice((None, random.uniform(4, 30), random.uniform(4, 30)))
    kinds: tuple[PhoneBehaviour, ...] = (
        Answers(after=after, presses="1", talks=talks, presses_after=random.choice((1.0, 2.0))),
        Answers(after=after),
        Answers(after=after, presses="2"),
        Answers(after=after, presses="1", hangs_up=HangUp("gather", random.uniform(0.1, 3))),
        CarrierVoicemail(after=after, talks=20),
        NeverAnswers(),
        Declines(after=after, sip=random.choice(("486", "603"))),
        Busy(),
        Unreachable(),
        DeadNumber(),
    )
    return random.choices(kinds, weights=(eager, 3, 3, 2, 8, 15, 5, 4, 3, 2))[0]


def caller(random: Random, number: int) -> Caller:
    """The caller of the call with this number."""
    return Caller(
        number=f"+6135550{number % 10_000:04}",
        gives_up_after=random.choice((None, None, None, random.uniform(0.5, 8), random.uniform(5, 90))),
        talks=random.choice((None, random.uniform(4, 30))) or 45.0,
        speaks=random.choice((0.0, random.uniform(2, 12), random.uniform(2, 12))),
        ends_message=random.choice(("hangup", "#", "silence")),
        talks_to_agent=random.uniform(3, 15),
        agent_hangs_up=random.random() < 0.5,
    )
