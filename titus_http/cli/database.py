"""`titus db upgrade`: the database's tables."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from titus_http.cli.arguments import Commands


def add(commands: Commands) -> None:
    parser = commands.add_parser("db", help="look after the database")
    parts = parser.add_subparsers(metavar="command", required=True)
    upgrade = parts.add_parser(
        "upgrade",
        help="bring its tables to the newest form",
        description="Bring the tables to the newest form, creating them if need be. Safe to repeat.",
    )
    upgrade.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from titus_http import bootstrap, settings

    asyncio.run(bootstrap.migrate(settings.load()))
    print("The database is up to date.")
    return 0
