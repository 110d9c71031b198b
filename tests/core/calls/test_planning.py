"""Which group serves a call, and the plan that is made of it."""

from __future__ import annotations

import pytest

from tests.core.calls.builders import AFTER_HOURS, ANA, LINE, MAIN, ON_CALL, group, plan
from titus_core.calls.planning import BUDGET_WITHOUT_GROUP, announcement_id, serving
from titus_core.hunt_groups.model import HuntGroup, Prompts, Voice
from titus_core.kernel.ids import GroupId

OWN = group(id=AFTER_HOURS, number=LINE)
ANY = group(id=MAIN)

CHOICES: list[tuple[str, tuple[HuntGroup, ...], GroupId | None]] = [
    ("the number's own group", (ANY, OWN), AFTER_HOURS),
    ("the oldest group of the number", (OWN, group(id=GroupId(9), number=LINE)), AFTER_HOURS),
    ("the oldest group without a number", (ANY, group(id=GroupId(9))), MAIN),
    ("not a group of another number", (group(number=ON_CALL), group(id=GroupId(9))), GroupId(9)),
    ("not an inactive group", (group(id=AFTER_HOURS, number=LINE, active=False), ANY), MAIN),
    ("not a retired group", (group(id=AFTER_HOURS, number=LINE, retired=True), ANY), MAIN),
    ("nobody", (group(number=ON_CALL),), None),
]


@pytest.mark.parametrize(("groups", "expected"), [row[1:] for row in CHOICES], ids=[row[0] for row in CHOICES])
def test_the_group_that_serves_a_number(groups: tuple[HuntGroup, ...], expected: GroupId | None) -> None:
    found = serving(groups, LINE)
    assert (found.id if found is not None else None) == expected


def test_a_plan_keeps_all_that_the_hunt_needs_of_its_group() -> None:
    voice, prompts = Voice(name="Polly.Russell"), Prompts(recording_notice="We record.")
    made = plan(group(ANA, max_wait_seconds=90, voice=voice, prompts=prompts, record=True))
    assert (made.budget_seconds, made.group_id, made.group_name) == (90, MAIN, "Support line")
    assert (made.voice, made.prompts, made.record) == (voice, prompts, True)
    assert made.announcement == announcement_id("We record.")


def test_nothing_is_recorded_without_an_announcement() -> None:
    made = plan(group(record=True, announce_recording=False))
    assert (made.record, made.announcement) == (False, None)


def test_a_notice_is_named_by_its_words() -> None:
    assert announcement_id("We record.") == announcement_id("We record.")
    assert announcement_id("We record.") != announcement_id("We record!")


def test_without_a_group_the_plan_is_short() -> None:
    assert plan(None).budget_seconds == BUDGET_WITHOUT_GROUP
