"""Who appears in the demo: made-up people, and numbers that are reserved for fiction."""

from __future__ import annotations

from typing import Any

import msgspec

from titus_core.accounts.create_user import NewUser
from titus_core.accounts.model import Role
from titus_core.calls.model import Outcome
from titus_core.hunt_groups.availability import Presence
from titus_core.hunt_groups.model import Endpoint, Member, ToAgent, ToVoicemail
from titus_core.hunt_groups.save_group import GroupChange, GroupDraft
from titus_core.hunt_groups.set_availability import NewAvailability
from titus_core.kernel.actor import OPERATOR
from titus_core.kernel.phone import PhoneNumber
from titus_http.bootstrap import sandbox_behaviour
from titus_http.use_cases import UseCases

NUMBER = "+61255500001"
EMAIL = "robin@provider.example"
MISSED = "Sorry that we missed your call. We will call you back today."
ALICE, BEN = PhoneNumber("+61491570156"), PhoneNumber("+61491570157")


class Scene(msgspec.Struct, frozen=True):
    """One call: what the two phones do, and how it should end. `ben_answers`: the second member takes the call."""

    title: str
    caller: str
    ben_answers: bool
    ends: Outcome


SCENES = (
    Scene("The first member does not answer, the second does", "+61491570006", True, Outcome.ANSWERED),
    Scene("Nobody answers, and the AI agent takes the call", "+61491570110", False, Outcome.AI_FALLBACK),
)


async def move_in(use_cases: UseCases, password: str) -> None:
    """An administrator, two people with phones, and a group that rings them."""
    await use_cases.create_user(
        NewUser(actor=OPERATOR, email=EMAIL, name="Robin Vale", role=Role.SUPERADMIN, password=password)
    )
    members = []
    for name, phone in (("Alice Moss", ALICE), ("Ben Okoro", BEN)):
        user = await use_cases.create_user(
            NewUser(
                actor=OPERATOR,
                email=f"{name.split()[0].lower()}@provider.example",
                name=name,
                role=Role.OFFICE_STAFF,
                password=f"{password}-{name}",
                phone=phone,
            )
        )
        await use_cases.set_availability(NewAvailability(OPERATOR, user.id, Presence.AVAILABLE))
        members.append(Member(user.id, endpoint=Endpoint.PHONE))
    draft = GroupDraft(
        name="Intake",
        members=tuple(members),
        overflow=(ToAgent(), ToVoicemail()),
        ring_seconds=20,
        missed_call_text=MISSED,
    )
    await use_cases.save_group(GroupChange(actor=OPERATOR, draft=draft))


def set_phones(world: Any, scene: Scene) -> None:
    """Give the phones in the sandbox's world the scene's reactions."""
    behaviour = sandbox_behaviour()
    world.phone(ALICE, behaviour.NeverAnswers())
    world.phone(BEN, behaviour.Answers(after=4, presses="1", talks=45) if scene.ben_answers else behaviour.Busy())


def caller(scene: Scene) -> Any:
    return sandbox_behaviour().Caller(number=scene.caller, talks_to_agent=40)
