"""What the edges of Titus tell of their work, to be counted, traced and reported. How that is done is an adapter's
business (`titus_adapters/telemetry`); `SILENT` does nothing."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import Literal, Protocol, TypeAlias

from titus_core.kernel.errors import NotConfigured
from titus_core.kernel.unit_of_work import Tap, Untapped

Attribute: TypeAlias = str | int | float | bool | None
Headers: TypeAlias = Iterable[tuple[bytes, bytes]]
SpanKind: TypeAlias = Literal["server", "client", "internal"]


class Verdict(StrEnum):
    """What became of a webhook. `FALLBACK`: its caller was served, but not as they should be; `DEFERRED`: a report that
    is kept and worked on again; `FAILED`: it was not kept, and its sender was told to repeat it."""

    ACCEPTED = "accepted"
    REPEATED = "repeated"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    FALLBACK = "fallback"
    DEFERRED = "deferred"
    FAILED = "failed"


class Span(Protocol):
    """A stretch of work in a trace; it ends with its `with`. An error that leaves it is noted by the error's name."""

    @property
    def trace_id(self) -> str | None:
        """32 hex characters; None if nothing is traced."""
        ...

    def rename(self, name: str) -> None: ...

    def note(self, **attributes: Attribute) -> None:
        """Add to what is known of it; what is None is left out. `__` in a name is a full stop. No numbers of people, no
        addresses, no words of theirs."""
        ...


class Telemetry(Tap, Protocol):
    """An implementer MUST be quick, wait for nothing but in `page`, and raise nothing: a caller may be on the line."""

    def span(
        self, name: str, kind: SpanKind = "internal", *, headers: Headers = (), **attributes: Attribute
    ) -> AbstractContextManager[Span]:
        """A stretch of work, below the one that it is begun in. `headers` may name the sender's trace (W3C Trace
        Context)."""
        ...

    def answered(self, method: str, route: str, status: int | None, seconds: float) -> None:
        """An HTTP request: the template of its path, and how long it took until its answer began. `status` None: no
        answer was begun."""
        ...

    def webhook(self, provider: str, route: str, verdict: Verdict, seconds: float) -> None: ...

    def refused(self, provider: str, reason: str) -> None:
        """A webhook was turned away."""
        ...

    def tried(self, kind: str, verdict: str, seconds: float) -> None:
        """A job was tried once: `done`, `later`, `given_up`, or `cut_short`."""
        ...

    def ticked(self) -> None:
        """All timers that were due were looked at; told when the ticker begins, too."""
        ...

    def heard(self, happened_at: datetime) -> None:
        """Listeners of the live feed are told now of what happened then."""
        ...

    def listening(self, count: int) -> None:
        """So many listen to the live feed."""
        ...

    async def page(self) -> bytes:
        """All figures in Prometheus' text format, 0.0.4. Raises `NotConfigured` if nothing is counted."""
        ...


class NoSpan:
    """Nothing is traced."""

    trace_id = None

    def rename(self, name: str) -> None:
        pass

    def note(self, **attributes: Attribute) -> None:
        pass

    def __enter__(self) -> NoSpan:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


_NO_SPAN = NoSpan()


class Silence(Untapped):
    """Counts nothing, traces nothing."""

    def span(self, name: str, kind: SpanKind = "internal", *, headers: Headers = (), **attributes: Attribute) -> NoSpan:
        return _NO_SPAN

    def answered(self, method: str, route: str, status: int | None, seconds: float) -> None:
        pass

    def webhook(self, provider: str, route: str, verdict: Verdict, seconds: float) -> None:
        pass

    def refused(self, provider: str, reason: str) -> None:
        pass

    def tried(self, kind: str, verdict: str, seconds: float) -> None:
        pass

    def ticked(self) -> None:
        pass

    def heard(self, happened_at: datetime) -> None:
        pass

    def listening(self, count: int) -> None:
        pass

    async def page(self) -> bytes:
        raise NotConfigured("Nothing is counted here")


SILENT = Silence()
