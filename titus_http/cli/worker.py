"""`titus worker`: what is to be done later, in a process of its own beside the servers of one PostgreSQL."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from titus_http.cli.arguments import Commands


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "worker",
        help="do what is to be done later",
        description="Work off jobs until it is stopped. A server does that too, and on SQLite nobody else can.",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from titus_http import server, settings

    server.work(settings.load())
    return 0
