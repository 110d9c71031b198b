"""Callers who are hunted for all the while: nobody takes a call, so each goes from one person to the next and ends in
voicemail; as soon as one is gone, another rings in."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

from msgspec.structs import replace

from titus_adapters.sandbox.twilio.behaviour import Busy, Caller, Declines, NeverAnswers, PhoneBehaviour
from titus_adapters.sandbox.twilio.records import Call
from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox
from titus_core.accounts.model import Role, User
from titus_core.calls.model import Call as Known
from titus_core.calls.model import CallStatus
from titus_core.hunt_groups.availability import Presence
from titus_core.hunt_groups.model import Endpoint, HuntGroup, Member, ToVoicemail
from titus_core.hunt_groups.ports import Availability
from titus_core.kernel.ids import CallId, GroupId, UserId
from titus_core.kernel.phone import PhoneNumber
from titus_http.bootstrap import TEST_BASE_URL
from titus_http.webhooks.twilio.links import Links

GROUPS, EACH = 10, 20
"""So many that fifty callers at once always find somebody free."""

LINKS = Links(TEST_BASE_URL)
_REACTIONS = 50
_SILENT = 0.05
"""Of all telephones that ring; the others are declined at once or engaged, so that there are many steps."""


def line_of(group: int) -> PhoneNumber:
    return PhoneNumber(f"+612555001{group:02}")


def known_call(number: int, at: datetime) -> Known:
    """A caller of a while ago, for whom nothing is left to be done."""
    call = Known(id=CallId(f"CA{number:032x}"), seen_at=at, news_at=at)
    return replace(call, status=CallStatus.COMPLETED, arrived_at=at, ended_at=at, settled_at=at)


async def move_in(tx: Any, at: datetime) -> None:
    """A unit of work: everybody works here and is available."""
    for number in range(GROUPS * EACH):
        user_id = UserId(number + 1)
        tx.users.save(_person(user_id, at))
        tx.members.set_availability(Availability(user_id, Presence.AVAILABLE, at))
    for group in range(GROUPS):
        members = range(group * EACH + 1, (group + 1) * EACH + 1)
        tx.hunt_groups.save(
            HuntGroup(
                id=GroupId(group + 1),
                name=f"Line {group}",
                number=line_of(group),
                ring_seconds=10,
                max_wait_seconds=600,
                overflow=(ToVoicemail(),),
                members=tuple(Member(UserId(one), endpoint=Endpoint.PHONE) for one in members),
            )
        )


async def remember(tx: Any, calls: tuple[Known, ...]) -> None:
    for call in calls:
        tx.calls.save(call)


def connect(twilio: TwilioSandbox, random: Random) -> None:
    """Their telephones, and ours."""
    for group in range(GROUPS):
        twilio.world.number(
            line_of(group),
            voice_url=LINKS.inbound(),
            voice_fallback_url=LINKS.fallback(),
            status_callback=LINKS.status(),
        )
    for number in range(GROUPS * EACH):
        twilio.world.phone(_phone_of(UserId(number + 1)), *(_reaction(random) for _ in range(_REACTIONS)))


class Crowd:
    """`keep` sees to it that so many are on the line. `calls` are all that there were."""

    def __init__(self, twilio: TwilioSandbox, random: Random) -> None:
        self.calls: list[Call] = []
        self._twilio = twilio
        self._random = random

    def keep(self, most: int) -> None:
        while sum(not call.ended for call in self.calls) < most:
            number = f"+6135550{len(self.calls) % 10_000:04}"
            line = line_of(self._random.randrange(GROUPS))
            self.calls.append(self._twilio.call(Caller(number=number, speaks=4.0), line))

    def go(self) -> None:
        """All hang up."""
        for call in self.calls:
            if not call.ended:
                self._twilio.hang_up(call)


def _phone_of(user_id: UserId) -> PhoneNumber:
    return PhoneNumber(f"+61755501{user_id:03}")


def _person(user_id: UserId, at: datetime) -> User:
    return User(
        id=user_id,
        email=f"user{user_id}@example.org.au",
        name=f"Person {user_id}",
        role=Role.OFFICE_STAFF,
        password_hash="-",
        phone=_phone_of(user_id),
        created_at=at,
        updated_at=at,
    )


def _reaction(random: Random) -> PhoneBehaviour:
    if random.random() < _SILENT:
        return NeverAnswers()
    return random.choice((Declines(after=random.uniform(0.1, 0.6)), Busy()))
