"""A telephony provider whose answers a test sets."""

from __future__ import annotations

from titus_core.calls.ports import LegNews
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId


class MemoryTelephony:
    """`calls.ports.Telephony`. Set legs with `know`; `down` makes every question raise `Unavailable`."""

    def __init__(self) -> None:
        self._legs: dict[str, LegNews] = {}
        self.down = False

    def know(self, *legs: LegNews) -> None:
        """From now on the provider says this of these legs."""
        for leg in legs:
            self._legs[leg.id] = leg

    def forget(self, leg_id: str) -> None:
        self._legs.pop(leg_id, None)

    async def call(self, call_id: CallId) -> LegNews | None:
        self._reach()
        return self._legs.get(call_id)

    async def legs(self, call_id: CallId) -> tuple[LegNews, ...]:
        self._reach()
        return tuple(leg for leg in self._legs.values() if leg.parent == call_id)

    async def live_calls(self) -> tuple[LegNews, ...]:
        self._reach()
        return tuple(leg for leg in self._legs.values() if leg.parent is None and not leg.status.ended)

    def _reach(self) -> None:
        if self.down:
            raise Unavailable(provider="telephony")
