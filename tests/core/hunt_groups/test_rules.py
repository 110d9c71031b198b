"""What a hunt group may look like."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.hunt_groups.builders import FRONT_DOOR, MOBILE, group, members
from titus_core.hunt_groups.model import Hours, Member, Prompts, Span, ToAgent, ToGroup, ToNumber, ToVoicemail
from titus_core.hunt_groups.rules import check
from titus_core.kernel.errors import Invalid
from titus_core.kernel.ids import GroupId, UserId
from titus_core.kernel.phone import PhoneNumber

USERS = [UserId(number) for number in range(1, 61)]


def hours(*spans: Span, timezone: str = "Australia/Brisbane", state: str | None = "QLD") -> Hours:
    return Hours(timezone, {"mon": spans}, state)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"name": "x" * 100},
        {"ring_seconds": 10},
        {"ring_seconds": 120, "max_wait_seconds": 900, "wrap_up_seconds": 600, "sticky_days": 365},
        {"number": FRONT_DOOR, "blocked": (MOBILE,)},
        {"members": members(*range(1, 51), tier=9, ring_seconds=120)},
        {"overflow": (ToGroup(GroupId(2)), ToAgent(), ToNumber(MOBILE, 10), ToVoicemail())},
        {"overflow": ()},
        {"record": False, "announce_recording": False},
        {"record": False, "prompts": Prompts(recording_notice="")},
        {"hours": hours(Span("09:00", "12:30"), Span("13:00", "24:00"))},
        {"hours": hours(state=None)},
    ],
)
def test_a_group_within_the_bounds_is_accepted(facts: dict[str, Any]) -> None:
    check(group(**facts), USERS)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"missed_call_text": "x" * 481}, "missedCallText"),
        ({"notify": ("+61491570006",) * 21}, "notify"),
        ({"ring_seconds": 9}, "ringSeconds"),
        ({"ring_seconds": 121}, "ringSeconds"),
        ({"max_wait_seconds": 19}, "maxWaitSeconds"),
        ({"wrap_up_seconds": -1}, "wrapUpSeconds"),
        ({"sticky_days": 366}, "stickyDays"),
        ({"number": PhoneNumber("0255500001")}, "number"),
        ({"blocked": (MOBILE, PhoneNumber("anonymous"))}, "blocked"),
        ({"prompts": Prompts(hold="x" * 501)}, "prompts.hold"),
        ({"announce_recording": False}, "record"),
        ({"prompts": Prompts(recording_notice=" ")}, "record"),
        ({"members": members(*range(1, 52))}, "members"),
        ({"members": members(1, 99)}, "members[1].userId"),
        ({"members": members(1, 2, 1)}, "members[2].userId"),
        ({"members": members(1, tier=0)}, "members[0].tier"),
        ({"members": (Member(UserId(1), ring_seconds=5),)}, "members[0].ringSeconds"),
        ({"overflow": (ToVoicemail(),) * 11}, "overflow"),
        ({"overflow": (ToAgent(), ToGroup(GroupId(1)))}, "overflow[1].groupId"),
        ({"overflow": (ToNumber(PhoneNumber("000")),)}, "overflow[0].number"),
        ({"overflow": (ToNumber(MOBILE, 300),)}, "overflow[0].ringSeconds"),
        ({"hours": hours(timezone="Australia/Atlantis")}, "hours.timezone"),
        ({"hours": hours(timezone="../../etc/passwd")}, "hours.timezone"),
        ({"hours": hours(state="NZ")}, "hours.state"),
        ({"hours": hours(Span("9:00", "12:00"))}, "hours.weekly.mon"),
        ({"hours": hours(Span("09:00", "25:00"))}, "hours.weekly.mon"),
        ({"hours": hours(Span("12:00", "12:00"))}, "hours.weekly.mon"),
    ],
)
def test_a_group_that_breaks_a_rule_is_refused_by_the_field_s_name(facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        check(group(**facts), USERS)
    assert caught.value.data["field"] == field
