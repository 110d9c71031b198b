"""Crashes at every boundary of a scenario, one after another, and what must hold then."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
from msgspec.structs import replace

from tests.simulation.boundaries import FuseAt
from tests.simulation.history import History
from tests.simulation.invariants import Broken
from tests.simulation.premises import Premises
from tests.simulation.scenarios import Scenario
from tests.simulation.simulator import play


class After(msgspec.Struct, frozen=True):
    """What the provider does when a connection breaks: it tries again or not (then it asks the fallback address, and
    a report is lost), and it may repeat everything anyway. `death`: the process stays down, the other one goes on."""

    retries: int = 3
    repeated: float = 0.0
    death: float = 0.0


AFTERS = {
    "tried again": After(),
    "tried again, and everything repeated": After(repeated=1.0),
    "not tried again, and the process stays down": After(retries=1, death=1.0),
}


def summary(history: History) -> object:
    """What two histories must agree on (R10): calls, events, who is held, and every answer."""
    return history.calls, history.events, dict(history.engaged), history.replies


def crashes(scenario: Scenario, after: After, premises: Callable[[], Premises], every: int = 1) -> Iterator[str | None]:
    """One item a boundary (every nth): what is wrong after a crash there, or None."""
    setting = scenario.setting
    faults = replace(setting.faults, retries=after.retries, deaths=after.death)
    faults = replace(faults, repeated=max(after.repeated, faults.repeated))
    setting, counting = replace(setting, faults=faults), FuseAt()
    calm = summary(play(setting, premises(), counting))
    equals = after.retries > 1 and scenario.repeatable
    for boundary in range(1, counting.count + 1, every):
        try:
            shaken = summary(play(setting, premises(), FuseAt(boundary)))
        except Broken as broken:
            yield f"crash at {boundary}: {broken}"
        else:
            yield f"crash at {boundary}: another history" if equals and shaken != calm else None
