"""What goes wrong in one history, and how often. Each seed draws its own mixture (swarm style)."""

from __future__ import annotations

from collections import Counter
from random import Random

import msgspec
from msgspec.structs import asdict, replace

TRIES = 3
"""So often the provider tries before it gives up (`rc=2`, `links.FLOW`)."""


class Faults(msgspec.Struct, frozen=True, kw_only=True):
    """Rates from 0 to 1, of

    - deliveries: `repeated`, `twins` (twice at the same time, on two processes), `overlaps` (another one comes while
      the first is worked on), `late` and `lost` (reports), `unanswered` (a try of a question times out), `stranded` (an
      answer is of no use to the provider), `kept` (working on it fails, so it waits), `busy` (the store refuses it),
      `strays` (a CallSid that nobody knows);
    - Titus: `crashes` (at each boundary of a store's or a provider's), `deaths` (a crashed process stays down a while),
      `restarts`, `clock_steps`, `skewed` (the second process's clock is wrong from the beginning);
    - providers: `refusals` (the API cannot be asked), `agent_down`, `agent_doubtful` (it fails after it acted),
      `agent_unusable` (its document fails);
    - the office: `edits` of groups and people.

    `says_bridged`: the provider tells whether a dial was bridged; `cuts_screened`: it ends the legs that are being
    asked to press 1 when another one is joined to the caller; `asks_after_hangup`: it asks what comes next though the
    caller is gone. `retries` is how often it tries a request whose connection broke.
    """

    repeated: float = 0.2
    twins: float = 0.0
    overlaps: float = 0.0
    late: float = 0.0
    lost: float = 0.0
    unanswered: float = 0.0
    stranded: float = 0.0
    kept: float = 0.0
    busy: float = 0.0
    strays: float = 0.0
    crashes: float = 0.0
    deaths: float = 0.0
    restarts: float = 0.0
    clock_steps: float = 0.0
    skewed: float = 0.0
    refusals: float = 0.0
    agent_down: float = 0.0
    agent_doubtful: float = 0.0
    agent_unusable: float = 0.0
    edits: float = 0.0
    says_bridged: bool = True
    cuts_screened: bool = True
    asks_after_hangup: bool = True
    retries: int = TRIES


MENU = {
    "twins": 0.1,
    "overlaps": 0.15,
    "late": 0.4,
    "lost": 0.01,
    "unanswered": 0.1,
    "stranded": 0.03,
    "kept": 0.03,
    "busy": 0.03,
    "strays": 0.1,
    "crashes": 0.02,
    "deaths": 0.5,
    "restarts": 0.2,
    "clock_steps": 0.1,
    "skewed": 1.0,
    "refusals": 0.2,
    "agent_down": 0.3,
    "agent_doubtful": 0.2,
    "agent_unusable": 0.8,
    "edits": 0.5,
}
"""How often each strikes where it is drawn."""


def drawn(random: Random) -> Faults:
    """Four in ten histories know a fault, so that each is met with and without each other one."""
    rates = {name: rate for name, rate in MENU.items() if random.random() < 0.4}
    habits = Faults(
        says_bridged=random.random() < 0.8,
        cuts_screened=random.random() < 0.5,
        asks_after_hangup=random.random() < 0.5,
    )
    return replace(habits, **rates)


class Luck:
    """Decides whether a fault strikes now, and counts those that did."""

    def __init__(self, faults: Faults, random: Random, fired: Counter[str]) -> None:
        self._rates: dict[str, float] = {name: rate for name, rate in asdict(faults).items() if rate}
        self._random = random
        self._fired = fired

    def strikes(self, fault: str) -> bool:
        rate = self._rates.get(fault)
        if rate is None or self._random.random() >= rate:
            return False
        self._fired[fault] += 1
        return True

    def one_of(self, *choices: float) -> float:
        return self._random.choice(choices)
