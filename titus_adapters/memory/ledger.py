"""Lists of a provider that a test fills."""

from __future__ import annotations

from datetime import datetime

from titus_core.calls.ports import LegNews, ToldRecording
from titus_core.kernel.errors import Unavailable
from titus_core.messaging.ports import ListedSent, ListedText


class MemoryLedger:
    """`calls.ports.CallLedger` and `messaging.ports.TextLedger`. `legs` and `sounds` are pairs of when it began and
    the row; `asked` has the instants that were asked for; `down` makes every question raise `Unavailable`."""

    def __init__(self) -> None:
        self.legs: list[tuple[datetime, LegNews]] = []
        self.sounds: list[tuple[datetime, ToldRecording]] = []
        self.texts: list[ListedText] = []
        self.texts_sent: list[ListedSent] = []
        self.asked: list[datetime] = []
        self.down = False

    async def calls(self, since: datetime) -> tuple[LegNews, ...]:
        self._reach(since)
        return tuple(leg for at, leg in self.legs if at >= since)

    async def recordings(self, since: datetime) -> tuple[ToldRecording, ...]:
        self._reach(since)
        return tuple(sound for at, sound in self.sounds if at >= since)

    async def received(self, since: datetime) -> tuple[ListedText, ...]:
        self._reach(since)
        return tuple(text for text in self.texts if text.came_at >= since)

    async def sent(self, since: datetime) -> tuple[ListedSent, ...]:
        self._reach(since)
        return tuple(text for text in self.texts_sent if text.created_at >= since)

    def _reach(self, since: datetime) -> None:
        if self.down:
            raise Unavailable(provider="memory")
        self.asked.append(since)
