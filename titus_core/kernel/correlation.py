"""What the work at hand belongs to: the thread through logs, traces and error reports. Nothing is decided by it."""

from __future__ import annotations

from contextvars import ContextVar, Token
from types import TracebackType

import msgspec

from titus_core.kernel.ids import CallId


class Correlation(msgspec.Struct, frozen=True):
    """`request_id` is what the answer to a request names, `call_id` the call that the work is about, `job_kind` and
    `job_id` the job that does it, `trace_id` the trace that it is part of (32 hex characters)."""

    request_id: str | None = None
    call_id: CallId | None = None
    job_kind: str | None = None
    job_id: int | None = None
    trace_id: str | None = None


_NOTHING = Correlation()
_CURRENT: ContextVar[Correlation] = ContextVar("correlation", default=_NOTHING)


def correlation() -> Correlation:
    """What is known here and now."""
    return _CURRENT.get()


class about:  # noqa: N801 (it reads as a word: `with about(call_id=…)`)
    """For `with`: this too is known inside, in tasks begun there as well. What is None stays as it was outside."""

    __slots__ = ("_known", "_token")

    def __init__(
        self,
        *,
        request_id: str | None = None,
        call_id: CallId | None = None,
        job_kind: str | None = None,
        job_id: int | None = None,
        trace_id: str | None = None,
    ) -> None:
        known = _CURRENT.get()
        self._known = Correlation(
            request_id or known.request_id,
            call_id or known.call_id,
            job_kind or known.job_kind,
            job_id if job_id is not None else known.job_id,
            trace_id or known.trace_id,
        )
        self._token: Token[Correlation] | None = None

    def __enter__(self) -> Correlation:
        self._token = _CURRENT.set(self._known)
        return self._known

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._token is not None, "it was entered"
        _CURRENT.reset(self._token)
