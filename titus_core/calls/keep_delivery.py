"""A request that Titus cannot use yet is kept as it came: a fact is never lost for want of a handler."""

from __future__ import annotations

import msgspec

from titus_core.calls.instructions import Reply
from titus_core.calls.ports import CallTx, Delivery, Kept
from titus_core.kernel.unit_of_work import Storage


class KeepThis(msgspec.Struct, frozen=True):
    """`reply` is what the provider is told (None: nothing was asked). `reduced` False: it shall be tried again, because
    working on it failed; True: nothing is there to work on it yet."""

    delivery: Delivery
    base_url: str
    reply: Reply | None = None
    reduced: bool = True


class KeepDelivery:
    """Stores the delivery once; a repetition gets the stored answer."""

    def __init__(self, storage: Storage[CallTx]) -> None:
        self._storage = storage

    async def __call__(self, command: KeepThis) -> Kept:
        return await self._storage.transact(_work, command)


async def _work(tx: CallTx, command: KeepThis) -> Kept:
    delivery = command.delivery
    before = await tx.inbox.find(delivery.route, delivery.key, delivery.token)
    if before is not None:
        return before.again()
    tx.inbox.keep(delivery, command.reply, command.base_url, reduced=command.reduced)
    return Kept(delivery.key, command.reply, command.base_url)
