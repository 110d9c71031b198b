"""`titus check`: can this Titus work, and do the providers find it?"""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

from titus_http.cli.failures import FAILED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from titus_core.kernel.files import Files
    from titus_core.providers.ports import Watched
    from titus_http.cli.arguments import Commands
    from titus_http.cli.self_test import Finding
    from titus_http.settings import Settings

_KEY = "titus-check"


def add(commands: Commands) -> None:
    parser = commands.add_parser(
        "check",
        help="check settings, store, files, providers and webhooks",
        description="Check the settings, the store, the place for files, Twilio's API, and with a signed request "
        "through BASE_URL whether webhooks are accepted. Nothing stays stored.",
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
            yield await _files(running.titus.use_cases.files)
            if running.telephony is not None:
                live = await running.telephony.live_calls()
                yield Finding("Twilio's API", True, f"answers; {len(live)} calls are on")
            if "airtable" in running.watched:
                yield await _airtable(running.watched["airtable"])
    except (TitusError, OSError) as error:
        yield Finding("store or provider", False, str(error))


async def _airtable(base: Watched) -> Finding:
    from datetime import UTC, datetime

    from titus_core.providers.model import Level
    from titus_http.cli.self_test import Finding

    seen = await base.look(datetime.now(UTC))
    return Finding("Airtable's API", seen.level is Level.OK, seen.detail or "answers, and knows the base")


async def _files(files: Files) -> Finding:
    """Whether recordings could be kept, listened to, and erased."""
    from titus_core.kernel.errors import TitusError
    from titus_http.cli.self_test import Finding

    async def content() -> AsyncIterator[bytes]:
        yield b"This was stored by `titus check`, and can be deleted."

    try:
        stored = await files.put(_KEY, content(), "text/plain")
        found = await files.about(_KEY)
        await files.delete(_KEY)
        good = found == stored and await files.about(_KEY) is None
    except TitusError as error:
        return Finding("files", False, str(error))
    return Finding("files", good, "can be stored and deleted" if good else "are not what was stored")
