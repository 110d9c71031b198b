"""`titus sandbox`: the providers, played on one port."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from titus_http.cli.arguments import port

if TYPE_CHECKING:
    from titus_http.cli.arguments import Commands

PORT = 4010


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "sandbox",
        help="play the providers on this machine",
        description="Play Twilio and the other providers, each below its name, with a control page at /.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=port, default=PORT, help="the port to listen on (default: %(default)s)")
    parser.add_argument("--strict", action="store_true", help="accept the sandbox's own credentials only")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    import uvicorn

    from titus_http import bootstrap
    from titus_http.cli.listening import listen

    address = f"http://{options.host}:{options.port}"
    listener = listen(options.host, options.port)
    app = bootstrap.sandbox_app(base_url=address, strict=options.strict)
    print(f"The sandbox: {address}/ (Twilio: TWILIO_BASE_URL={address}/twilio)", flush=True)
    print(f"Airtable: AIRTABLE_BASE_URL={address}/airtable AIRTABLE_BASE_ID={bootstrap.SAMPLE_BASE}", flush=True)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on", access_log=False))
    server.run(sockets=[listener])
    return 0
