"""What goes wrong in one history, and how often. Each seed draws its own mixture (swarm style)."""

from __future__ import annotations

from random import Random

import msgspec


class Faults(msgspec.Struct, frozen=True, kw_only=True):
    """Rates from 0 to 1. `says_bridged`: the provider tells whether a dial was bridged; `cuts_screened`: it
    ends the legs that are being asked to press 1 when another one is joined to the caller; `asks_after_hangup`: it asks
    what comes next though the caller is gone."""

    repeated: float = 0.2
    late: float = 0.0
    lost: float = 0.0
    crashes: float = 0.0
    stranded: float = 0.0
    agent_down: float = 0.0
    edits: float = 0.0
    restarts: float = 0.0
    clock_steps: float = 0.0
    says_bridged: bool = True
    cuts_screened: bool = True
    asks_after_hangup: bool = True


def drawn(random: Random) -> Faults:
    def some(rate: float) -> float:
        return rate if random.random() < 0.6 else 0.0

    return Faults(
        late=some(0.4),
        lost=some(0.01),
        crashes=some(0.04),
        stranded=some(0.03),
        agent_down=some(0.5),
        edits=some(0.5),
        restarts=some(0.2),
        clock_steps=some(0.1),
        says_bridged=random.random() < 0.8,
        cuts_screened=random.random() < 0.5,
        asks_after_hangup=random.random() < 0.5,
    )
