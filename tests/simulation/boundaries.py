"""The places where a process can die between two lasting things: before and after each commit, and each question to
a provider. Everything that Titus is given is wrapped, so that all of them are seen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from random import Random
from typing import Any, Protocol

from titus_core.calls.conversations import Invitation
from titus_core.calls.model import Call
from titus_core.calls.ports import LegNews, Telephony, VoiceAgent
from titus_core.kernel.ids import CallId


class Crashed(Exception):
    """The process died here; what it did not commit never happened."""


class Fuse(Protocol):
    """Says at each boundary whether the process dies there."""

    def blows(self) -> bool: ...
    def calm(self) -> None:
        """Something was done to its end."""
        ...


class FuseAt:
    """Blows at one boundary, counted from 1 over all processes; 0: never. `count` is how many were reached."""

    def __init__(self, at: int = 0) -> None:
        self.count = 0
        self._at = at

    def blows(self) -> bool:
        self.count += 1
        return self.count == self._at

    def calm(self) -> None:
        pass


class RandomFuse:
    """Blows at this rate, but no more than twice in a row: the provider tries three times."""

    def __init__(self, rate: float, random: Random) -> None:
        self._rate = rate
        self._random = random
        self._in_a_row = 0

    def blows(self) -> bool:
        if not self._rate or self._in_a_row == 2 or self._random.random() >= self._rate:
            return False
        self._in_a_row += 1
        return True

    def calm(self) -> None:
        self._in_a_row = 0


class Boundaries:
    """What one process reaches. `race`: let something happen at the next boundary after `passing` others."""

    def __init__(self, fuse: Fuse) -> None:
        self.fuse = fuse
        self._meanwhile: Callable[[], object] | None = None
        self._passing = 0

    def race(self, meanwhile: Callable[[], object], passing: int = 0) -> None:
        self._meanwhile, self._passing = meanwhile, passing

    def call_off(self) -> None:
        self._meanwhile = None

    def reach(self) -> None:
        if self._meanwhile is not None:
            self._passing -= 1
            if self._passing < 0:
                meanwhile, self._meanwhile = self._meanwhile, None
                meanwhile()
        if self.fuse.blows():
            raise Crashed


class WatchedStore:
    """A store as one process has it."""

    def __init__(self, store: Any, boundaries: Boundaries) -> None:
        self.reader = store.reader
        self._store = store
        self._boundaries = boundaries

    async def transact(self, work: Callable[[Any, Any], Awaitable[Any]], command: object, /) -> Any:
        async def watched(tx: Any, given: object) -> Any:
            result = await work(tx, given)
            self._boundaries.reach()
            return result

        result = await self._store.transact(watched, command)
        self._boundaries.reach()
        return result


class WatchedTelephony:
    """`calls.ports.Telephony` as one process has it."""

    def __init__(self, telephony: Telephony, boundaries: Boundaries) -> None:
        self._telephony = telephony
        self._boundaries = boundaries

    async def call(self, call_id: CallId) -> LegNews | None:
        self._boundaries.reach()
        news = await self._telephony.call(call_id)
        self._boundaries.reach()
        return news

    async def legs(self, call_id: CallId) -> tuple[LegNews, ...]:
        self._boundaries.reach()
        legs = await self._telephony.legs(call_id)
        self._boundaries.reach()
        return legs

    async def live_calls(self) -> tuple[LegNews, ...]:
        self._boundaries.reach()
        live = await self._telephony.live_calls()
        self._boundaries.reach()
        return live


class WatchedAgent:
    """`calls.ports.VoiceAgent` as one process has it."""

    def __init__(self, agent: VoiceAgent, boundaries: Boundaries) -> None:
        self._agent = agent
        self._boundaries = boundaries

    @property
    def available(self) -> bool:
        return self._agent.available

    async def invite(self, call: Call) -> Invitation:
        self._boundaries.reach()
        invitation = await self._agent.invite(call)
        self._boundaries.reach()
        return invitation
