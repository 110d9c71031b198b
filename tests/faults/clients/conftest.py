"""On the loop that `titus serve` uses: what a transport does with a client that hangs is the loop's business."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from titus_http.server import loop_factory


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"titus": loop_factory() or asyncio.new_event_loop}
