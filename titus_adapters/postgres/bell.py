"""Tells the other processes that something happened to a call, and hears it from them.

It is a hint, and given after the commit: inside it, PostgreSQL would let only one transaction commit at a time
(decision 0012). Whoever hears nothing looks by themselves from time to time.
"""

from __future__ import annotations

import asyncio
import logging
import random
from typing import Any

import asyncpg

from titus_adapters.bell import Bell
from titus_adapters.postgres.failures import connecting
from titus_adapters.postgres.pool import connection_options
from titus_adapters.postgres.settings import PostgresSettings
from titus_core.kernel.errors import Unavailable

CHANNEL = "titus_calls"

_AT_MOST_EVERY = 0.02
"""Seconds between two words to the others: many commits are one word."""

_LOOKS_AFTER = 15.0
"""Seconds after which a silent connection is asked whether it still is one."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
_LOG = logging.getLogger("titus.postgres")


class PostgresBell(Bell):
    """From `start` to `stop` it has one connection of its own that listens and tells, made when it is first needed and
    again when it is lost. Without (nothing can listen behind a transaction pooler) it is heard in this process only."""

    def __init__(self, settings: PostgresSettings) -> None:
        super().__init__()
        self._settings = settings
        self._started = False
        self._task: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()
        self._pause = _FIRST_PAUSE
        self._own_pid = 0

    def start(self) -> None:
        self._started = True

    def ring(self) -> None:
        """Wake who waits here, and soon those who wait elsewhere."""
        super().ring()
        self._woken.set()
        self._begin()

    async def wait(self, seconds: float) -> None:
        self._begin()
        await super().wait(seconds)

    async def stop(self) -> None:
        """Hang up."""
        self._started = False
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    def _begin(self) -> None:
        if self._task is None and self._started:
            self._task = asyncio.create_task(self._keep_a_line(), name="postgres bell")

    async def _keep_a_line(self) -> None:
        while True:
            try:
                with connecting():
                    await self._talk()
            except Unavailable as error:
                _LOG.warning("cannot listen for other processes' news: %s", error)
            except Exception:  # noqa: BLE001 (nothing may end it; it is logged)
                _LOG.exception("the bell stumbled; it goes on")
            await asyncio.sleep(random.uniform(0.5, 1) * self._pause)  # noqa: S311  # not all processes at once
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)

    async def _talk(self) -> None:
        """Listen and tell until the connection is lost."""
        connection = await asyncpg.connect(**connection_options(self._settings))
        try:
            connection.add_termination_listener(lambda _: self._woken.set())
            self._own_pid = connection.get_server_pid()
            await connection.add_listener(CHANNEL, self._hear)
            self._pause = _FIRST_PAUSE
            super().ring()  # something may have been told while nobody listened
            while not connection.is_closed():
                await self._tell(connection)
        finally:
            connection.terminate()

    async def _tell(self, connection: Any) -> None:
        try:
            async with asyncio.timeout(_LOOKS_AFTER):
                await self._woken.wait()
        except TimeoutError:
            await connection.execute("SELECT 1")
            return
        self._woken.clear()
        await connection.execute(f"NOTIFY {CHANNEL}")
        await asyncio.sleep(_AT_MOST_EVERY)

    def _hear(self, connection: Any, pid: int, channel: str, payload: object) -> None:
        if pid != self._own_pid:
            super().ring()
