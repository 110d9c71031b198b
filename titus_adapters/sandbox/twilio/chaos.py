"""What goes wrong between Twilio and the app, decided by a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Literal

import msgspec

Kind = Literal[
    "incoming",
    "dial_action",
    "gather",
    "record_action",
    "redirect",
    "connect_action",
    "leg_url",
    "fallback",
    "leg_status",
    "call_status",
    "recording_status",
    "amd",
    "sms_incoming",
    "sms_status",
    "debugger",
]

ASKING = frozenset(
    {
        "incoming",
        "dial_action",
        "gather",
        "record_action",
        "redirect",
        "connect_action",
        "leg_url",
        "fallback",
        "sms_incoming",
    }
)
"""Requests whose answer Twilio acts on: it never gives up on them silently."""


class Delay(msgspec.Struct, frozen=True, tag=True):
    """Send it so much later."""

    seconds: float


class Reorder(msgspec.Struct, frozen=True, tag=True):
    """Send it at a random moment of the next `window` seconds, so that callbacks overtake one another."""

    window: float


class Drop(msgspec.Struct, frozen=True, tag=True):
    """Never send it. Ignored for requests whose answer steers a call."""


class Duplicate(msgspec.Struct, frozen=True, tag=True):
    """Send it twice, the second time `after` seconds later."""

    after: float = 0.5
    same_token: bool = True


class Slow(msgspec.Struct, frozen=True, tag=True):
    """The answer takes so long; past the read timeout Twilio no longer wants it, though the app did the work."""

    seconds: float


class Refuse(msgspec.Struct, frozen=True, tag=True):
    """A proxy answers in the app's place."""

    status: int = 502


class Crash(msgspec.Struct, frozen=True, tag=True):
    """The app dies before it sees the request, or after its work and before its answer arrives."""

    when: Literal["before", "after"]


DeliveryFault = Delay | Reorder | Drop | Duplicate
AttemptFault = Slow | Refuse | Crash
Fault = DeliveryFault | AttemptFault


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Do `fault` to requests of these kinds (none: all), with this probability, at most so many times."""

    fault: Fault
    kinds: tuple[Kind, ...] = ()
    probability: float = 1.0
    times: int | None = None


class Outage(msgspec.Struct, frozen=True):
    """From `start` (seconds after this weather began) the app answers `status` for so many seconds."""

    start: float
    seconds: float
    status: int = 502


class Chaos:
    """Rules drawn in the order of the requests: the same seed and the same calls meet the same faults."""

    def __init__(self, *rules: Rule, outages: Sequence[Outage] = (), seed: int = 0) -> None:
        self._rules = rules
        self._outages = outages
        self._left = [rule.times for rule in rules]
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose

    def on_delivery(self, kind: Kind) -> list[DeliveryFault]:
        """What happens to a request before it is first sent."""
        return [
            rule.fault
            for place, rule in enumerate(self._rules)
            if isinstance(rule.fault, DeliveryFault) and self._strikes(place, rule, kind)
        ]

    def on_attempt(self, kind: Kind) -> list[AttemptFault]:
        """What happens to one attempt at sending it; a retry draws anew."""
        return [
            rule.fault
            for place, rule in enumerate(self._rules)
            if isinstance(rule.fault, AttemptFault) and self._strikes(place, rule, kind)
        ]

    def within(self, window: float) -> float:
        return self._random.uniform(0, window)

    def outage(self, seconds: float) -> int | None:
        """The status that a proxy answers at this moment, if the app is down."""
        down = (outage for outage in self._outages if outage.start <= seconds < outage.start + outage.seconds)
        return next((outage.status for outage in down), None)

    def _strikes(self, place: int, rule: Rule, kind: Kind) -> bool:
        left = self._left[place]
        if left == 0 or (rule.kinds and kind not in rule.kinds):
            return False
        if rule.probability < 1 and self._random.random() >= rule.probability:
            return False
        if left is not None:
            self._left[place] = left - 1
        return not (isinstance(rule.fault, Drop) and kind in ASKING)
