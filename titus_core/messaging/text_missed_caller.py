"""Nobody answered a caller: tell them by text that we will call back, if the group wants that. Once."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from titus_core.calls.evidence import outcome
from titus_core.calls.model import Call, Direction, Outcome
from titus_core.calls.planning import serving
from titus_core.kernel.actor import SYSTEM
from titus_core.kernel.clock import Clock
from titus_core.kernel.ids import CallId
from titus_core.kernel.phone import e164
from titus_core.kernel.unit_of_work import Storage
from titus_core.kernel.watermarks import Watermark
from titus_core.messaging.model import Purpose, outgoing_id
from titus_core.messaging.ports import MessageTx, NumberRules
from titus_core.messaging.queue_text import NewText, unsent

QUIET = timedelta(minutes=10)
"""Whoever rings several times in a row gets one text for all of it."""


LATELY = timedelta(minutes=15)
"""Three looks at the provider's list. Whoever rang before that has rung again, or is called back."""


class _Asked(msgspec.Struct, frozen=True):
    call_id: CallId
    at: datetime


class TextMissedCaller:
    """Safe to run again. Does nothing where there is nothing to text, or nowhere to."""

    def __init__(self, storage: Storage[MessageTx], rules: NumberRules, clock: Clock, from_number: str) -> None:
        self._storage = storage
        self._rules = rules
        self._clock = clock
        self._from_number = from_number

    async def __call__(self, call_id: CallId) -> None:
        await self._storage.transact(self._work, _Asked(call_id, self._clock.now()))

    async def _work(self, tx: MessageTx, asked: _Asked) -> None:
        call = await tx.calls.get(asked.call_id)
        text = self._text(call, await _words(tx, call, asked.at)) if call is not None else None
        if text is None or await tx.messages.get(outgoing_id(text.once)) is not None:
            return
        # Read before the texts are: of two that text one number at once, one conflicts, and finds the other's text.
        name = f"missed:{text.to}"
        mark = await tx.watermarks.get(name)
        if await tx.opt_outs.has(text.to) or await tx.messages.texted(text.to, text.purpose, asked.at - QUIET):
            return
        tx.watermarks.move(name, Watermark(asked.at, mark.version if mark is not None else 0))
        message, envelope = unsent(text, self._from_number, asked.at, SYSTEM)
        tx.messages.save(message)
        tx.record(envelope)

    def _text(self, call: Call, words: str) -> NewText | None:
        """What to say; None: the caller was served after all, is to get no text, or cannot."""
        number = call.caller if call.plan is not None else e164(call.from_number)
        served = outcome(call) in {None, Outcome.ANSWERED} or call.refusal is not None
        if not words or served or call.direction is Direction.OUTBOUND or number is None:
            return None
        if self._rules.why_no_text(number) is not None:
            return None
        return NewText(
            once=f"missed-call:{call.id}",
            to=number,
            body=words,
            purpose=Purpose.MISSED_CALL,
            call_id=call.id,
            participant=call.participant,
        )


async def _words(tx: MessageTx, call: Call, at: datetime) -> str:
    """The words of the group that the call was for; of a call that never reached us, and began lately, those of the
    group that would have served it. Blank: none."""
    if call.plan is not None:
        return call.plan.missed_call_text
    began = call.began_at if call.found_late else call.seen_at
    if began is None or at - began > LATELY:
        return ""
    group = serving(await tx.hunt_groups.all(), call.to_number)
    return group.missed_call_text if group is not None else ""
