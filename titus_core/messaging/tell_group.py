"""A caller was not served: tell whoever the group wants to be told, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from titus_core.callbacks.events import GroupTold
from titus_core.callbacks.model import Callback, CallbackState
from titus_core.calls.planning import serving
from titus_core.hunt_groups.model import HuntGroup
from titus_core.kernel.actor import SYSTEM
from titus_core.kernel.clock import Clock
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import CallId
from titus_core.kernel.phone import PhoneNumber, e164
from titus_core.kernel.unit_of_work import Storage
from titus_core.messaging.model import Message, Purpose
from titus_core.messaging.ports import MessageTx, NumberRules
from titus_core.messaging.queue_text import NewText, unsent

_HOW = {
    "ai_fallback": "The AI agent talked to them.",
    "voicemail": "They left a message.",
    "caller_hung_up": "They hung up.",
}


class _Asked(msgspec.Struct, frozen=True):
    call_id: CallId
    at: datetime


class TellGroup:
    """Safe to run again. By text; addresses for mail are left out until Titus can send mail, and the event says so."""

    def __init__(self, storage: Storage[MessageTx], rules: NumberRules, clock: Clock, from_number: str) -> None:
        self._storage = storage
        self._rules = rules
        self._clock = clock
        self._from_number = from_number

    async def __call__(self, call_id: CallId) -> None:
        await self._storage.transact(self._work, _Asked(call_id, self._clock.now()))

    async def _work(self, tx: MessageTx, asked: _Asked) -> None:
        callback = await tx.callbacks.get(asked.call_id)
        if callback is None or callback.told_at is not None or callback.state is CallbackState.CLOSED:
            return
        group = _group(callback, await tx.hunt_groups.all())
        listed = group.notify if group is not None else ()
        numbers = [number for entry in dict.fromkeys(listed) if (number := self._textable(entry)) is not None]
        stopped = {number for number in numbers if await tx.opt_outs.has(number)}
        messages = [self._unsent(callback, number, asked.at) for number in numbers if number not in stopped]
        left_out = [_kind(entry) for entry in listed if self._textable(entry) is None] + ["stopped"] * len(stopped)
        told = GroupTold(call_id=callback.call_id, told=len(messages), left_out=tuple(left_out))
        tx.callbacks.save(replace(callback, told_at=asked.at))
        for message, envelope in messages:
            tx.messages.save(message)
            tx.record(envelope)
        tx.record(Envelope(f"callback:{callback.call_id}", asked.at, SYSTEM, told))

    def _textable(self, entry: str) -> PhoneNumber | None:
        number = e164(entry)
        return number if number is not None and self._rules.why_no_text(number) is None else None

    def _unsent(self, callback: Callback, number: PhoneNumber, at: datetime) -> tuple[Message, Envelope]:
        text = NewText(
            once=f"unserved:{callback.call_id}:{number}",
            to=number,
            body=notice(callback),
            purpose=Purpose.NOTICE,
            call_id=callback.call_id,
        )
        return unsent(text, self._from_number, at, SYSTEM)


def notice(callback: Callback) -> str:
    """What the people on the list read: who called, what became of it, and what is asked of them."""
    number = callback.caller or "a withheld number"
    who = f"{callback.participant} ({number})" if callback.participant else number
    where = f" for {callback.group_name}" if callback.group_name else ""
    how = _HOW.get(callback.outcome, "The call failed.")
    return f"Missed call{where} from {who}. {how} Please call back, and close it in Titus."


def _group(callback: Callback, groups: Sequence[HuntGroup]) -> HuntGroup | None:
    """The one that the call was for; of a call that never got as far as a plan, the one that would have served it."""
    own = [group for group in groups if group.id == callback.group_id]
    return own[0] if own else serving(groups, callback.to_number)


def _kind(entry: str) -> str:
    return "mail" if "@" in entry else "not a mobile number"
