"""Ask every provider that can tell how it stands with us, and remember what it said."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

import msgspec

from titus_core.kernel.clock import Clock
from titus_core.kernel.unit_of_work import Storage
from titus_core.providers.model import Level, Seen, after
from titus_core.providers.ports import ProviderTx, Watched

_LOG = logging.getLogger("titus.providers")


class _Look(msgspec.Struct, frozen=True):
    name: str
    seen: Seen
    at: datetime


class LookAtProviders:
    """Safe to run often, and on several processes at once: the last look counts. What is not well is logged each time.

    `watched` by the names of their settings."""

    def __init__(self, storage: Storage[ProviderTx], watched: Mapping[str, Watched], clock: Clock) -> None:
        self._storage = storage
        self._watched = watched
        self._clock = clock

    async def __call__(self) -> None:
        for name, provider in self._watched.items():
            seen = await provider.look(self._clock.now())
            if seen.level is not Level.OK:
                _LOG.warning("%s is %s: %s", name, seen.level.value, seen.detail)
            await self._storage.transact(_note, _Look(name, seen, self._clock.now()))


async def _note(tx: ProviderTx, look: _Look) -> None:
    tx.standings.save(after(await tx.standings.get(look.name), look.name, look.seen, look.at))
