"""Opens what is configured: figures always, traces and error reports where they have an address."""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack

from titus_adapters.telemetry.observer import Observer, Traces
from titus_adapters.telemetry.redaction import Redactor
from titus_adapters.telemetry.settings import ReportSettings, TelemetrySettings, TracingSettings
from titus_core.kernel.clock import Clock


def open_observer(settings: TelemetrySettings, clock: Clock, untraced: Traces, stack: AsyncExitStack) -> Observer:
    """Closed with the stack. Raises `ModuleNotFoundError` where something is configured and its packages are not
    installed."""
    redact, traces = Redactor(settings.secrets), untraced
    if settings.tracing is not None:
        traces = _tracing(settings.tracing, redact, stack)
    if settings.reports is not None:
        _report_errors(settings.reports, redact, stack)
    return Observer(settings.version, clock, traces)


def _tracing(settings: TracingSettings, redact: Redactor, stack: AsyncExitStack) -> Traces:
    from titus_adapters.telemetry.tracing import Tracing

    tracing = Tracing(settings, redact)
    stack.push_async_callback(tracing.aclose)
    return tracing


def _report_errors(settings: ReportSettings, redact: Redactor, stack: AsyncExitStack) -> None:
    from titus_adapters.telemetry.reports import ErrorReports

    reports, root = ErrorReports(settings, redact), logging.getLogger()
    stack.push_async_callback(reports.aclose)
    root.addHandler(reports)
    stack.callback(root.removeHandler, reports)
