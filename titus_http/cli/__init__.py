"""The `titus` command. One file per command; what a command needs is imported when it runs, so that `titus --help`
answers at once.

A command answers the exit status: 0 done, 1 it could not be done, 2 what was asked or set is wrong. Whatever goes wrong
is one line on stderr that names the setting, field or file.
"""

from __future__ import annotations

from collections.abc import Sequence

from titus_http.cli import (
    backup,
    calls,
    check,
    database,
    demonstration,
    records,
    sandbox,
    serve,
    twilio,
    unbuilt,
    users,
    worker,
)
from titus_http.cli.arguments import Parser
from titus_http.cli.failures import guarded

COMMANDS = (serve, worker, sandbox, demonstration, check, twilio, database, records, users, calls, backup, unbuilt)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers the exit status."""
    parser = Parser(prog="titus", description="The backend of a disability-support provider.")
    commands = parser.add_subparsers(title="commands", metavar="command", required=True)
    for command in COMMANDS:
        command.add(commands)
    options = parser.parse_args(arguments)
    return guarded(options.run, options)
