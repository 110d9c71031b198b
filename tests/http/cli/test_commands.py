"""Commands on a real SQLite file."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path

import pytest

from tests.s3_server import Bucket
from titus_http.cli import main

ADA = ("users", "create", "--email", "Ada@example.org.au", "--name", "Ada Byron", "--role", "director")


def stdin(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    assert main(["db", "upgrade"]) == 0
    return tmp_path / "data" / "titus.db"


def test_upgrading_creates_the_database_and_may_be_repeated(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert database.exists()
    assert main(["db", "upgrade"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "The database is up to date."


def test_a_user_is_created_with_the_password_on_stdin(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin(monkeypatch, "a quiet river bend\n")
    assert main([*ADA, "--password-stdin"]) == 0
    assert "ada@example.org.au, director." in capsys.readouterr().out
    with sqlite3.connect(database) as connection:
        rows = connection.execute("select email, password_hash from users").fetchall()
    connection.close()
    assert [(email, hashed.startswith("$argon2")) for email, hashed in rows] == [("ada@example.org.au", True)]


@pytest.mark.parametrize(
    ("changes", "typed", "told"),
    [
        ((), "short\n", "titus: password: "),
        ((), "\n", "titus: --password-stdin: there is no password on stdin"),
        (("--role", "boss"), "a quiet river bend\n", "titus: --role: must be one of superadmin, director, ceo"),
        (("--email", "ada"), "a quiet river bend\n", "titus: email: "),
        (("--name", " "), "a quiet river bend\n", "titus: name: "),
    ],
)
def test_a_user_that_breaks_a_rule_is_refused_by_field(
    database: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    changes: tuple[str, ...],
    typed: str,
    told: str,
) -> None:
    stdin(monkeypatch, typed)
    assert main([*ADA, *changes, "--password-stdin"]) == 2
    assert capsys.readouterr().err.startswith(told)


def test_an_address_that_is_taken_is_refused(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for status in (0, 2):
        stdin(monkeypatch, "a quiet river bend\n")
        assert main([*ADA, "--password-stdin"]) == status
    assert capsys.readouterr().err.startswith("titus: --email: ")


def test_a_user_needs_a_terminal_or_a_password_on_stdin(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin(monkeypatch, "a quiet river bend\n")
    assert main([*ADA]) == 2
    assert capsys.readouterr().err == "titus: --password-stdin: needed where there is no terminal to ask in\n"


def test_a_user_needs_a_database_with_tables(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin(monkeypatch, "a quiet river bend\n")
    assert main([*ADA, "--password-stdin"]) == 1
    assert "titus db upgrade" in capsys.readouterr().err


@pytest.mark.parametrize("command", [("db", "upgrade"), ("check",), ("twilio", "setup"), ("serve",), ADA])
def test_bad_settings_are_told_line_by_line_whatever_the_command(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", "canary")
    monkeypatch.setenv("RECORDS_STORE", "canary")
    stdin(monkeypatch, "a quiet river bend\n")
    arguments = [*command, "--password-stdin"] if command is ADA else list(command)
    assert main(arguments) == 2
    assert capsys.readouterr().err.splitlines() == [
        "titus: PORT: must be a port: a whole number from 1 to 65535",
        "titus: RECORDS_STORE: must be one of sql, airtable, shadow",
    ]


def test_setting_up_twilio_names_what_it_needs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["twilio", "setup"]) == 2
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC123")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "token")
    assert main(["twilio", "setup"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "titus: TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN: must be set for this",
        "titus: TWILIO_PHONE_NUMBER: must be set for this",
    ]


def test_the_fallback_document_works_without_any_group(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ELEVENLABS_AGENT_ID", "agent_01")
    capsys.readouterr()
    assert main(["twilio", "fallback-document"]) == 0
    document = capsys.readouterr().out
    assert document.startswith("<?xml")
    assert "https://api.elevenlabs.io/twilio/inbound_call?agent_id=agent_01" in document


def test_a_sandbox_that_does_not_run_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calls", "simulate", "--sandbox", "http://127.0.0.1:9"]) == 1
    assert capsys.readouterr().err.startswith("titus: --sandbox: no sandbox at http://127.0.0.1:9 ")


def test_a_check_names_what_is_bad_and_what_is_off(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BASE_URL", "http://127.0.0.1:9")
    capsys.readouterr()
    assert main(["check"]) == 1
    told = capsys.readouterr().out.splitlines()
    assert [line for line in told if line.startswith("BAD")] == [
        "BAD  BASE_URL: http://127.0.0.1:9 cannot be reached (ConnectError)"
    ]
    assert "ok   store: answers" in told
    assert "ok   files: can be stored and deleted" in told
    assert "ok   twilio: off: TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN not set" in told


def test_a_check_says_why_files_cannot_be_kept(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], s3_bucket: Bucket
) -> None:
    wanted = s3_bucket.settings()
    monkeypatch.setenv("FILES_URL", f"s3://{wanted.bucket}")
    assert main(["check"]) == 2
    told = "titus: FILES_URL: s3:// needs AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION"
    assert capsys.readouterr().err.splitlines() == [told]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", wanted.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", wanted.secret_access_key)
    monkeypatch.setenv("AWS_REGION", wanted.region)
    monkeypatch.setenv("AWS_ENDPOINT_URL", str(wanted.endpoint))
    main(["check"])
    assert "ok   files: can be stored and deleted" in capsys.readouterr().out.splitlines()
    assert s3_bucket.keys() == []
    monkeypatch.setenv("FILES_URL", "s3://another-bucket")
    assert main(["check"]) == 1
    assert "BAD  files: the bucket for files is not there" in capsys.readouterr().out.splitlines()


def test_a_check_of_a_database_without_tables_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 1
    assert "BAD  store: has not today's tables; run `titus db upgrade`" in capsys.readouterr().out.splitlines()
