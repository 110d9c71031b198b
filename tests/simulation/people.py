"""Who picks up, and what they do then."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Protocol

import msgspec

from titus_core.calls.instructions import Target
from titus_core.calls.model import CallStatus
from titus_core.hunt_groups.model import Endpoint


class Reaction(msgspec.Struct, frozen=True):
    """`after` seconds of ringing this happens: `status` ends the leg, or (None) it is picked up. Whoever picks up
    presses `key` when asked (None: nothing, as a voicemail does) and talks for so long."""

    after: float
    status: CallStatus | None = None
    key: str | None = None
    talks: float = 0.0


NEVER = Reaction(1e9)


class People(Protocol):
    """What people do in one history."""

    def reaction(self, target: Target) -> Reaction:
        """Of whoever is rung there now."""
        ...

    def message_seconds(self) -> float:
        """How long the caller speaks after the tone; below one second there is no message."""
        ...


class DrawnPeople:
    """`People`, drawn afresh each time."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def reaction(self, target: Target) -> Reaction:
        random = self._random
        after = random.choice((1.0, 3.0, 7.0, 7.0, 14.0, 19.5))
        luck = random.random()
        if luck < 0.3:
            return NEVER
        if luck < 0.4:
            return Reaction(after, CallStatus.BUSY)
        if luck < 0.45:
            return Reaction(1.0, CallStatus.FAILED)
        if luck < 0.65 and target.endpoint is not Endpoint.BROWSER:
            return Reaction(after, key=random.choice((None, None, "2")))
        return Reaction(after, key="1", talks=random.choice((5.0, 25.0, 70.0, 200.0)))

    def message_seconds(self) -> float:
        return self._random.choice((0.4, 6.0, 20.0))


class ScriptedPeople:
    """`People` who do as a scenario says: by address, else `NEVER`."""

    def __init__(self, reactions: Mapping[str, Reaction], message_seconds: float) -> None:
        self._reactions = reactions
        self._message_seconds = message_seconds

    def reaction(self, target: Target) -> Reaction:
        return self._reactions.get(target.address, NEVER)

    def message_seconds(self) -> float:
        return self._message_seconds
