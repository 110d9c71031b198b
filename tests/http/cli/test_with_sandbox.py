"""Commands that talk to a sandbox that really runs: `titus sandbox` in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest

from titus_http.bootstrap import SAMPLE_BASE
from titus_http.cli import main

OFFICE = "+61255500001"
TITUS = [sys.executable, "-c", "import sys; from titus_http.cli import main; sys.exit(main())"]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, folder = f"http://127.0.0.1:{port}", tmp_path_factory.mktemp("sandbox")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*TITUS, "sandbox", "--port", str(port)], cwd=folder, stdout=log, stderr=log)
    try:
        _wait_for(address)
        # Where nobody listens: the call is refused at once, and so over at once.
        number = {"phone_number": OFFICE, "voice_url": "http://127.0.0.1:9/voice"}
        httpx.put(f"{address}/twilio/control/numbers", json=number).raise_for_status()
        yield address
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{address}/").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(address)


def test_a_simulated_call_tells_its_story(sandbox: str, capsys: pytest.CaptureFixture[str]) -> None:
    phone = ["--phone", "+61491570156=answers:4", "--phone", "+61491570157=busy"]
    assert main(["calls", "simulate", "--sandbox", sandbox, *phone]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].endswith(f": +61491570006 dials {OFFICE}")
    assert "ended" in told[-1]
    state = httpx.get(f"{sandbox}/twilio/control/state").json()
    assert {"+61491570156", "+61491570157"} <= {device["address"] for device in state["devices"]}


def test_a_base_of_airtable_is_there_and_its_files_can_be_read(sandbox: str) -> None:
    with httpx.Client(base_url=f"{sandbox}/airtable", headers={"authorization": "Bearer any"}) as client:
        params = {"filterByFormula": "{Receipt Upload}", "maxRecords": "1"}
        listed = client.get(f"/v0/{SAMPLE_BASE}/Receipts", params=params).raise_for_status().json()
        (receipt,) = listed["records"]
        file = receipt["fields"]["Receipt Upload"][0]
        assert file["url"].startswith(f"{sandbox}/airtable/v3/")
        assert len(httpx.get(file["url"]).raise_for_status().content) == file["size"]


def test_a_number_that_is_not_the_account_s_is_one_line(sandbox: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calls", "simulate", "--sandbox", sandbox, "--to", "+61255500009"]) == 1
    assert capsys.readouterr().err == "titus: the sandbox: +61255500009 is not a number of this account\n"


def test_a_port_in_use_is_one_line(sandbox: str, capsys: pytest.CaptureFixture[str]) -> None:
    port = sandbox.rpartition(":")[2]
    assert main(["sandbox", "--port", port]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"titus: --port {port}: cannot listen on 127.0.0.1:{port} (")
    assert error.count("\n") == 1


def test_the_number_is_set_up_once_and_for_all(
    sandbox: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC00000000000000000000000000000001")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "any-token")
    monkeypatch.setenv("TWILIO_PHONE_NUMBER", OFFICE)
    monkeypatch.setenv("TWILIO_BASE_URL", f"{sandbox}/twilio")
    monkeypatch.setenv("BASE_URL", "https://titus.example.org.au")
    for arguments, last in (
        (["--dry-run"], f"{OFFICE}: nothing was changed (--dry-run)."),
        ([], f"{OFFICE}: done."),
        ([], f"{OFFICE}: all is as it should be."),
    ):
        assert main(["twilio", "setup", *arguments]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == last
    (number,) = httpx.get(f"{sandbox}/twilio/control/state").json()["numbers"]
    assert number["voice_url"].startswith("https://titus.example.org.au/api/voice/webhook/inbound#")


def test_a_number_that_twilio_does_not_know_is_one_line(
    sandbox: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC00000000000000000000000000000001")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "any-token")
    monkeypatch.setenv("TWILIO_PHONE_NUMBER", "+61255500009")
    monkeypatch.setenv("TWILIO_BASE_URL", f"{sandbox}/twilio")
    assert main(["twilio", "setup"]) == 1
    assert capsys.readouterr().err == "titus: the account has no number +61255500009\n"


def test_the_catalogue_is_read_from_the_base_itself(
    sandbox: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AIRTABLE_API_KEY", "patAny")
    monkeypatch.setenv("AIRTABLE_BASE_ID", SAMPLE_BASE)
    monkeypatch.setenv("AIRTABLE_BASE_URL", f"{sandbox}/airtable")
    for _ in range(2):
        assert main(["records", "catalogue"]) == 0
        (told,) = capsys.readouterr().out.splitlines()
        assert told.endswith("stored in data/records/catalogue.json.")


@pytest.mark.parametrize(
    ("base", "told"),
    [
        (SAMPLE_BASE, "ok   Airtable's API: answers, and knows the base"),
        ("appNobodyKnows000", "BAD  Airtable's API: Airtable does not know the base, or the key may not see it"),
    ],
)
def test_check_tells_whether_airtable_knows_the_base(
    base: str, told: str, sandbox: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RECORDS_STORE", "airtable")
    monkeypatch.setenv("AIRTABLE_API_KEY", "patAny")
    monkeypatch.setenv("AIRTABLE_BASE_ID", base)
    monkeypatch.setenv("AIRTABLE_BASE_URL", f"{sandbox}/airtable")
    assert main(["db", "upgrade"]) == 0
    main(["check"])
    assert told in capsys.readouterr().out.splitlines()
