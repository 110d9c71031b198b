"""What the webhooks of messages share: a repetition is answered alike, a delivery is kept with its fact."""

from __future__ import annotations

from typing import TypeVar

from titus_core.calls.delivering import Incoming
from titus_core.calls.ports import Kept
from titus_core.messaging.ports import MessageTx

F = TypeVar("F")


async def kept_before(tx: MessageTx, incoming: Incoming[F]) -> Kept | None:
    """What this delivery was answered before; None if it is new, or waits to be worked on."""
    if incoming.waiting_id is not None:
        return None
    kept = await tx.inbox.find(incoming.delivery.route, incoming.delivery.key, incoming.delivery.token)
    return kept.again() if kept is not None else None


def keep(tx: MessageTx, incoming: Incoming[F]) -> Kept:
    """Store the delivery, or note that one which waited is worked on."""
    if incoming.waiting_id is None:
        tx.inbox.keep(incoming.delivery, None, incoming.base_url)
    else:
        tx.inbox.settle(incoming.waiting_id, reduced=True, at=incoming.at)
    return Kept(incoming.delivery.key, None, incoming.base_url)
