"""Log lines: what stands in them, and what never does."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.adapters.telemetry.examples import KEPT, PLAIN_EMAILS, SECRETS, australian_numbers
from titus_adapters.telemetry.logs import handler_for
from titus_adapters.telemetry.redaction import Redactor
from titus_adapters.telemetry.settings import LogSettings
from titus_core.kernel.correlation import about
from titus_core.kernel.ids import CallId

CALL = CallId("CA" + "0123456789abcdef" * 2)
FORMATS = pytest.mark.parametrize("form", ["json", "text"])


class Log:
    """A logger of its own, and what it wrote."""

    def __init__(self, form: Any, *secrets: str) -> None:
        self._stream = io.StringIO()
        self.logger = logging.Logger("titus.test")
        self.logger.addHandler(handler_for(LogSettings(form), Redactor(secrets), self._stream))

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


def log_everywhere(log: Log, what: str) -> None:
    """In the message, its arguments (too few, too), an error and its cause, the extra, and what the work belongs to."""
    log.logger.info(f"said {what}")
    log.logger.info("said %s and %r, %s", what, {"a": what}, [what])
    log.logger.info("said %s %s", what)  # one argument too few
    log.logger.info("more", extra={"what": what, "nested": {"list": [what], what: 1}, "object": LookupError(what)})
    try:
        try:
            raise LookupError(what)
        except LookupError as error:
            raise RuntimeError(f"because of {what}") from error
    except RuntimeError:
        log.logger.exception("failed with %s", what)
    with about(call_id=CallId(what), request_id=what, job_kind=what, trace_id=what):
        log.logger.info("about it")


@FORMATS
@given(secret=SECRETS)
def test_a_configured_secret_survives_nowhere(form: str, secret: str) -> None:
    ours = Log(form)
    log_everywhere(ours, "-")
    assume(secret not in ours.text)  # a word that every line has, as the name of a field, is nobody's secret
    log = Log(form, secret)
    log_everywhere(log, secret)
    assert secret not in log.text
    assert json.dumps(secret)[1:-1] not in log.text
    assert repr(secret)[1:-1] not in log.text


@FORMATS
@given(number=australian_numbers().filter(lambda number: "%" not in number[0]))
def test_a_number_survives_nowhere(form: str, number: tuple[str, str]) -> None:
    log = Log(form)
    log_everywhere(log, number[0])
    assert number[0] not in log.text
    assert number[1] not in log.text.replace(" ", "")
    assert f"***{number[1][-3:]}" in log.text


@FORMATS
@given(address=PLAIN_EMAILS)
def test_an_email_address_survives_nowhere(form: str, address: str) -> None:
    log = Log(form)
    log_everywhere(log, address)
    assert address not in log.text


@FORMATS
@given(kept=KEPT)
def test_what_one_looks_for_survives_everywhere(form: str, kept: str) -> None:
    log = Log(form)
    log_everywhere(log, kept)
    assert log.text.count(kept) >= 14


@given(st.text(), st.text())
def test_a_line_of_json_is_one_object_whatever_it_says(message: str, value: str) -> None:
    log = Log("json")
    log.logger.warning("%s", message, extra={"odd": value})
    (line,) = log.lines
    assert set(line) == {"time", "level", "logger", "message", "odd"}


@given(st.text())
def test_a_line_of_text_is_one_line_whatever_it_says(message: str) -> None:
    log = Log("text")
    log.logger.warning("%s", message, extra={"odd": message})
    assert len(log.text.splitlines()) == 1


def test_a_line_says_when_in_utc_who_and_how_bad() -> None:
    log = Log("json")
    log.logger.warning("refused %s", "inbound")
    (line,) = log.lines
    assert line["time"].endswith("Z")
    assert datetime.fromisoformat(line["time"]).utcoffset() == timedelta()
    assert (line["level"], line["logger"], line["message"]) == ("warning", "titus.test", "refused inbound")


def test_a_line_says_what_the_work_belongs_to() -> None:
    log = Log("json")
    with about(request_id="r1-1", call_id=CALL, trace_id="0af7651916cd43dd8448eb211c80319c"):
        with about(job_kind="keep_recording", job_id=7):
            log.logger.info("inside")
        log.logger.info("between")
    log.logger.info("outside")
    inside, between, outside = log.lines
    assert (inside["call_sid"], inside["request_id"], inside["job_kind"], inside["job_id"]) == (
        CALL,
        "r1-1",
        "keep_recording",
        7,
    )
    assert inside["trace_id"] == between["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert between["call_sid"] == CALL
    assert "job_id" not in between
    assert "call_sid" not in outside


def test_what_is_given_as_extra_cannot_take_the_place_of_what_titus_says() -> None:
    log = Log("json")
    log.logger.info("true", extra={"time": "never", "level": "none", "count": 3})
    (line,) = log.lines
    assert line["level"] == "info"
    assert line["time"] != "never"
    assert line["count"] == 3


def test_odd_values_do_not_cost_the_line() -> None:
    log = Log("json")
    log.logger.info(
        "half \ud800 a pair", extra={"huge": 10**40, "object": object, "bytes": b"\xff", "nan": float("nan")}
    )
    (line,) = log.lines
    assert line["huge"] == 10**40
    assert "half" in line["message"]


def test_a_line_that_cannot_be_written_is_told_without_what_stood_in_it() -> None:
    class Odd:
        def __str__(self) -> str:
            raise LookupError("0491 570 006")

    log = Log("json")
    log.logger.info("odd", extra={"odd": Odd()})
    assert log.text == "a line of titus.test could not be written: LookupError\n"


PROGRAM = """
import asyncio, logging, sys, threading, warnings
from titus_adapters.telemetry.logs import configure
from titus_adapters.telemetry.settings import LogSettings
from titus_adapters.telemetry.redaction import Redactor
configure(LogSettings("json", "info"), Redactor(["correct horse"]))
logging.getLogger("uvicorn.error").info("uvicorn told correct horse to 0491 570 006")
logging.getLogger("asyncio").error("asyncio told correct horse")
logging.getLogger("httpx").info("HTTP Request: GET https://x.test/?To=0491570006")
warnings.warn("a warning of correct horse")
thread = threading.Thread(target=lambda: 1 / (lambda: [][0])() if False else int("correct horse"))
thread.start(); thread.join()
async def fail():
    raise LookupError("nobody waits for correct horse")
async def main():
    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
asyncio.run(main())
import gc; gc.collect()
raise RuntimeError("the end of correct horse, +61491570006")
"""


def test_all_that_a_process_writes_by_itself_passes_the_redactor() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    told = {line["logger"]: line for line in lines}
    assert done.returncode == 1
    assert {"uvicorn.error", "asyncio", "py.warnings", "titus"} <= set(told)
    assert "httpx" not in told
    assert "correct horse" not in done.stderr.replace(PROGRAM, "")
    assert told["uvicorn.error"]["message"] == "uvicorn told *** to ***006"
    assert "***006" in lines[-1]["exception"]
