"""The feed of a store in memory: its trail, from a place on."""

from __future__ import annotations

from titus_adapters.bell import Bell
from titus_adapters.memory import events
from titus_adapters.memory.state import State
from titus_core.calls.ports import Fed, Mark


class MemoryFeed:
    """`calls.ports.Feed`. Commits are one after another, so positions alone order them."""

    def __init__(self, state: State, bell: Bell) -> None:
        self._state = state
        self._bell = bell

    async def after(self, mark: Mark, limit: int) -> tuple[Fed, ...]:
        return tuple(
            Fed(Mark(position=event.position), event) for event in events.behind(self._state, mark.position, limit)
        )

    async def newest(self) -> Mark:
        return Mark(position=len(self._state.trail))

    async def wait(self, seconds: float) -> None:
        await self._bell.wait(seconds)
