"""What an operator sees of a Titus that runs: logs, figures, traces and reports, from the settings to the other end."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import socket
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from twilio.request_validator import RequestValidator

from tests.adapters.telemetry.receiver import Receiver, receiving
from tests.adapters.telemetry.test_reports import KEY, events
from tests.http.staff_app import BASE_URL, PASSWORD, StaffWorld, hire
from tests.journeys.test_serve import TOKEN, Server, staffed
from titus_adapters.memory.clock import ManualClock
from titus_adapters.telemetry.opening import open_observer
from titus_adapters.telemetry.settings import ReportSettings, TelemetrySettings
from titus_core.jobs.model import Job, JobId, JobState
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId
from titus_http import settings
from titus_http.bootstrap import open_titus
from titus_http.callers_first import CallersFirst
from titus_http.jobs import Working
from titus_http.telemetry import SILENT

CALL, LEG = "CA" + "1" * 32, "CA" + "2" * 32
CALLER = "+61491570006"
METRICS_TOKEN = "a token for whoever watches"


# --- a process --------------------------------------------------------------------------------------------------------


class LoudServer(Server):
    """Its log is a file."""

    def __init__(self, home: Path, **variables: str) -> None:
        super().__init__(home)
        self.log = home / "titus.log"
        self.environment |= {"TITUS_LOG_FORMAT": "json", **variables}

    def launch(self, command: str = "serve") -> None:
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "titus_http.cli", command],
                env=self.environment,
                cwd=self.home,
                stdout=log,
                stderr=log,
                text=True,
            )

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]


async def test_the_log_of_a_served_call_names_the_call_and_nobody(tmp_path: Path) -> None:
    server = LoudServer(tmp_path, TITUS_METRICS_TOKEN=METRICS_TOKEN)
    await server.start()
    try:
        await staffed(server)
        await server.webhook("inbound", CallStatus="ringing")
        await server.http.post("/api/voice/webhook/inbound", data={"CallSid": CALL, "From": CALLER})
        url = f"{server.url}/api/voice/webhook/status?callSid={CALL}&wave=1"
        form = {"CallSid": "nonsense", "ParentCallSid": CALL, "From": CALLER, "CallStatus": CALLER}
        signature = RequestValidator(TOKEN).compute_signature(url, form)
        headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
        kept = await server.http.post(url, content=urlencode(form), headers=headers)
        assert kept.status_code == 200
        page = await server.http.get("/metrics", headers={"authorization": f"Bearer {METRICS_TOKEN}"})
        assert (await server.http.get("/metrics")).status_code == 401
    finally:
        assert server.end(signal.SIGTERM) == 0
        await server.http.aclose()
    text = server.log.read_text()
    for never in (CALLER.lstrip("+"), "0491", TOKEN, METRICS_TOKEN, "robin@x.example", PASSWORD):
        assert never not in text
    told = {line["message"]: line for line in server.lines}
    unreadable = next(line for message, line in told.items() if message.startswith("status: "))
    assert unreadable["call_sid"] == CALL
    assert unreadable["request_id"] == kept.headers["x-request-id"]
    assert 'titus_webhook_seconds_count{provider="twilio",route="inbound",verdict="accepted"} 1.0' in page.text
    assert "titus_live_calls 1.0" in page.text
    assert "titus_ticker_lag_seconds" in page.text
    for never in (CALLER.lstrip("+"), CALL, "robin", "Intake"):
        assert never not in page.text


async def test_a_worker_shows_its_figures_at_a_port_of_its_own(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    worker = LoudServer(tmp_path, TITUS_METRICS_PORT=str(port))
    worker.launch("worker")
    try:
        page = await _patiently(f"http://127.0.0.1:{port}/metrics")
    finally:
        assert worker.end(signal.SIGTERM) == 0
        await worker.http.aclose()
    assert "titus_store_up 1.0" in page
    assert "\ntitus_ticker_lag_seconds " not in page  # it has no ticker


async def _patiently(url: str) -> str:
    async with asyncio.timeout(30), httpx.AsyncClient() as http:
        while True:
            try:
                return (await http.get(url)).text
            except httpx.TransportError:
                await asyncio.sleep(0.05)


WITHOUT_PACKAGES = """
import sys
for name in ("opentelemetry.sdk", "sentry_sdk"):
    sys.modules[name] = None
from titus_http.cli import main
raise SystemExit(main(["serve"]))
"""


@pytest.mark.parametrize(
    ("name", "value"),
    [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318"), ("SENTRY_DSN", f"http://{KEY}@127.0.0.1:9/7")],
)
def test_a_setting_whose_packages_are_missing_is_told_in_one_line(tmp_path: Path, name: str, value: str) -> None:
    environment = LoudServer(tmp_path, **{name: value}).environment
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PACKAGES],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"titus: {name}: needs ")
    assert line.endswith("pip install 'titus[telemetry]'")


# --- traces -----------------------------------------------------------------------------------------------------------


async def test_a_webhook_is_one_trace_from_the_request_to_the_store(tmp_path: Path) -> None:
    with receiving() as receiver:
        variables = {
            "RAILWAY_VOLUME_MOUNT_PATH": str(tmp_path),
            "TITUS_SECRET_KEY": "0123456789abcdef" * 4,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{receiver.address}",
        }
        url = "http://localhost:3000/api/voice/webhook/inbound"
        form = {"CallSid": CALL, "From": CALLER, "To": "+61255500001", "CallStatus": "ringing"}
        signature = RequestValidator(TOKEN).compute_signature(url, form)
        trace = "0af7651916cd43dd8448eb211c80319c"
        headers = {"X-Twilio-Signature": signature, "traceparent": f"00-{trace}-b7ad6b7169203331-01"}
        async with open_titus(settings.read(variables), claim=True) as running:
            app: Any = running.titus.app
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http:
                answer = await http.post(url, data=form, headers=headers)
            assert answer.status_code == 200
            await running.titus.working.attempt(_job(CALL))
        spans = _spans(receiver)
    request = spans["POST /api/voice/webhook/inbound"]
    webhook, unit = spans["webhook inbound"], spans["transact answer_call"]
    assert request.trace_id.hex() == webhook.trace_id.hex() == unit.trace_id.hex() == trace
    assert (webhook.parent_span_id, unit.parent_span_id) == (request.span_id, webhook.span_id)
    assert _attribute(webhook, "titus.call_sid") == CALL
    assert _attribute(webhook, "titus.webhook.verdict") == "accepted"
    assert _attribute(request, "titus.request_id") == answer.headers["x-request-id"]
    assert _attribute(spans["job unheard_of"], "titus.job.verdict") == "given_up"
    assert _attribute(spans["job unheard_of"], "titus.call_sid") == CALL
    assert CALLER.lstrip("+").encode() not in b"".join(posted.body for posted in receiver.posted)


def _spans(receiver: Receiver) -> dict[str, Any]:
    requests = [ExportTraceServiceRequest.FromString(posted.body) for posted in receiver.posted]
    scopes = [scope for request in requests for each in request.resource_spans for scope in each.scope_spans]
    return {span.name: span for scope in scopes for span in scope.spans}


def _attribute(span: Any, name: str) -> Any:
    return next(each.value.string_value for each in span.attributes if each.key == name)


# --- error reports ----------------------------------------------------------------------------------------------------


class Board:
    """A board of jobs that fails as it is told to."""

    def __init__(self) -> None:
        self.error: Exception = RuntimeError(f"a bug about {CALLER}")

    async def jobs(self, *_: object) -> Any:
        raise self.error


async def test_an_unexpected_error_of_a_route_and_of_a_job_arrives_once_and_expected_ones_never() -> None:
    board = Board()
    with receiving() as receiver:
        async with AsyncExitStack() as stack:
            reports = ReportSettings(
                dsn=f"http://{KEY}@{receiver.address}/7", release="titus@1.2.3", environment="production"
            )
            known = TelemetrySettings(version="1.2.3", reports=reports)
            observer = open_observer(known, ManualClock(), SILENT, stack)
            world = StaffWorld(telemetry=observer, jobs=board)
            hire(world)
            transport = httpx.ASGITransport(world.app, raise_app_exceptions=False)
            http = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url=BASE_URL))
            login = await http.post("/api/auth/login", json={"email": "sam@titus.example", "password": PASSWORD})
            boss = {"authorization": f"Bearer {login.json()['token']}"}

            failed = await http.get("/api/admin/jobs", headers=boss)
            board.error = Unavailable("the store is gone")
            assert (await http.get("/api/admin/jobs", headers=boss)).status_code == 503
            assert (await http.get("/api/admin/jobs")).status_code == 401
            assert (await http.get("/nowhere", headers=boss)).status_code == 404
            assert (await http.post("/api/voice/hunt-groups", json={}, headers=boss)).status_code == 422
            await _working(world, LookupError("another bug")).attempt(_job(CALL))
            await _working(world, Unavailable("the provider is gone")).attempt(_job(CALL))
        reported = events(receiver)
    assert failed.status_code == 500
    assert [event["exception"]["values"][-1]["type"] for event in reported] == ["RuntimeError", "LookupError"]
    assert reported[0]["exception"]["values"][-1]["value"] == "a bug about ***006"
    assert reported[0]["tags"]["request_id"] == failed.headers["x-request-id"]
    assert failed.json()["reference"] in reported[0]["logentry"]["formatted"]
    assert reported[1]["tags"] == {"call_sid": CALL, "job_kind": "unheard_of", "job_id": "7"}
    assert not any(isinstance(handler, _handler_kind()) for handler in logging.getLogger().handlers)


def _handler_kind() -> type[logging.Handler]:
    from titus_adapters.telemetry.reports import ErrorReports

    return ErrorReports


def _working(world: StaffWorld, error: Exception) -> Working:
    async def fail(job: Job) -> None:
        raise error

    worker: Any = world.store.worker
    periodic: Any = None
    return Working(worker, {"unheard_of": fail}, periodic, CallersFirst())


def _job(call_id: str) -> Job:
    now = ManualClock().now()
    return Job(
        id=JobId(7),
        kind="unheard_of",
        subject="x",
        call_id=CallId(call_id),
        state=JobState.RUNNING,
        tries=1,
        created_at=now,
        due_at=now,
    )
