"""The plan of a call that one of us makes: pure rules."""

from __future__ import annotations

from collections.abc import Iterable

from titus_core.calls.model import NumberStage, Plan, RingStage
from titus_core.calls.planning import announcement_id, serving
from titus_core.hunt_groups.model import Endpoint, HuntGroup, Member, Prompts, Strategy, Voice
from titus_core.kernel.ids import GroupId, UserId
from titus_core.kernel.phone import PhoneNumber

RING_SECONDS = 30
"""How long the other side rings; today's system does the same (`legacy-contract.md` §2.5)."""

BUDGET_SECONDS = 180
"""Our own person's phone may ring and wait for its turn before; then the other side rings."""

NOT_REACHED = "The call could not be connected."
NOT_ALLOWED = "This call cannot be made from here."


def number_plan(to: PhoneNumber, from_number: PhoneNumber, groups: Iterable[HuntGroup]) -> Plan:
    """Ring a number and show ours. Recorded, with its notice to the other side, where our number's group says so."""
    group = serving(groups, from_number)
    recorded = group is not None and group.record and group.announce_recording
    notice = group.prompts.recording_notice if group is not None else ""
    return Plan(
        stages=(NumberStage(to, RING_SECONDS),),
        budget_seconds=BUDGET_SECONDS,
        record=recorded,
        announcement=announcement_id(notice) if recorded else None,
        prompts=Prompts(greeting="", recording_notice=notice, hold="", unavailable=NOT_REACHED),
        voice=group.voice if group is not None else Voice(),
        caller_id=from_number,
    )


def colleague_plan(user_id: UserId) -> Plan:
    """Ring a colleague's browser. Never recorded: nobody would be told."""
    stage = RingStage(
        group_id=GroupId(0),
        name="colleague",
        strategy=Strategy.SEQUENTIAL,
        ring_seconds=RING_SECONDS,
        when_busy="overflow",
        screening=False,
        wrap_up_seconds=0,
        members=(Member(user_id, endpoint=Endpoint.BROWSER),),
    )
    prompts = Prompts(greeting="", recording_notice="", hold="", unavailable=NOT_REACHED)
    return Plan(stages=(stage,), budget_seconds=BUDGET_SECONDS, prompts=prompts)
