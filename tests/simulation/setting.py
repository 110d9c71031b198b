"""What there is in one history: groups, people, callers, faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType

import msgspec

from tests.core.calls.builders import ANA, BEN, CAI, DEB, MAIN, ON_CALL, group
from tests.simulation.faults import Faults, drawn
from tests.simulation.people import DrawnPeople, People
from titus_core.hunt_groups.availability import Presence
from titus_core.hunt_groups.model import HuntGroup, Member, Strategy, ToAgent, ToGroup, ToNumber, ToVoicemail
from titus_core.kernel.ids import GroupId, UserId
from titus_core.kernel.phone import PhoneNumber

STAFF = (ANA, BEN, CAI, DEB)
CALLERS = ("+61491570156", "+61491570110", "+61491570737", "+266696687", "anonymous", "+61491570313")
BLOCKED = PhoneNumber(CALLERS[-1])
STEPS = (ToGroup(GroupId(2)), ToAgent(), ToNumber(ON_CALL), ToVoicemail())


class Caller(msgspec.Struct, frozen=True):
    """Rings `at` so many seconds, and hangs up `patience` seconds later, unless they talk."""

    at: float = 0.0
    number: str = CALLERS[0]
    patience: float = 600.0


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """`seed` is for what the faults decide. `heartbeats`: the second of whose browser's latest heartbeat."""

    seed: int
    groups: tuple[HuntGroup, ...]
    people: Callable[[Random], People]
    callers: tuple[Caller, ...] = (Caller(),)
    presence: Mapping[UserId, Presence] = MappingProxyType(dict.fromkeys(STAFF, Presence.AVAILABLE))
    heartbeats: Mapping[UserId, float] = MappingProxyType({})
    faults: Faults = Faults()


def drawn_setting(seed: int) -> Setting:
    random = Random(seed)  # noqa: S311 (not a secret)
    faults = drawn(random)
    fresh_for = random.choice((30.0, 600.0))
    return Setting(
        seed=seed,
        groups=_groups(random),
        people=DrawnPeople,
        callers=tuple(_caller(random) for _ in range(random.choice((1, 1, 2, 2, 3)))),
        presence={user_id: random.choice((*[Presence.AVAILABLE] * 4, Presence.OFFLINE)) for user_id in STAFF},
        heartbeats={user_id: fresh_for for user_id in STAFF if random.random() < 0.4},
        faults=faults,
    )


def _caller(random: Random) -> Caller:
    return Caller(
        random.choice((0.0, 0.0, 5.0, 30.0)), random.choice(CALLERS), random.choice((4.0, 25.0, 60.0, 120.0, 600.0))
    )


def _groups(random: Random) -> tuple[HuntGroup, HuntGroup]:
    main = group(
        *(
            Member(user_id, tier=random.choice((1, 1, 2)))
            for user_id in random.sample(STAFF, random.choice((0, 1, 2, 3, 4)))
        ),
        strategy=random.choice(list(Strategy)),
        ring_seconds=random.choice((10, 20, 30)),
        max_wait_seconds=random.choice((30, 60, 180)),
        when_busy=random.choice(("overflow", "wait")),
        screening=random.random() < 0.8,
        wrap_up_seconds=random.choice((0, 0, 30)),
        record=random.random() < 0.5,
        sticky_days=random.choice((0, 7)),
        blocked=(BLOCKED,),
        overflow=tuple(random.sample(STEPS, random.randint(0, 3))),
    )
    other = group(
        Member(CAI),
        Member(DEB),
        id=GroupId(2),
        name="Second line",
        blocked=(BLOCKED,),
        strategy=random.choice(list(Strategy)),
        overflow=(ToGroup(MAIN), ToVoicemail()),
    )
    return main, other
