"""Reads the provider's list of calls and recordings for what no webhook told of: calls that we never saw, ends that we
did not hear, recordings that we know nothing of.

Lists are by the start of a call, and a call may last for hours: each run reads again what began within `OVERLAP` before
the last one. Nothing that is found twice changes anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from titus_core.calls.delivering import store
from titus_core.calls.events import CallFoundLate, CallReported, LegReported, RecordingReported
from titus_core.calls.history import AnyCallEvent
from titus_core.calls.hunting import Directory
from titus_core.calls.model import Call, Direction, RecordingState
from titus_core.calls.ports import CallLedger, CallReader, CallTx, LegNews, Telephony, ToldRecording
from titus_core.calls.routing import Decision, decide
from titus_core.calls.tend_call import is_told, leg_report, own_report
from titus_core.kernel.actor import SYSTEM
from titus_core.kernel.clock import Clock
from titus_core.kernel.ids import CallId
from titus_core.kernel.phone import is_browser
from titus_core.kernel.unit_of_work import Storage
from titus_core.kernel.watermarks import Lookback

WATERMARK = "lost-calls"
OVERLAP = timedelta(hours=6)
"""Longer than any call that is not given up (`timers.GIVES_UP_AFTER`), and its recording's making."""

BEGINS = timedelta(hours=24)
"""How far back the first run looks: what was before Titus is not Titus's."""

Report = CallReported | CallFoundLate | LegReported | RecordingReported


def is_foreign(told: LegNews) -> bool:
    """Whether others place the call: of those that we place we know before they ring. A browser of ours may call while
    nobody here hears of it."""
    return told.direction is Direction.OUTBOUND and not is_browser(told.from_number)


class _Told(msgspec.Struct, frozen=True):
    call_id: CallId
    reports: tuple[Report, ...]
    at: datetime


class FindLostCalls:
    """Raises `Unavailable` when the provider cannot be asked: then everything is asked again. The watermark moves only
    when all that was listed is stored.

    What a row says is remembered while it is listed, once it can teach nothing more: of ten thousand calls in six hours
    only the latest are looked up again."""

    def __init__(
        self, storage: Storage[CallTx], calls: CallReader, ledger: CallLedger, telephony: Telephony, clock: Clock
    ) -> None:
        self._storage = storage
        self._lookback = Lookback(storage, WATERMARK, BEGINS)
        self._calls = calls
        self._ledger = ledger
        self._telephony = telephony
        self._clock = clock
        self._learned: set[LegNews | ToldRecording] = set()

    async def __call__(self) -> tuple[CallId, ...]:
        """The calls that were not known."""
        began = self._clock.now()
        mark = await self._lookback.last(began)
        found: list[CallId] = []
        since = self._lookback.since(mark, OVERLAP)
        calls, recordings = await self._ledger.calls(since), await self._ledger.recordings(since)
        self._learned &= {*calls, *recordings}
        for call in calls:
            found += await self._call(call, mark.at)
        for recording in recordings:
            await self._recording(recording)
        await self._lookback.reached(mark, began)
        return tuple(found)

    async def _call(self, told: LegNews, last: datetime) -> tuple[CallId, ...]:
        if told.parent is not None or told in self._learned:
            return ()
        call_id = CallId(told.id)
        call = await self._calls.call(call_id)
        if call is None:
            return await self._unknown(told)
        await self._learn(call, call_id, (own_report(told), *await self._legs(call, last)))
        if call.settled_at is not None and call.settled_at < last:
            self._learned.add(told)
        return ()

    async def _unknown(self, told: LegNews) -> tuple[CallId, ...]:
        """With its legs: the document that is hosted elsewhere may have got somebody on the line."""
        if is_foreign(told):
            return ()
        call_id = CallId(told.id)
        legs = [leg_report(call_id, leg) for leg in await self._telephony.legs(call_id)]
        found = CallFoundLate(call_id=call_id, began_at=told.began_at)
        await self._learn(None, call_id, (*legs, own_report(told), found))
        return (call_id,)

    async def _legs(self, call: Call, last: datetime) -> tuple[LegReported, ...]:
        """Of a call that settled lately without our knowing how a dial ended: nobody may have been there to tell."""
        settled = call.settled_at
        if settled is None or settled < last or all(is_told(call, wave) for wave in call.waves):
            return ()
        return tuple(leg_report(call.id, leg) for leg in await self._telephony.legs(call.id))

    async def _recording(self, told: ToldRecording) -> None:
        """Of a call that we do not know, the provider says whose it is; those that others place are none of ours."""
        if told in self._learned:
            return
        known = await self._calls.call(told.call_id)
        if known is None:
            call = await self._telephony.call(told.call_id)
            if call is None or call.parent is not None or not await self._unknown(call):
                return
        if told.state in {RecordingState.COMPLETED, RecordingState.ABSENT}:
            report = RecordingReported(
                call_id=told.call_id,
                recording_id=told.id,
                state=told.state,
                voicemail=told.voicemail,
                duration=told.duration,
                channels=told.channels,
            )
            await self._learn(known, told.call_id, (report,))
            self._learned.add(told)

    async def _learn(self, known: Call | None, call_id: CallId, reports: Iterable[Report]) -> None:
        """Nearly all that is listed is known: no unit of work is begun for it."""
        told = _Told(call_id, tuple(reports), self._clock.now())
        if known is None or _found(known, told)[1]:
            await self._storage.transact(_learn, told)


async def _learn(tx: CallTx, told: _Told) -> None:
    call = await tx.calls.get(told.call_id)
    after, events = _found(call, told)
    if after is not None and events:
        store(tx, call, Decision(after, tuple(events)), told.at, SYSTEM)


def _found(call: Call | None, told: _Told) -> tuple[Call | None, list[AnyCallEvent]]:
    """What tells nothing new changes nothing."""
    after, events = call, list[AnyCallEvent]()
    for report in told.reports:
        if call is not None and isinstance(report, CallFoundLate):
            continue  # a webhook told of it in between
        decision = decide(after, report, told.at, Directory())
        after = decision.call
        events += decision.events
    return after, events
