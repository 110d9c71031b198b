"""`titus serve`: the server."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from titus_http.cli.arguments import port

if TYPE_CHECKING:
    from titus_http.cli.arguments import Commands


def add(commands: Commands) -> None:
    parser = commands.add_parser("serve", help="run the server", description="Run the server until it is stopped.")
    parser.add_argument("--host", help="the address to listen on, instead of TITUS_HOST")
    parser.add_argument("--port", type=port, help="the port to listen on, instead of PORT")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from titus_http import server, settings

    # As variables, so that what follows from them (BASE_URL's default has the port in it) follows.
    flags = {"TITUS_HOST": options.host, "PORT": options.port}
    given = {name: str(value) for name, value in flags.items() if value is not None}
    server.serve(settings.load({**os.environ, **given}))
    return 0
