"""`titus serve` by a shared clock, as a process that can be killed: `python -m tests.faults.live.serve FILE SPEED`."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from tests.faults.live.clock import SharedClock
from titus_adapters.elevenlabs import breaker
from titus_http import bootstrap, server, settings, ticker
from titus_http.bootstrap import open_titus


async def main(known: settings.Settings, clock: SharedClock) -> None:
    # These go by the machine's clock: as often and as long as ever, as this clock sees it.
    ticker.EVERY /= clock.speed
    breaker.PAUSE /= clock.speed
    breaker.LONGEST_PAUSE /= clock.speed
    async with open_titus(known, claim=True, clock=clock) as running:
        await server.serve_running(running, known.server.host, known.server.port)


if __name__ == "__main__":
    from_environment = settings.read(os.environ)
    bootstrap.configure_logging(from_environment)
    with asyncio.Runner(loop_factory=server.loop_factory()) as runner:
        runner.run(main(from_environment, SharedClock(Path(sys.argv[1]), float(sys.argv[2]))))
