"""What is to happen when: a heap of timers, in an order that never depends on chance."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable

from titus_adapters.sandbox.twilio.engine.wire import Answer, Outgoing

Action = Callable[[], None]
Reply = Callable[[Answer], None]


class Timer:
    """One planned action; cancelling it leaves the heap alone and time unmoved."""

    __slots__ = ("action", "at", "cancelled")

    def __init__(self, at: float, action: Action) -> None:
        self.at = at
        self.action = action
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Agenda:
    """Timers in order of time, then of planning; and the requests waiting to be sent.

    `now` is UTC seconds since the epoch. A driver (`VirtualTime`, `RealTime`) takes timers off the agenda and
    answers its requests; `on_change` lets a sleeping driver wake up.
    """

    def __init__(self, start: float) -> None:
        self.now: Callable[[], float] = lambda: self.virtual_now
        self.virtual_now = start
        self.requests: deque[tuple[Outgoing, Reply]] = deque()
        self.on_change: Action = lambda: None
        self._heap: list[tuple[float, int, Timer]] = []
        self._planned = 0

    def later(self, seconds: float, action: Action) -> Timer:
        timer = Timer(self.now() + max(0.0, seconds), action)
        self._planned += 1
        heapq.heappush(self._heap, (timer.at, self._planned, timer))
        self.on_change()
        return timer

    def soon(self, action: Action) -> Timer:
        return self.later(0, action)

    def ask(self, request: Outgoing, reply: Reply) -> None:
        """Queue a request; `reply` runs when its answer is there."""
        self.requests.append((request, reply))
        self.on_change()

    def next_at(self) -> float | None:
        """When the next live timer is due, or None when nothing is planned."""
        while self._heap and self._heap[0][2].cancelled:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def pop(self) -> Timer:
        """The timer that `next_at` spoke of."""
        return heapq.heappop(self._heap)[2]
