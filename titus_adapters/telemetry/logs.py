"""Log lines on stderr: JSON for machines, text for people. Every part of a line passes the redactor, whichever library
wrote it; what the work belongs to (`kernel/correlation.py`) stands in every line."""

from __future__ import annotations

import json
import logging
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TextIO

from titus_adapters.telemetry.redaction import Redactor
from titus_adapters.telemetry.settings import LogSettings
from titus_core.kernel.correlation import correlation

_CHATTY = {
    "httpx": logging.WARNING,  # tells whole addresses
    "httpx2": logging.WARNING,
    "httpcore": logging.WARNING,
    "alembic": logging.WARNING,
    # In an outage it would tell with a stack, again and again, what every request's own line says.
    "asyncpg.pool": logging.ERROR,
}
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}


def configure(settings: LogSettings, redact: Redactor) -> None:
    """Write all logs of this process so, and what ends it or one of its threads. A second time replaces the first."""
    handler = handler_for(settings, redact, sys.stderr)
    logging.basicConfig(level=settings.level.upper(), handlers=[handler], force=True)
    for name, level in _CHATTY.items():
        logging.getLogger(name).setLevel(max(level, logging.getLevelName(settings.level.upper())))
    logging.captureWarnings(True)
    log = logging.getLogger("titus")
    sys.excepthook = lambda kind, error, trace: log.critical("the process ends", exc_info=(kind, error, trace))
    threading.excepthook = lambda args: log.error("a thread ended", exc_info=args.exc_value)


def handler_for(settings: LogSettings, redact: Redactor, stream: TextIO) -> logging.Handler:
    handler = LineHandler(stream)
    handler.setFormatter(JsonLines(redact) if settings.format == "json" else TextLines(redact))
    return handler


class LineHandler(logging.StreamHandler[Any]):
    """Says of a line that cannot be written only that: logging itself would print all that stood in it."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's name)
        kind = sys.exc_info()[0]
        with suppress(OSError, ValueError):  # the stream itself is gone
            self.stream.write(f"a line of {record.name} could not be written: {kind.__name__ if kind else kind}\n")


class Lines(logging.Formatter):
    """What both formats share."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def trouble(self, record: logging.LogRecord) -> str | None:
        """The exception with its stack, and the causes of it."""
        parts = [self.formatException(record.exc_info)] if record.exc_info and record.exc_info[0] else []
        parts += [record.stack_info] if record.stack_info else []
        return self._redact("\n".join(parts)) if parts else None

    def belongs_to(self) -> dict[str, Any]:
        return {name: self._redact(it) if isinstance(it, str) else it for name, it in belongs_to().items()}

    def extras(self, record: logging.LogRecord) -> dict[str, Any]:
        """What was given as `extra`."""
        given = {name: value for name, value in vars(record).items() if name not in _USUAL}
        redacted: dict[str, Any] = self._redact.deeply(given)
        return redacted


def told(record: logging.LogRecord) -> str:
    """The message, as it is."""
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 (a wrong format string must not cost the line)
        return f"{record.msg} {record.args!r}"


def belongs_to() -> dict[str, Any]:
    """What is known here and now, by the names that logs and reports have for it."""
    known = correlation()
    found = {
        "call_sid": known.call_id,
        "request_id": known.request_id,
        "job_kind": known.job_kind,
        "job_id": known.job_id,
        "trace_id": known.trace_id,
    }
    return {name: value for name, value in found.items() if value is not None}


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class JsonLines(Lines):
    """One object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._redact(told(record)),
            **self.belongs_to(),
        }
        if (trouble := self.trouble(record)) is not None:
            line["exception"] = trouble
        line |= {name: value for name, value in self.extras(record).items() if name not in line}
        # The standard library's: in ASCII, so that nothing looks like a line break to whoever collects lines.
        return json.dumps(line)


class TextLines(Lines):
    """One line, and below it the stack of an error. Whatever stands in a message, it looks like one line."""

    def format(self, record: logging.LogRecord) -> str:
        known = "".join(f" {name}={value}" for name, value in (self.belongs_to() | self.extras(record)).items())
        line = f"{_time(record)} {record.levelname} {record.name}: {self._redact(told(record))}{known}"
        trouble = self.trouble(record)
        return _in_one_line(line) + (f"\n{trouble}" if trouble is not None else "")


def _in_one_line(text: str) -> str:
    return text if text.isprintable() else "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
