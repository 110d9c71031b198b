"""Somebody's records were touched: a ping says that, and no more."""

from __future__ import annotations

from typing import Protocol

import msgspec

from titus_core.calls.ports import CallTx, Delivery
from titus_core.jobs.causes import Kind
from titus_core.jobs.model import NewJob
from titus_core.jobs.periodic import SUBJECT
from titus_core.jobs.ports import JobTx
from titus_core.kernel.unit_of_work import Storage


class PingTx(CallTx, JobTx, Protocol):
    """The inbox, and what is to be done."""


class Ping(msgspec.Struct, frozen=True):
    """`is_ours`: it can be read, and is about our base."""

    delivery: Delivery
    is_ours: bool


class KeepPing:
    """Keeps the ping as it came, and in the same commit has somebody look at what changed. Whether it is new."""

    def __init__(self, storage: Storage[PingTx]) -> None:
        self._storage = storage

    async def __call__(self, ping: Ping) -> bool:
        return await self._storage.transact(_work, ping)


async def _work(tx: PingTx, ping: Ping) -> bool:
    delivery = ping.delivery
    if await tx.inbox.find(delivery.route, delivery.key, delivery.token) is not None:
        return False
    tx.inbox.keep(delivery, None, "", reduced=True)
    if ping.is_ours:
        tx.enqueue(NewJob(kind=Kind.NOTE_RECORD_CHANGES, subject=SUBJECT), delivery.received_at)
    return True
