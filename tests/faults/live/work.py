"""`titus worker` by a shared clock, as a process that can be killed: `python -m tests.faults.live.work FILE SPEED`."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from tests.faults.live.clock import SharedClock
from titus_http import server, settings
from titus_http.bootstrap import open_titus


async def main(clock: SharedClock) -> None:
    async with open_titus(settings.read(os.environ), claim=True, clock=clock) as running:
        await server.work_running(running)


if __name__ == "__main__":
    server.configure_logging()
    with asyncio.Runner(loop_factory=server.loop_factory()) as runner:
        runner.run(main(SharedClock(Path(sys.argv[1]), float(sys.argv[2]))))
