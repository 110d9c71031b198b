"""A call's time has come: settle it if it ended, ask the provider about it if it is live and nothing was heard."""

from __future__ import annotations

from datetime import datetime

import msgspec

from titus_core.calls.delivering import store
from titus_core.calls.events import CallReported, LegReported
from titus_core.calls.evidence import GIVES_UP_AFTER, INQUIRES_AFTER, due_at
from titus_core.calls.facts import SettleDue
from titus_core.calls.hunting import Directory
from titus_core.calls.model import Call, CallStatus
from titus_core.calls.ports import CallReader, CallTx, LegNews, Telephony
from titus_core.calls.routing import Decision, decide
from titus_core.kernel.actor import SYSTEM
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId, LegId
from titus_core.kernel.unit_of_work import Storage


class TendThis(msgspec.Struct, frozen=True):
    call_id: CallId
    at: datetime


class _Learned(msgspec.Struct, frozen=True):
    """What the provider said now, and when to look again."""

    call_id: CallId
    at: datetime
    reports: tuple[LegReported | CallReported, ...]


class TendCall:
    """Safe to run twice, late, or on several processes at once: it only acts on what is still due.

    `telephony` None: no API is configured, so a call whose end nobody told is given up after `GIVES_UP_AFTER`.
    Raises nothing when the provider cannot be asked; the call is looked at again later.
    """

    def __init__(self, storage: Storage[CallTx], calls: CallReader, telephony: Telephony | None) -> None:
        self._storage = storage
        self._calls = calls
        self._telephony = telephony

    async def __call__(self, command: TendThis) -> None:
        call = await self._calls.call(command.call_id)
        due = due_at(call) if call is not None else None
        if call is None or due is None or due > command.at:
            return
        if not call.live:
            await self._storage.transact(_settle, command)
            return
        reports = await self._ask(call, command.at)
        await self._storage.transact(_learn, _Learned(call.id, command.at, reports))

    async def _ask(self, call: Call, at: datetime) -> tuple[LegReported | CallReported, ...]:
        if at - call.news_at >= GIVES_UP_AFTER:
            return (CallReported(call_id=call.id, status=CallStatus.FAILED),)
        if self._telephony is None:
            return ()
        try:
            news = await self._telephony.call(call.id)
            legs = await self._telephony.legs(call.id)
        except Unavailable:
            return ()
        if news is None:
            return (CallReported(call_id=call.id, status=CallStatus.FAILED),)
        return (*(_leg(call.id, leg) for leg in legs), _own(news))


async def _settle(tx: CallTx, command: TendThis) -> None:
    call = await tx.calls.get(command.call_id)
    if call is not None:
        store(tx, call, decide(call, SettleDue(call_id=call.id), command.at, Directory()), command.at, SYSTEM)


async def _learn(tx: CallTx, learned: _Learned) -> None:
    call = await tx.calls.get(learned.call_id)
    if call is None:
        return
    decision = Decision(call, ())
    for report in learned.reports:
        after = decide(decision.call, report, learned.at, Directory())
        decision = Decision(after.call, (*decision.events, *after.events))
    store(tx, call, decision, learned.at, SYSTEM)
    if not decision.events:
        tx.calls.look_again(call.id, learned.at + INQUIRES_AFTER)


def _leg(call_id: CallId, news: LegNews) -> LegReported:
    return LegReported(
        call_id=call_id, leg_id=LegId(news.id), status=news.status, address=news.to_number, duration=news.duration
    )


def _own(news: LegNews) -> CallReported:
    return CallReported(
        call_id=CallId(news.id),
        status=news.status,
        duration=news.duration,
        direction=news.direction,
        from_number=news.from_number,
        to_number=news.to_number,
    )
