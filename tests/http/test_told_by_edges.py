"""What the ticker and the live feed tell of their work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.contracts.examples import a_delivery
from tests.http.test_calls import Told
from tests.http.test_events import Office
from titus_adapters.memory.clock import ManualClock
from titus_core.calls.ports import Waiting
from titus_core.kernel.correlation import Correlation, correlation
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId
from titus_http.stopping import Stopping
from titus_http.telemetry import Attribute, NoSpan, Silence
from titus_http.ticker import Ticker

CALL = CallId("CA" + "1" * 32)


class Ear(Silence):
    """Remembers what was told."""

    def __init__(self) -> None:
        self.ticks = 0
        self.listeners: list[int] = []
        self.news: list[datetime] = []
        self.spans: list[str] = []

    def ticked(self) -> None:
        self.ticks += 1

    def listening(self, count: int) -> None:
        self.listeners.append(count)

    def heard(self, happened_at: datetime) -> None:
        self.news.append(happened_at)

    def span(self, name: str, kind: Any = "internal", *, headers: Any = (), **attributes: Attribute) -> NoSpan:
        self.spans.append(name)
        return super().span(name, kind)


class Calls:
    """One call is due, one delivery waits."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    async def waiting(self, now: datetime, limit: int) -> tuple[Waiting, ...]:
        if self.error is not None:
            raise self.error
        return (Waiting(1, a_delivery("key"), 0),)

    async def due(self, now: datetime, limit: int) -> tuple[CallId, ...]:
        return (CALL,)


def ticking(ear: Ear, calls: Calls, work: Callable[[Correlation], None]) -> Ticker:
    """A ticker that stops after its first look."""
    stopping = Stopping()

    async def tend(call_id: CallId) -> None:
        work(correlation())
        stopping.tell()

    async def work_again(waiting: Waiting) -> None:
        work(correlation())

    reader: Any = calls
    return Ticker(ManualClock(), reader, tend, None, work_again, stopping, ear)  # type: ignore[arg-type]  # a function


async def test_the_ticker_says_that_it_begins_and_that_it_has_looked_at_everything() -> None:
    ear, seen = Ear(), list[Correlation]()
    await ticking(ear, Calls(), seen.append).run()
    assert ear.ticks == 2
    assert ear.spans == ["work again", "tend call"]
    assert [known.call_id for known in seen] == [None, CALL]


async def test_a_look_that_failed_is_none() -> None:
    ear, calls = Ear(), Calls()
    calls.error = Unavailable()
    ticker = ticking(ear, calls, lambda known: None)
    ticker._stopping.tell()
    await ticker.run()
    assert ear.ticks == 1


async def test_the_feed_says_who_listens_and_when_what_is_told_had_happened() -> None:
    ear = Ear()
    office = Office(telemetry=ear)
    async with office.http, office.listening(await office.session("olga")) as listening:
        Told(office.staff, 1)
        await listening.heard(1)
    assert ear.listeners == [1, 0]
    assert ear.news
    assert all(at <= office.world.clock.now() for at in ear.news)
