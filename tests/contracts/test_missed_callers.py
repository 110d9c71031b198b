"""Whoever rings several times in a row gets one text for all of it, on every store, however many workers there are."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from tests.contracts.examples import call_id
from tests.contracts.stores import Store, save_calls
from tests.core.calls.builders import NOON, arrived, group
from tests.core.messaging.desk import OURS, MobilesOnly
from titus_adapters.memory.clock import ManualClock
from titus_core.calls.events import CallReported
from titus_core.calls.hunting import Directory
from titus_core.calls.model import Call, CallStatus
from titus_core.calls.routing import decide
from titus_core.kernel.ids import CallId
from titus_core.kernel.phone import PhoneNumber
from titus_core.messaging.ports import MessageFilter
from titus_core.messaging.text_missed_caller import QUIET, TextMissedCaller

CALLERS = [PhoneNumber(f"+614915701{last:02d}") for last in range(10)]
WORDS = "We will call you back."


def missed(number: int, caller: PhoneNumber) -> Call:
    began = replace(arrived(group(missed_call_text=WORDS)), call_id=call_id(number), from_number=caller, caller=caller)
    ringing = decide(None, began, NOON, Directory()).call
    ended = CallReported(call_id=call_id(number), status=CallStatus.COMPLETED)
    return replace(decide(ringing, ended, NOON, Directory()).call, version=0)


async def texts_of(store: Store, caller: PhoneNumber) -> int:
    return len((await store.reader.messages(MessageFilter(party=caller), 9, None)).items)


async def rings_twice(store: Store, place: int, caller: PhoneNumber) -> tuple[CallId, CallId]:
    first, second = missed(2 * place + 1, caller), missed(2 * place + 2, caller)
    await save_calls(store, first, second)
    return first.id, second.id


async def test_two_missed_calls_of_one_caller_at_once_are_one_text(store: Store) -> None:
    text = TextMissedCaller(store, MobilesOnly(), ManualClock(), OURS)
    for place, caller in enumerate(CALLERS):
        calls = await rings_twice(store, place, caller)
        await asyncio.gather(*(text(each) for each in calls))
    assert [await texts_of(store, caller) for caller in CALLERS] == [1] * len(CALLERS)


async def test_who_is_missed_again_later_gets_another_text(store: Store) -> None:
    clock = ManualClock()
    text = TextMissedCaller(store, MobilesOnly(), clock, OURS)
    first, second = await rings_twice(store, 0, CALLERS[0])
    await text(first)
    clock.advance(QUIET.total_seconds() + 1)
    await text(second)
    assert await texts_of(store, CALLERS[0]) == 2
