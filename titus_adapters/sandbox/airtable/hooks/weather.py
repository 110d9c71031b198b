"""What goes wrong with pings, decided by a seed."""

from __future__ import annotations

import random

import msgspec


class Drop(msgspec.Struct, frozen=True, tag=True):
    """Never send it, and believe that it was."""


class Delay(msgspec.Struct, frozen=True, tag=True):
    """Send it so many seconds later."""

    seconds: float


class Duplicate(msgspec.Struct, frozen=True, tag=True):
    """Send it twice, byte for byte."""


class WrongMac(msgspec.Struct, frozen=True, tag=True):
    """Sign it with another secret."""


class Unsigned(msgspec.Struct, frozen=True, tag=True):
    """Leave the signature out."""


class Refuse(msgspec.Struct, frozen=True, tag=True):
    """A proxy answers in the app's place."""

    status: int = 502


class Lose(msgspec.Struct, frozen=True, tag=True):
    """The app gets it and does its work, but its answer never arrives."""


PingFault = Drop | Delay | Duplicate | WrongMac | Unsigned | Refuse | Lose


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Do `fault` to pings, with this probability, at most so many times."""

    fault: PingFault
    probability: float = 1.0
    times: int | None = None


class Weather:
    """Rules drawn in the order of the pings: the same seed and the same pings meet the same faults."""

    def __init__(self, *rules: Rule, seed: int = 0) -> None:
        self.rules = rules
        self._left = [rule.times for rule in rules]
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose

    def on_ping(self) -> list[PingFault]:
        """What happens to one attempt; a retry draws anew."""
        return [rule.fault for place, rule in enumerate(self.rules) if self._strikes(place, rule)]

    def _strikes(self, place: int, rule: Rule) -> bool:
        left = self._left[place]
        if left == 0 or (rule.probability < 1 and self._random.random() >= rule.probability):
            return False
        if left is not None:
            self._left[place] = left - 1
        return True
