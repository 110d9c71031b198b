"""Groups and members, with what a test does not care about filled in; and the use cases of the area on a store."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.core.accounts.trail import TrailStore
from titus_adapters.memory.clock import NOON, ManualClock
from titus_core.accounts.model import Role, User
from titus_core.accounts.ports import AccountTx
from titus_core.hunt_groups.availability import MemberState, Presence
from titus_core.hunt_groups.change_voice_setting import ChangeVoiceSetting
from titus_core.hunt_groups.model import HuntGroup, Member
from titus_core.hunt_groups.report_presence import ReportPresence
from titus_core.hunt_groups.retire_group import RetireGroup
from titus_core.hunt_groups.save_group import SaveGroup
from titus_core.hunt_groups.set_availability import SetAvailability
from titus_core.kernel.actor import Actor
from titus_core.kernel.ids import GroupId, UserId
from titus_core.kernel.phone import PhoneNumber

FRONT_DOOR = PhoneNumber("+61255500001")
MOBILE = PhoneNumber("+61491570006")
SECOND = timedelta(seconds=1)
ADMIN = Actor("user", "sam@titus.example", UserId(1))


def group(**facts: Any) -> HuntGroup:
    said: dict[str, Any] = {"id": GroupId(1), "name": "Front door"} | facts
    return HuntGroup(**said)


def members(*users: int, **facts: Any) -> tuple[Member, ...]:
    return tuple(Member(UserId(user), **facts) for user in users)


def ready(user: int = 1, now: datetime = NOON, **facts: Any) -> MemberState:
    """Someone who can be rung in the browser and on the phone."""
    said: dict[str, Any] = {"presence": Presence.AVAILABLE, "phone": MOBILE, "heartbeat_at": now} | facts
    return MemberState(UserId(user), f"Person {user}", **said)


class HuntGroupArea:
    """The area, wired, with the users 1 to 5."""

    def __init__(self) -> None:
        self.store = TrailStore()
        self.clock = ManualClock()
        self.save = SaveGroup(self.store, self.clock)
        self.retire = RetireGroup(self.store, self.clock)
        self.set_availability = SetAvailability(self.store, self.clock)
        self.report_presence = ReportPresence(self.store, self.clock)
        self.change_setting = ChangeVoiceSetting(self.store, self.clock)

    async def people(self) -> None:
        for number in range(1, 6):
            await self.store.transact(_save, number)


async def _save(tx: AccountTx, number: int) -> None:
    tx.users.save(
        User(
            id=UserId(number),
            email=f"p{number}@titus.example",
            name=f"Person {number}",
            role=Role.OFFICE_STAFF,
            password_hash="!",
        )
    )
