"""What goes wrong on the way of a webhook, decided by a seed."""

from __future__ import annotations

import random

import msgspec

from titus_adapters.sandbox.elevenlabs.subscription import Kind


class Drop(msgspec.Struct, frozen=True, tag=True):
    """Never send it."""


class Delay(msgspec.Struct, frozen=True, tag=True):
    """Send it so much later: an audio event may then come before its transcript."""

    seconds: float


class Reorder(msgspec.Struct, frozen=True, tag=True):
    """Send it at a random moment of the next `window` seconds."""

    window: float


class Duplicate(msgspec.Struct, frozen=True, tag=True):
    """Send it twice, byte for byte, the second time `after` seconds later."""

    after: float = 1.0


class WrongSignature(msgspec.Struct, frozen=True, tag=True):
    """Sign it with another secret."""


class Unsigned(msgspec.Struct, frozen=True, tag=True):
    """Leave the signature out."""


class Stale(msgspec.Struct, frozen=True, tag=True):
    """Date the signature so many seconds back."""

    seconds: float = 3600.0


class Refuse(msgspec.Struct, frozen=True, tag=True):
    """A proxy answers in the app's place."""

    status: int = 502


class Lose(msgspec.Struct, frozen=True, tag=True):
    """The app gets it and does its work, but its answer never arrives."""


DeliveryFault = Drop | Delay | Reorder | Duplicate
AttemptFault = WrongSignature | Unsigned | Stale | Refuse | Lose


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Do `fault` to webhooks of these kinds (none: all), with this probability, at most so many times."""

    fault: DeliveryFault | AttemptFault
    kinds: tuple[Kind, ...] = ()
    probability: float = 1.0
    times: int | None = None


class Weather:
    """Rules drawn in the order of the webhooks: the same seed and the same events meet the same faults."""

    def __init__(self, *rules: Rule, seed: int = 0) -> None:
        self.rules = rules
        self._left = [rule.times for rule in rules]
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose

    def on_delivery(self, kind: Kind) -> list[DeliveryFault]:
        """What happens to an event before it is first sent."""
        return [
            rule.fault
            for place, rule in enumerate(self.rules)
            if isinstance(rule.fault, DeliveryFault) and self._strikes(place, rule, kind)
        ]

    def on_attempt(self, kind: Kind) -> list[AttemptFault]:
        """What happens to one attempt at sending it; a retry draws anew."""
        return [
            rule.fault
            for place, rule in enumerate(self.rules)
            if isinstance(rule.fault, AttemptFault) and self._strikes(place, rule, kind)
        ]

    def within(self, window: float) -> float:
        return self._random.uniform(0, window)

    def _strikes(self, place: int, rule: Rule, kind: Kind) -> bool:
        left = self._left[place]
        if left == 0 or (rule.kinds and kind not in rule.kinds):
            return False
        if rule.probability < 1 and self._random.random() >= rule.probability:
            return False
        if left is not None:
            self._left[place] = left - 1
        return True
