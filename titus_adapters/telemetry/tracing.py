"""Traces by OpenTelemetry, to a collector by OTLP over HTTP. Imported only if that is configured: it takes 0.2 s and
5 MB. Nothing of it is global: another library's spans are its own business."""

from __future__ import annotations

import asyncio
import threading
from types import TracebackType
from typing import Any

from opentelemetry import context as contexts
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import SpanKind as Kind
from opentelemetry.trace import Status, StatusCode, Tracer, format_trace_id, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from titus_adapters.telemetry.observer import Attribute, Headers, SpanKind
from titus_adapters.telemetry.redaction import Redactor
from titus_adapters.telemetry.settings import TracingSettings
from titus_core.kernel.correlation import correlation

SENDS_WITHIN = 2.0
"""Seconds for one batch; what the collector does not take by then is lost, and the log says so."""

STOPS_WITHIN = 1.0
_KINDS = {"server": Kind.SERVER, "client": Kind.CLIENT, "internal": Kind.INTERNAL}
_STATUS = "http.response.status_code"
_PARENT = b"traceparent"
_CONTEXT = TraceContextTextMapPropagator()


class Tracing:
    """`observer.Traces`. Close it, or use it as a context: what is not sent yet goes out then."""

    def __init__(self, settings: TracingSettings, redact: Redactor, exporter: SpanExporter | None = None) -> None:
        named = {
            "service.name": settings.service,
            "service.version": settings.version,
            "deployment.environment.name": settings.environment,
        }
        share = TraceIdRatioBased(settings.share)
        self._provider = TracerProvider(
            ParentBased(share, remote_parent_sampled=share, remote_parent_not_sampled=share),
            Resource.create({name: value for name, value in named.items() if value}),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(BatchSpanProcessor(exporter or _exporter(settings)))
        self._tracer = self._provider.get_tracer("titus", settings.version)
        self._redact = redact

    def span(
        self, name: str, kind: SpanKind = "internal", *, headers: Headers = (), **attributes: Attribute
    ) -> TracedSpan:
        parent = None
        for header, value in headers:
            if header == _PARENT:
                parent = _CONTEXT.extract({"traceparent": value.decode("latin-1")})
        return TracedSpan(self._tracer, self._redact, name, _KINDS[kind], parent, attributes)

    async def aclose(self) -> None:
        ending = threading.Thread(target=self._provider.shutdown, name="traces", daemon=True)
        ending.start()
        await asyncio.to_thread(ending.join, STOPS_WITHIN)


class TracedSpan:
    """`titus_http.telemetry.Span`, for `with`. What the work belongs to is noted as it begins; an error only by its
    name, for its words may be about somebody."""

    __slots__ = ("_attributes", "_kind", "_name", "_parent", "_redact", "_span", "_token", "_tracer")

    def __init__(
        self,
        tracer: Tracer,
        redact: Redactor,
        name: str,
        kind: Kind,
        parent: contexts.Context | None,
        attributes: dict[str, Attribute],
    ) -> None:
        self._tracer, self._redact = tracer, redact
        self._name, self._kind, self._parent, self._attributes = name, kind, parent, attributes
        self._span: Any = None
        self._token: Any = None

    @property
    def trace_id(self) -> str:
        return format_trace_id(self._span.get_span_context().trace_id)

    def rename(self, name: str) -> None:
        self._span.update_name(name)

    def note(self, **attributes: Attribute) -> None:
        if not self._span.is_recording():
            return
        found = {name.replace("__", "."): value for name, value in attributes.items() if value is not None}
        self._span.set_attributes({name: self._told(value) for name, value in found.items()})
        status = found.get(_STATUS)
        if isinstance(status, int) and status >= 500:
            self._span.set_status(Status(StatusCode.ERROR))

    def __enter__(self) -> TracedSpan:
        self._span = self._tracer.start_span(self._name, self._parent, self._kind)
        self._token = contexts.attach(set_span_in_context(self._span))
        self.note(titus__call_sid=correlation().call_id, **self._attributes)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        contexts.detach(self._token)
        if kind is not None and self._span.is_recording():
            self._span.set_attribute("error.type", kind.__name__)
            self._span.set_status(Status(StatusCode.ERROR))
        self._span.end()

    def _told(self, value: Attribute) -> Any:
        return self._redact(value) if isinstance(value, str) else value


def _exporter(settings: TracingSettings) -> SpanExporter:
    return OTLPSpanExporter(
        endpoint=f"{settings.endpoint.rstrip('/')}/v1/traces", headers=settings.headers, timeout=SENDS_WITHIN
    )
