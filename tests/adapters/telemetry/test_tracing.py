"""Traces, as a collector gets them: real OTLP over HTTP, decoded by its own schema."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.adapters.telemetry.receiver import Receiver, receiving
from titus_adapters.memory.clock import ManualClock
from titus_adapters.telemetry.observer import Observer
from titus_adapters.telemetry.providers import Watched
from titus_adapters.telemetry.redaction import Redactor
from titus_adapters.telemetry.settings import TracingSettings
from titus_adapters.telemetry.storage import TracedStorage
from titus_adapters.telemetry.tracing import Tracing
from titus_core.kernel.correlation import about
from titus_core.kernel.ids import CallId

CALL = CallId("CA" + "0123456789abcdef" * 2)
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


class Collected:
    """What the collector was sent, span by span."""

    def __init__(self, receiver: Receiver) -> None:
        self.requests = [ExportTraceServiceRequest.FromString(posted.body) for posted in receiver.posted]
        scopes = [scope for request in self.requests for each in request.resource_spans for scope in each.scope_spans]
        self.spans = {span.name: span for scope in scopes for span in scope.spans}

    @property
    def resource(self) -> dict[str, Any]:
        return _values(self.requests[0].resource_spans[0].resource.attributes)

    def attributes(self, name: str) -> dict[str, Any]:
        return _values(self.spans[name].attributes)


def _values(attributes: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in attributes}


@asynccontextmanager
async def tracing(receiver: Receiver, **settings: Any) -> AsyncIterator[Tracing]:
    known = TracingSettings(endpoint=f"http://{receiver.address}", **settings)
    traced = Tracing(known, Redactor(["correct horse"]))
    try:
        yield traced
    finally:
        await traced.aclose()


async def test_a_collector_gets_spans_in_one_another_with_who_we_are() -> None:
    with receiving() as receiver:
        told = {"service": "titus", "version": "1.2.3", "environment": "production", "headers": {"api-key": "k"}}
        async with tracing(receiver, **told) as traced:
            with traced.span("outer", "server") as outer, about(call_id=CALL), traced.span("inner", titus__job__id=7):
                pass
        found = Collected(receiver)
    (posted,) = receiver.posted
    assert (posted.path, posted.headers["api-key"]) == ("/v1/traces", "k")
    assert posted.headers["content-type"] == "application/x-protobuf"
    assert found.resource["service.name"] == "titus"
    assert found.resource["service.version"] == "1.2.3"
    assert found.resource["deployment.environment.name"] == "production"
    assert found.spans["inner"].parent_span_id == found.spans["outer"].span_id
    assert found.spans["outer"].kind == found.spans["outer"].SPAN_KIND_SERVER
    assert found.attributes("inner") == {"titus.call_sid": CALL, "titus.job.id": 7}
    assert found.spans["outer"].trace_id.hex() == outer.trace_id


async def test_a_request_goes_on_with_the_trace_of_its_sender() -> None:
    headers = [(b"host", b"x"), (b"traceparent", f"00-{TRACE}-{PARENT}-00".encode())]
    with receiving() as receiver:
        async with tracing(receiver) as traced:
            with traced.span("request", "server", headers=headers) as span:
                assert span.trace_id == TRACE
        found = Collected(receiver).spans["request"]
    assert (found.trace_id.hex(), found.parent_span_id.hex()) == (TRACE, PARENT)


@pytest.mark.parametrize("value", [b"", b"nonsense", b"00-" + b"0" * 32 + b"-" + b"0" * 16 + b"-01", b"\xff" * 600])
async def test_a_trace_that_cannot_be_read_begins_anew(value: bytes) -> None:
    with receiving() as receiver:
        async with tracing(receiver) as traced:
            with traced.span("request", "server", headers=[(b"traceparent", value)]):
                pass
        assert Collected(receiver).spans["request"].parent_span_id == b""


async def test_whoever_sends_a_request_does_not_choose_whether_it_is_kept() -> None:
    with receiving() as receiver:
        async with tracing(receiver, share=0.0) as traced:
            wished = [(b"traceparent", f"00-{TRACE}-{PARENT}-01".encode())]
            with traced.span("request", "server", headers=wished) as span, traced.span("inner"):
                span.note(a=1)
                span.rename("GET /")
    assert receiver.posted == []


async def test_an_error_is_told_by_its_name_and_not_by_its_words() -> None:
    with receiving() as receiver:
        async with tracing(receiver) as traced:
            with pytest.raises(LookupError), traced.span("failing"):
                raise LookupError("0491 570 006")
            with traced.span("answering") as span:
                span.note(http__response__status_code=503)
        found = Collected(receiver)
    assert found.attributes("failing") == {"error.type": "LookupError"}
    assert found.spans["failing"].status.code == found.spans["answering"].status.STATUS_CODE_ERROR
    assert found.spans["answering"].status.code == found.spans["answering"].status.STATUS_CODE_ERROR
    assert b"570" not in receiver.posted[0].body


async def test_numbers_addresses_and_secrets_do_not_get_into_a_trace() -> None:
    with receiving() as receiver:
        async with tracing(receiver) as traced:
            with (
                about(call_id=CallId("client:user_7")),
                traced.span("odd", a="to 0491 570 006", b="ada@example.org", c="correct horse", d=None, e=True),
            ):
                pass
        found = Collected(receiver).attributes("odd")
    assert found == {"titus.call_sid": "client:***", "a": "to ***006", "b": "[email]", "c": "***", "e": True}


async def test_units_of_work_are_traced_by_the_use_case_that_they_belong_to() -> None:
    class Storing:
        async def transact(self, work: Any, command: Any) -> Any:
            return await work(self, command)

    async def work(tx: Any, command: int) -> int:
        return command + 1

    work.__module__ = "titus_core.calls.advance_hunt"
    with receiving() as receiver:
        async with tracing(receiver) as traced:
            storing: Any = Storing()
            assert await TracedStorage(storing, traced).transact(work, 1) == 2
        assert set(Collected(receiver).spans) == {"transact advance_hunt"}


async def test_a_request_to_a_provider_is_traced_by_its_host_and_tells_the_provider_nothing() -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(201)

    with receiving() as receiver:
        async with tracing(receiver) as traced:
            watched = Watched(Observer("1", ManualClock(), traced), "twilio")
            async with watched(httpx.AsyncClient)(transport=httpx.MockTransport(answer)) as http:
                with traced.span("outer"), about(call_id=CALL):
                    await http.post("https://api.test/2010-04-01/Messages.json?To=%2B61491570006", data={"To": "x"})
        found = Collected(receiver)
    span = found.spans["POST twilio"]
    assert span.kind == span.SPAN_KIND_CLIENT
    assert span.parent_span_id == found.spans["outer"].span_id
    assert found.attributes("POST twilio") == {
        "titus.call_sid": CALL,
        "http.request.method": "POST",
        "server.address": "api.test",
        "http.response.status_code": 201,
    }
    assert not {"traceparent", "tracestate", "baggage"} & set(sent[0].headers)


async def test_a_collector_that_is_down_holds_up_neither_work_nor_the_end() -> None:
    with receiving() as receiver:
        gone = receiver.address
    traced = Tracing(TracingSettings(endpoint=f"http://{gone}"), Redactor())
    with traced.span("lost"):
        pass
    await traced.aclose()


def test_settings_do_not_show_their_headers() -> None:
    assert "secret" not in repr(TracingSettings(endpoint="http://c.test", headers={"api-key": "secret"}))
