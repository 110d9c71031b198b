"""`make record PROVIDER=twilio`: what Titus asks of a provider, and what it answers, written into cassettes.

Against the sandbox, unless you say `--against real`: then against your own account, by the keys that Titus has in the
environment. That only reads, unless you say `--with-effects`; those scenarios cost a little, and ring and text the
`--phone` that you name (whoever answers hears that an application failed). Everything is scrubbed before it is written:
look at it all the same before you commit it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.cassettes.providers import PROVIDERS
from tests.cassettes.recording import Played, Real
from titus_core.kernel.errors import TitusError
from titus_http.cli.arguments import Parser


def main(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> int:
    return asyncio.run(recorded(options(arguments), environment))


def options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = Parser(prog="make record", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("provider", nargs="?", default="all", choices=[*PROVIDERS, "all"])
    parser.add_argument("--against", default="sandbox", choices=["sandbox", "real"])
    parser.add_argument("--into", type=Path, metavar="FOLDER", help="instead of tests/cassettes (real: …/real)")
    parser.add_argument("--only", metavar="NAME", help="one scenario, by the name of its cassette")
    parser.add_argument("--with-effects", action="store_true", help="real: also what costs, rings or texts")
    parser.add_argument("--phone", default="", metavar="+61…", help="real: whom to ring and text; ask them first")
    return parser.parse_args(arguments)


async def recorded(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """0 if everything that was asked for was recorded."""
    recorder = Real(options, environment) if options.against == "real" else Played(options)
    wanted = list(PROVIDERS) if options.provider == "all" else [options.provider]
    good = [await _recorded(recorder, name) for name in wanted]
    if options.against == "real" and any(good):
        print("Look at what was written before you commit it.")
    return 0 if all(good) else 1


async def _recorded(recorder: Played | Real, name: str) -> bool:
    if why_not := recorder.refusal(name):
        print(f"{name}: {why_not}", file=sys.stderr)
        return False
    try:
        return await recorder.record(name)
    except TitusError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return False


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
