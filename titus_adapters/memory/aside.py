"""Work aside that waits until a test has it done."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable

Work = tuple[Callable[[], Awaitable[None]], Callable[[Exception | None], None]]


class ManualAside:
    """`records.shadow.ports.Aside` without a loop of its own: `run` does what waits. `room` is how much may wait."""

    def __init__(self, room: int = 10_000) -> None:
        self.room = room
        self._waiting: deque[Work] = deque()

    def begin(
        self, work: Callable[[], Awaitable[None]], ended: Callable[[Exception | None], None], pause: float = 0.0
    ) -> bool:
        if len(self._waiting) >= self.room:
            return False
        self._waiting.append((work, ended))
        return True

    async def run(self) -> None:
        """Until nothing waits."""
        while self._waiting:
            work, ended = self._waiting.popleft()
            try:
                await work()
            except Exception as error:  # noqa: BLE001 (whoever began it is told)
                ended(error)
            else:
                ended(None)
