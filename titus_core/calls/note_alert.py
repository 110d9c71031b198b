"""The provider's debugger tells that something went wrong there, often while a caller was on the line."""

from __future__ import annotations

import msgspec

from titus_core.calls.delivering import Incoming, answered_before
from titus_core.calls.ports import CallTx, Kept
from titus_core.kernel.actor import TWILIO
from titus_core.kernel.events import Envelope, Event
from titus_core.kernel.ids import CallId
from titus_core.kernel.unit_of_work import Storage


class AlertTold(msgspec.Struct, frozen=True):
    """`code` is the provider's number for what went wrong; `call_id` the call that it is about, if any."""

    alert_id: str
    level: str
    code: str = ""
    call_id: CallId | None = None


class ProviderAlerted(Event, frozen=True, tag="provider.alerted", kw_only=True):
    """The provider reported an error or a warning of its own accord."""

    level: str
    code: str = ""
    call_id: CallId | None = None


class NoteAlert:
    """Keeps it in the trail, and has the call looked at now if it lasts: its caller may hear nothing."""

    def __init__(self, storage: Storage[CallTx]) -> None:
        self._storage = storage

    async def __call__(self, incoming: Incoming[AlertTold]) -> Kept:
        return await self._storage.transact(_note, incoming)


async def _note(tx: CallTx, incoming: Incoming[AlertTold]) -> Kept:
    if (before := await answered_before(tx, incoming)) is not None:
        return before
    told = incoming.fact
    call = await tx.calls.get(told.call_id) if told.call_id is not None else None
    if call is not None and call.live:
        tx.calls.look_again(call.id, incoming.at)
    alerted = ProviderAlerted(level=told.level, code=told.code, call_id=told.call_id)
    tx.record(Envelope(f"alert:{told.alert_id}", incoming.at, TWILIO, alerted))
    if incoming.waiting_id is None:
        tx.inbox.keep(incoming.delivery, None, incoming.base_url)
    else:
        tx.inbox.settle(incoming.waiting_id, reduced=True, at=incoming.at)
    return Kept(incoming.delivery.key, None, incoming.base_url)
