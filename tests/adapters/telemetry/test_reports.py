"""Error reports, as Sentry gets them."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import sentry_sdk

from tests.adapters.telemetry.receiver import Receiver, receiving
from titus_adapters.telemetry.redaction import Redactor
from titus_adapters.telemetry.reports import MOST_A_MINUTE, MOST_CRUMBS, MOST_TRAILS, ErrorReports
from titus_adapters.telemetry.settings import ReportSettings, TelemetrySettings
from titus_core.kernel.correlation import about
from titus_core.kernel.errors import Misuse, NotFound, Unavailable
from titus_core.kernel.ids import CallId

CALL = CallId("CA" + "0123456789abcdef" * 2)
KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"


def events(receiver: Receiver) -> list[dict[str, Any]]:
    """The events among the envelopes that came (lines: head, then head and body of each item)."""
    found = []
    for posted in receiver.posted:
        lines = posted.body.split(b"\n")
        heads = [json.loads(line) for line in lines[1::2] if line]
        found += [json.loads(body) for head, body in zip(heads, lines[2::2], strict=False) if head["type"] == "event"]
    return found


class Reporting:
    """A logger whose errors are reported."""

    def __init__(self, receiver: Receiver) -> None:
        dsn = f"http://{KEY}@{receiver.address}/7"
        settings = ReportSettings(dsn=dsn, release="titus@1.2.3", environment="production")
        self.reports = ErrorReports(settings, Redactor(["correct horse"]))
        self.log = logging.Logger("titus.test")
        self.log.addHandler(self.reports)

    def failed(self, error: BaseException, message: str = "failed") -> None:
        try:
            raise error
        except type(error):
            self.log.exception(message)


@asynccontextmanager
async def reporting(receiver: Receiver) -> AsyncIterator[Reporting]:
    told = Reporting(receiver)
    try:
        yield told
    finally:
        await told.reports.aclose()


async def test_an_unexpected_error_arrives_with_what_it_belongs_to_and_what_went_before() -> None:
    with receiving() as receiver:
        async with reporting(receiver) as told:
            told.log.info("nothing to do with it")
            with about(request_id="r1-1", call_id=CALL):
                told.log.info("before it")
                told.failed(LookupError("a bug"))
        (event,) = events(receiver)
    assert event["release"] == "titus@1.2.3"
    assert event["environment"] == "production"
    assert event["tags"] == {"call_sid": CALL, "request_id": "r1-1"}
    assert event["exception"]["values"][0]["type"] == "LookupError"
    assert [crumb["message"] for crumb in event["breadcrumbs"]["values"]] == ["before it"]
    assert KEY in receiver.posted[0].headers["x-sentry-auth"]


async def test_nothing_of_a_person_and_no_secret_is_in_a_report() -> None:
    with receiving() as receiver:
        async with reporting(receiver) as told:
            secret_local = "correct " + "horse"
            with about(job_kind="send_text", job_id=7):
                told.log.info("texted 0491 570 006 with %s", secret_local)
                try:
                    try:
                        raise NotFound("ada@example.org is not there")
                    except NotFound as cause:
                        raise RuntimeError(f"+61491570006 {secret_local}") from cause
                except RuntimeError:
                    told.log.exception("failed for %s", "0491570006")
        (event,) = events(receiver)
    text = receiver.posted[0].body.decode()
    for never in ("correct horse", "570 006", "570006", "ada@example.org", "secret_local"):
        assert never not in text
    assert [value["value"] for value in event["exception"]["values"]] == ["[email] is not there", "***006 ***"]
    assert event["logentry"]["formatted"] == "failed for ***006"
    assert event["breadcrumbs"]["values"][0]["message"] == "texted ***006 with ***"
    assert event["tags"] == {"job_kind": "send_text", "job_id": "7"}
    frames = [frame for value in event["exception"]["values"] for frame in value["stacktrace"]["frames"]]
    assert frames
    assert not any("vars" in frame for frame in frames)
    assert not {"request", "user", "modules", "extra"} & {key for key, value in event.items() if value}


@pytest.mark.parametrize("error", [NotFound(), Unavailable("the store is gone")])
async def test_what_titus_answers_with_a_reason_is_no_report(error: Exception) -> None:
    with receiving() as receiver:
        async with reporting(receiver) as told:
            told.failed(error)
            told.log.error("not stored: %s", error)
            told.log.warning("a warning", exc_info=LookupError())
    assert receiver.posted == []


async def test_a_misuse_of_titus_by_titus_is_a_report() -> None:
    with receiving() as receiver:
        async with reporting(receiver) as told:
            told.failed(Misuse("a bug"))
        assert len(events(receiver)) == 1


async def test_a_storm_of_errors_is_cut_off() -> None:
    with receiving() as receiver:
        async with reporting(receiver) as told:
            for _ in range(3 * MOST_A_MINUTE):
                told.failed(LookupError())
        assert len(events(receiver)) == MOST_A_MINUTE


async def test_what_is_kept_in_mind_has_bounds() -> None:
    with receiving() as receiver:
        async with reporting(receiver) as told:
            for number in range(2 * MOST_TRAILS):
                with about(request_id=f"r1-{number:x}"):
                    told.log.info("one")
            assert len(told.reports._trails) == MOST_TRAILS
            with about(job_kind="k", job_id=1):
                for number in range(2 * MOST_CRUMBS):
                    told.log.info("line %s", number)
                told.failed(LookupError())
        (event,) = events(receiver)
    assert event["breadcrumbs"]["values"][0]["message"] == f"line {MOST_CRUMBS}"


async def test_a_report_that_cannot_be_made_hurts_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    class Broken(Redactor):
        def __call__(self, text: str) -> str:
            raise LookupError("0491 570 006")

    with receiving() as receiver:
        settings = ReportSettings(dsn=f"http://{KEY}@{receiver.address}/7", release="1", environment="test")
        reports, log = ErrorReports(settings, Broken()), logging.Logger("titus.test")
        log.addHandler(reports)
        with about(call_id=CALL, request_id="r1-1"):
            log.info("to 0491 570 006")
        await reports.aclose()
    assert capsys.readouterr().err == "an error of titus.test could not be reported: LookupError\n"


async def test_nothing_of_the_library_is_global() -> None:
    with receiving() as receiver:
        async with reporting(receiver) as told:
            assert not sentry_sdk.get_client().is_active()
            assert not told.reports._client.should_send_default_pii()


def test_settings_do_not_show_where_reports_go() -> None:
    settings = ReportSettings(dsn=f"https://{KEY}@errors.test/7", release="1", environment="test")
    assert KEY not in repr(settings)
    assert KEY not in repr(TelemetrySettings(version="1", reports=settings, secrets=frozenset({KEY})))
