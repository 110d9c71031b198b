"""A call's time has come: settle it if it ended, ask the provider about it if it is live and nothing was heard."""

from __future__ import annotations

from datetime import datetime

import msgspec

from titus_core.calls.delivering import store
from titus_core.calls.events import CallReported, LegReported
from titus_core.calls.facts import SettleDue
from titus_core.calls.hunting import Directory
from titus_core.calls.model import Call, CallStatus, Wave
from titus_core.calls.ports import CallReader, CallTx, LegNews, Telephony
from titus_core.calls.routing import Decision, decide
from titus_core.calls.timers import GIVES_UP_AFTER, INQUIRES_AFTER, due_at
from titus_core.kernel.actor import SYSTEM
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId, LegId
from titus_core.kernel.unit_of_work import Storage


class _Learned(msgspec.Struct, frozen=True):
    """What the provider said, and when it had said it: an end is never dated before it could be known."""

    call_id: CallId
    at: datetime
    reports: tuple[LegReported | CallReported, ...]


class TendCall:
    """Safe to run twice, late, or on several processes at once: it only acts on what is still due.

    `telephony` None: no API is configured, so a call whose end nobody told is given up after `GIVES_UP_AFTER`.
    Raises nothing when the provider cannot be asked; the call is looked at again later.
    """

    def __init__(self, storage: Storage[CallTx], calls: CallReader, telephony: Telephony | None, clock: Clock) -> None:
        self._storage = storage
        self._calls = calls
        self._telephony = telephony
        self._clock = clock

    async def __call__(self, call_id: CallId) -> None:
        call, now = await self._calls.call(call_id), self._clock.now()
        due = due_at(call) if call is not None else None
        if call is None or due is None or due > now:
            return
        reports = await (self._ask(call, now) if call.live else self._ask_for_legs(call))
        await self._storage.transact(_learn, _Learned(call_id, self._clock.now(), reports))

    async def _ask(self, call: Call, at: datetime) -> tuple[LegReported | CallReported, ...]:
        if at - call.news_at >= GIVES_UP_AFTER:
            return (CallReported(call_id=call.id, status=CallStatus.FAILED),)
        if self._telephony is None:
            return ()
        try:
            news = await self._telephony.call(call.id)
        except Unavailable:
            return ()
        if news is None:
            return (CallReported(call_id=call.id, status=CallStatus.FAILED),)
        return (*await self._ask_for_legs(call), own_report(news))

    async def _ask_for_legs(self, call: Call) -> tuple[LegReported, ...]:
        """The legs, where nobody told how a dial ended: someone may have answered, and all reports of it were lost."""
        if self._telephony is None or all(is_told(call, wave) for wave in call.waves):
            return ()
        try:
            return tuple(leg_report(call.id, leg) for leg in await self._telephony.legs(call.id))
        except Unavailable:
            return ()


async def _learn(tx: CallTx, learned: _Learned) -> None:
    """Note what is new. What is not leaves a live call to be looked at again, and settles one that ended."""
    call = await tx.calls.get(learned.call_id)
    assert call is not None, "calls are never deleted"
    decision = Decision(call, ())
    for report in learned.reports:
        after = decide(decision.call, report, learned.at, Directory())
        decision = Decision(after.call, (*decision.events, *after.events))
    if not decision.events and not call.live:
        decision = decide(call, SettleDue(call_id=call.id), learned.at, Directory())
    store(tx, call, decision, learned.at, SYSTEM)
    if not decision.events and call.live:
        tx.calls.look_again(call.id, learned.at + INQUIRES_AFTER)


def is_told(call: Call, wave: Wave) -> bool:
    """Whether we know how the dial ended: by its own word, or by what was told of the leg that it names."""
    end = wave.end
    if end is None:
        return False
    return end.bridged is not None or end.leg_id is None or any(leg.id == end.leg_id for leg in call.legs)


def leg_report(call_id: CallId, news: LegNews) -> LegReported:
    """What the provider's API says of a leg, as a report."""
    return LegReported(
        call_id=call_id, leg_id=LegId(news.id), status=news.status, address=news.to_number, duration=news.duration
    )


def own_report(news: LegNews) -> CallReported:
    """What it says of the caller's own leg."""
    return CallReported(
        call_id=CallId(news.id),
        status=news.status,
        duration=news.duration,
        direction=news.direction,
        from_number=news.from_number,
        to_number=news.to_number,
    )
