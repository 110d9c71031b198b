"""What the edges tell (`titus_http.telemetry.Telemetry`) goes to the figures, and to a trace if there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, Literal, Protocol, TypeAlias

from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import CollectorRegistry

from titus_adapters.telemetry.exposition import text
from titus_adapters.telemetry.figures import Figures
from titus_adapters.telemetry.meters import Meters, meters_of
from titus_adapters.telemetry.standing import Standing
from titus_core.kernel.clock import Clock

Attribute: TypeAlias = str | int | float | bool | None
Headers: TypeAlias = Iterable[tuple[bytes, bytes]]
SpanKind: TypeAlias = Literal["server", "client", "internal"]


class Traces(Protocol):
    """Makes spans, or does as if."""

    def span(
        self, name: str, kind: SpanKind = "internal", *, headers: Headers = (), **attributes: Attribute
    ) -> AbstractContextManager[Any]: ...


class Observer:
    """`registry` has the figures of this process alone, its own and Python's besides."""

    def __init__(self, version: str, clock: Clock, traces: Traces) -> None:
        self.figures = Figures(version, clock)
        self.registry = CollectorRegistry()
        self.registry.register(Meters(meters_of(self.figures)))
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self.span = traces.span
        self.answered = self.figures.answered
        self.webhook = self.figures.webhook
        self.ticked = self.figures.ticked
        self.heard = self.figures.heard
        self.stored = self.figures.stored
        self._standing: Standing | None = None

    def look_at(self, standing: Standing) -> None:
        """Show what the store says, too."""
        self._standing = standing
        self.registry.register(Meters(meters_of(standing)))

    def refused(self, provider: str, reason: str) -> None:
        self.figures.refusals.add(provider, reason)

    def tried(self, kind: str, verdict: str, seconds: float) -> None:
        self.figures.jobs.take(seconds, kind, verdict)

    def asked(self, provider: str, result: str, seconds: float) -> None:
        """A request to a provider."""
        self.figures.providers.take(seconds, provider, result)

    def breaker(self, provider: str, state: Callable[[], str]) -> None:
        """Show the state of this provider's circuit breaker, one of `figures.BREAKER_STATES`."""
        self.figures.breaker_of[provider] = state

    def conflicted(self) -> None:
        self.figures.conflicts.add()

    def listening(self, count: int) -> None:
        self.figures.listening = count

    async def page(self) -> bytes:
        if self._standing is not None:
            await self._standing.look()
        return await text(self.registry)
