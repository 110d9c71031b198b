"""A stored request could not be understood this time either: count it, so that the pauses grow."""

from __future__ import annotations

from datetime import datetime

import msgspec

from titus_core.calls.ports import CallTx
from titus_core.kernel.unit_of_work import Storage


class TryAgain(msgspec.Struct, frozen=True):
    waiting_id: int
    at: datetime


class CountTry:
    def __init__(self, storage: Storage[CallTx]) -> None:
        self._storage = storage

    async def __call__(self, command: TryAgain) -> None:
        await self._storage.transact(_work, command)


async def _work(tx: CallTx, command: TryAgain) -> None:
    tx.inbox.settle(command.waiting_id, reduced=False, at=command.at)
