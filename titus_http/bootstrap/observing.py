"""Logs, figures, traces and reports."""

from __future__ import annotations

from contextlib import AsyncExitStack

import msgspec

from titus_adapters.telemetry.logs import configure
from titus_adapters.telemetry.observer import Observer
from titus_adapters.telemetry.opening import open_observer
from titus_adapters.telemetry.redaction import Redactor
from titus_adapters.telemetry.settings import LogSettings, ReportSettings, TelemetrySettings, TracingSettings
from titus_adapters.telemetry.standing import Standing
from titus_adapters.telemetry.storage import TracedStorage
from titus_core.kernel.clock import Clock
from titus_http.app import VERSION
from titus_http.settings import BadSettings, Fault, Settings
from titus_http.settings.secrets import secrets_of
from titus_http.telemetry import SILENT
from titus_http.wiring import Parts


def configure_logging(settings: Settings) -> None:
    """Write all logs of this process as the settings say, without their secrets."""
    telemetry = settings.telemetry
    configure(LogSettings(telemetry.log_format, telemetry.log_level), Redactor(secrets_of(settings)))


def open_observers(settings: Settings, clock: Clock, stack: AsyncExitStack) -> Observer:
    """Counts always; traces and reports what is configured. Raises `BadSettings` if the packages for it are missing."""
    environment, collector, sentry = settings.server.environment, settings.tracing, settings.error_reports
    tracing, reports = None, None
    if collector is not None:
        tracing = TracingSettings(
            endpoint=collector.endpoint,
            headers=collector.header_fields,
            service=collector.service,
            share=collector.share,
            version=VERSION,
            environment=environment,
        )
    if sentry is not None:
        reports = ReportSettings(dsn=sentry.dsn.reveal(), release=f"titus@{VERSION}", environment=environment)
    known = TelemetrySettings(version=VERSION, secrets=secrets_of(settings), tracing=tracing, reports=reports)
    try:
        return open_observer(known, clock, SILENT, stack)
    except ModuleNotFoundError as error:
        name = "SENTRY_DSN" if str(error.name).startswith("sentry") else "OTEL_EXPORTER_OTLP_ENDPOINT"
        told = f"needs {error.name}, which is not installed: pip install 'titus[telemetry]'"
        raise BadSettings([Fault(name, told)]) from None


def observed(settings: Settings, parts: Parts, observer: Observer) -> Parts:
    """With what is shown of the store, and units of work traced if anything is."""
    observer.look_at(Standing(parts.reader, parts.jobs, parts.clock))
    token = settings.telemetry.metrics_token
    return msgspec.structs.replace(
        parts,
        telemetry=observer,
        metrics_token=token.reveal() if token is not None else "",
        storage=parts.storage if settings.tracing is None else TracedStorage(parts.storage, observer),
    )
