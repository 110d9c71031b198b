"""Who picks up, and what they do then: drawn afresh each time somebody is rung."""

from __future__ import annotations

from random import Random

import msgspec

from titus_core.calls.model import CallStatus


class Reaction(msgspec.Struct, frozen=True):
    """`after` seconds of ringing this happens: `status` ends the leg, or (None) it is picked up. Whoever picks up
    presses `key` when asked (None: nothing, as a voicemail does) and talks for so long."""

    after: float
    status: CallStatus | None = None
    key: str | None = None
    talks: float = 0.0


NEVER = Reaction(1e9)


def reaction(random: Random, *, browser: bool) -> Reaction:
    after = random.choice((1.0, 3.0, 7.0, 7.0, 14.0, 19.5))
    luck = random.random()
    if luck < 0.3:
        return NEVER
    if luck < 0.4:
        return Reaction(after, CallStatus.BUSY)
    if luck < 0.45:
        return Reaction(1.0, CallStatus.FAILED)
    if luck < 0.65 and not browser:
        return Reaction(after, key=random.choice((None, None, "2")))
    return Reaction(after, key="1", talks=random.choice((5.0, 25.0, 70.0, 200.0)))
