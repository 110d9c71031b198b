"""The AI agent asks what it should know of a caller who was redirected to it."""

from __future__ import annotations

import msgspec

from titus_core.calls.model import Call
from titus_core.calls.ports import CallTx, Delivery
from titus_core.kernel.ids import CallId
from titus_core.kernel.unit_of_work import Storage


class BriefingAsked(msgspec.Struct, frozen=True):
    """`call_id` None: the question names no call."""

    delivery: Delivery
    call_id: CallId | None


class BriefAgent:
    """Keeps the raw question, and answers the call as it is now; None if it is not known."""

    def __init__(self, storage: Storage[CallTx]) -> None:
        self._storage = storage

    async def __call__(self, asked: BriefingAsked) -> Call | None:
        return await self._storage.transact(_work, asked)


async def _work(tx: CallTx, asked: BriefingAsked) -> Call | None:
    call = await tx.calls.get(asked.call_id) if asked.call_id is not None else None
    delivery = asked.delivery
    if await tx.inbox.find(delivery.route, delivery.key, delivery.token) is None:
        tx.inbox.keep(delivery, None, "")
    return call
