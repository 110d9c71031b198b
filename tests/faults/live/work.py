"""`titus worker` by a shared clock, as a process that can be killed: `python -m tests.faults.live.work FILE SPEED`."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from tests.faults.live.clock import SharedClock
from titus_http import bootstrap, server, settings
from titus_http.bootstrap import open_titus


async def main(known: settings.Settings, clock: SharedClock) -> None:
    stopping = server.told_by_signals()
    async with open_titus(known, claim=True, clock=clock) as running:
        await server.work_running(running, known, stopping)


if __name__ == "__main__":
    from_environment = settings.read(os.environ)
    bootstrap.configure_logging(from_environment)
    with asyncio.Runner(loop_factory=server.loop_factory()) as runner:
        runner.run(main(from_environment, SharedClock(Path(sys.argv[1]), float(sys.argv[2]))))
