"""Unexpected errors, reported to Sentry. Imported only if that is configured: it takes 0.2 s and 4 MB.

What is logged with an exception is reported, unless the exception is one of those that Titus answers with a reason.
The library is used as a client alone: nothing is patched, nothing is global, and what goes out is what stands here.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections import deque
from typing import Any

import sentry_sdk
from sentry_sdk.utils import event_from_exception

from titus_adapters.telemetry.logs import belongs_to, told
from titus_adapters.telemetry.redaction import Redactor
from titus_adapters.telemetry.settings import ReportSettings
from titus_core.kernel.correlation import correlation
from titus_core.kernel.errors import Misuse, TitusError

MOST_CRUMBS = 20
MOST_TRAILS = 200
"""Requests and jobs whose latest lines are kept in mind."""

MOST_A_MINUTE = 30
"""A report takes some milliseconds on the loop; in a storm of errors, callers need them more."""

STOPS_WITHIN = 1.0


class ErrorReports(logging.Handler):
    """For the root logger. Close it with `aclose`: what is not sent yet goes out then."""

    def __init__(self, settings: ReportSettings, redact: Redactor) -> None:
        super().__init__(logging.INFO)
        self._redact = redact
        self._trails: dict[str, deque[dict[str, Any]]] = {}
        self._sent_at: deque[float] = deque(maxlen=MOST_A_MINUTE)
        self._client = sentry_sdk.Client(
            dsn=settings.dsn,
            release=settings.release,
            environment=settings.environment,
            default_integrations=False,
            auto_enabling_integrations=False,
            auto_session_tracking=False,
            enable_backpressure_handling=False,
            send_client_reports=False,
            # `send_default_pii` is off unless it is set, and setting it, even to off, is deprecated.
            include_local_variables=False,
            include_source_context=False,
            max_request_body_size="never",
            spotlight=False,
            before_send=self._scrubbed,
        )

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(("sentry_sdk", "urllib3")):
            return
        error = record.exc_info[1] if record.exc_info else None
        try:
            if record.levelno >= logging.ERROR and error is not None and _is_unexpected(error):
                self._report(record, error)
            else:
                self._remember(record)
        except Exception:  # noqa: BLE001 (whoever logs is never hurt by it; it is told on stderr)
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's name)
        kind = sys.exc_info()[0]
        sys.stderr.write(f"an error of {record.name} could not be reported: {kind.__name__ if kind else kind}\n")

    async def aclose(self) -> None:
        await asyncio.to_thread(self._client.close, STOPS_WITHIN)

    def _report(self, record: logging.LogRecord, error: BaseException) -> None:
        now = time.monotonic()
        if len(self._sent_at) == MOST_A_MINUTE and now - self._sent_at[0] < 60:
            return
        self._sent_at.append(now)
        event, hint = event_from_exception(error, self._client.options, {"type": "logging", "handled": True})
        event["level"] = "fatal" if record.levelno >= logging.CRITICAL else "error"
        event["logger"] = record.name
        event["logentry"] = {"formatted": told(record)}
        event["tags"] = {name: str(value) for name, value in belongs_to().items()}
        event["breadcrumbs"] = {"values": list(self._trails.get(_trail(), ()))}
        self._client.capture_event(event, hint)

    def _remember(self, record: logging.LogRecord) -> None:
        trail = _trail()
        if not trail:
            return
        if trail not in self._trails:
            if len(self._trails) == MOST_TRAILS:
                del self._trails[next(iter(self._trails))]
            self._trails[trail] = deque(maxlen=MOST_CRUMBS)
        crumb = {"timestamp": record.created, "level": record.levelname.lower(), "category": record.name}
        self._trails[trail].append({**crumb, "message": self._redact(told(record))})

    def _scrubbed(self, event: Any, hint: Any) -> Any:
        # The release (titus@1.2.3) looks like an address, and is none.
        return {**self._redact.deeply(event), "release": event.get("release")}


def _trail() -> str:
    """Whose lines belong together."""
    known = correlation()
    return known.request_id or (f"job {known.job_id}" if known.job_id is not None else "")


def _is_unexpected(error: BaseException) -> bool:
    return isinstance(error, Misuse) or not isinstance(error, TitusError)
