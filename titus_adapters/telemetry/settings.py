"""How logs, traces and error reports are written."""

from __future__ import annotations

from typing import Literal

import msgspec


class LogSettings(msgspec.Struct, frozen=True):
    """`level` is the least that is written."""

    format: Literal["json", "text"] = "text"
    level: Literal["debug", "info", "warning", "error"] = "info"


class TracingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`endpoint` is the collector's, without `/v1/traces`. `share` of the traces is kept, whatever a sender wishes: a
    request from outside chooses the trace that it belongs to, not whether we pay for it."""

    endpoint: str
    headers: dict[str, str] = {}
    service: str = "titus"
    share: float = 1.0
    version: str = ""
    environment: str = ""

    def __repr__(self) -> str:
        return f"TracingSettings({self.endpoint})"


class ReportSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`release` and `environment` are what Sentry files reports under."""

    dsn: str
    release: str
    environment: str

    def __repr__(self) -> str:
        return "ReportSettings()"


class TelemetrySettings(msgspec.Struct, frozen=True, kw_only=True):
    """`secrets` are taken out of everything. None: not configured."""

    version: str
    secrets: frozenset[str] = frozenset()
    tracing: TracingSettings | None = None
    reports: ReportSettings | None = None

    def __repr__(self) -> str:
        return "TelemetrySettings()"
