"""Whose telephones stand in the fallback document."""

from __future__ import annotations

from titus_core.hunt_groups.model import HuntGroup
from titus_core.kernel.ids import GroupId
from titus_core.kernel.phone import PhoneNumber
from titus_http.cli.twilio import active_group

OFFICE = PhoneNumber("+61255500001")


def group(number: int, *, serves: PhoneNumber | None = None, active: bool = True) -> HuntGroup:
    return HuntGroup(id=GroupId(number), name=f"group {number}", number=serves, active=active)


def test_the_number_s_own_group_comes_first() -> None:
    assert active_group([group(1), group(2, serves=OFFICE)], OFFICE) == group(2, serves=OFFICE)


def test_else_the_oldest_active_one_without_a_number() -> None:
    groups = [group(1, active=False), group(2, serves=PhoneNumber("+61255500002")), group(3), group(4)]
    assert active_group(groups, OFFICE) == active_group(groups, None) == group(3)


def test_there_may_be_none() -> None:
    assert active_group([group(1, active=False)], OFFICE) is None
