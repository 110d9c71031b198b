"""Commands that have their name already, and nothing else."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from titus_http.cli.failures import Wrong

if TYPE_CHECKING:
    from titus_http.cli.arguments import Commands

NAMES = {
    "migrate": "move from one store to another, phase by phase",
}


def add(commands: Commands) -> None:
    for name, purpose in NAMES.items():
        # No prefix marks an option, so whatever the command will take one day is taken, and answered alike.
        parser = commands.add_parser(name, help=f"{purpose} (not built yet)", add_help=False, prefix_chars="\0")
        parser.add_argument("rest", nargs="*")
        parser.set_defaults(run=run, name=name)


def run(options: argparse.Namespace) -> int:
    raise Wrong(f"{options.name}: not built yet")
