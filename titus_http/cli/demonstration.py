"""`titus demo`: Titus on a laptop, every provider played by the sandbox."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from titus_http.cli.arguments import Commands


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "demo",
        help="show Titus at work, without any account",
        description="Two calls on this machine, told as timelines; every provider is played by the sandbox.",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from titus_http.cli import demo

    return demo.run(options)
