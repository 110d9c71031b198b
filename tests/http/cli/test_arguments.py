"""The command line itself: what it offers, and how it says no."""

from __future__ import annotations

import subprocess
import sys

import pytest

from titus_http.cli import main

CONTRACT = [
    "serve",
    "worker",
    "sandbox",
    "check",
    "twilio",
    "backup",
    "restore",
    "db",
    "users",
    "migrate",
    "calls",
    "demo",
]


def status_of(*arguments: str) -> int:
    """The exit status, whether the command answers it or the parser exits."""
    try:
        return main(arguments)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else -1


@pytest.mark.parametrize("command", CONTRACT)
def test_every_command_that_clients_rely_on_is_listed(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of("--help") == 0
    assert f"\n    {command} " in capsys.readouterr().out


@pytest.mark.parametrize("command", ["migrate"])
@pytest.mark.parametrize("rest", [(), ("--to", "somewhere"), ("phase",), ("--help",)])
def test_a_command_that_is_not_built_says_so_whatever_it_is_given(
    command: str, rest: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of(command, *rest) == 2
    assert capsys.readouterr().err == f"titus: {command}: not built yet\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "titus: the following arguments are required: command (see titus --help)"),
        (("serve", "--port", "0"), "titus serve: argument --port: must be a whole number from 1 to 65535"),
        (
            ("users", "create", "--email", "a@b.test"),
            "titus users create: the following arguments are required: --name",
        ),
        (("users", "create", "--pass"), "titus users create: the following arguments are required"),
        (
            ("calls", "simulate", "--speaks", "-1"),
            "titus calls simulate: argument --speaks: must be a number of seconds",
        ),
        (("calls", "simulate", "--phone", "+61491570006"), "titus: --phone +61491570006: must be NUMBER=DOES"),
        (("calls", "simulate", "--phone", "+61491570006=busy:4"), "titus: --phone +61491570006=busy:4: must be"),
        (("calls", "simulate", "--phone", "+61491570006=answers:x"), "titus: --phone +61491570006=answers:x: must be"),
    ],
)
def test_bad_input_is_one_line_that_names_it(
    arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of(*arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith(told)
    assert error.count("\n") == 1


def test_help_needs_nothing_heavy() -> None:
    program = (
        "import sys, titus_http.cli; "
        "print({'litestar', 'twilio', 'sqlalchemy', 'httpx', 'uvicorn', 'msgspec'} & set(sys.modules))"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert printed == "set()\n"
