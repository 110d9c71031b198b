"""`titus check`: can this Titus work, and do the providers find it?"""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

from titus_http.cli.failures import FAILED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from titus_http.cli.arguments import Commands
    from titus_http.cli.self_test import Finding
    from titus_http.settings import Settings


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "check",
        help="check settings, store, providers and webhooks",
        description="Check the settings, the store, Twilio's API, and with a signed request through BASE_URL whether "
        "webhooks are accepted. Nothing is stored.",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from titus_http import settings

    known = settings.load()
    return FAILED if asyncio.run(_report(known)) else 0


async def _report(known: Settings) -> int:
    """Print what is found; answers how many findings are bad."""
    bad = 0
    async for finding in _findings(known):
        print(finding, flush=True)
        bad += not finding.good
    return bad


async def _findings(known: Settings) -> AsyncIterator[Finding]:
    from titus_http.cli.self_test import Finding, self_test

    yield Finding("settings", True, "complete" if not known.missing else "good")
    for section, names in known.missing.items():
        yield Finding(section, True, f"off: {', '.join(names)} not set")
    async for finding in _inside(known):
        yield finding
    async for finding in self_test(known):
        yield finding


async def _inside(known: Settings) -> AsyncIterator[Finding]:
    """The store, and the provider that we ask."""
    from titus_core.kernel.errors import TitusError
    from titus_http import bootstrap
    from titus_http.cli.self_test import Finding

    try:
        async with bootstrap.open_titus(known) as running:
            await running.store.ping()
            ready = await running.store.is_migrated()
            yield Finding("store", ready, "answers" if ready else "has not today's tables; run `titus db upgrade`")
            if running.telephony is not None:
                live = await running.telephony.live_calls()
                yield Finding("Twilio's API", True, f"answers; {len(live)} calls are on")
    except (TitusError, OSError) as error:
        yield Finding("store or provider", False, str(error))
