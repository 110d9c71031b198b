"""Reading the feed from a place on: nothing is missed, nothing told twice, wherever one stops and goes on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import pytest

from tests.core.calls.builders import ANA, CALL, CALLER, LINE, NOON, PHONES
from titus_adapters.memory.store import MemoryStore
from titus_core.accounts.events import SignedIn
from titus_core.calls import follow_calls
from titus_core.calls.events import CallArrived, CallEvent, CallReported, LegReported, WaveOffered
from titus_core.calls.follow_calls import FollowCalls, Told
from titus_core.calls.model import Attempt, CallStatus, Direction, Plan, VoicemailStage
from titus_core.calls.news import NewsKind
from titus_core.calls.ports import Fed, Mark
from titus_core.hunt_groups.model import Endpoint
from titus_core.kernel.actor import TWILIO
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.events import Envelope, Event, Recorded
from titus_core.kernel.ids import CallId, LegId

OTHER = CallId("CA" + "1" * 32)
ARRIVED, OFFERED, ANSWERED, ENDED, _ = NewsKind


def story(call_id: CallId = CALL) -> list[CallEvent]:
    attempt = Attempt("Ana Ferris", Endpoint.BROWSER, PHONES[ANA], False, ANA)
    leg = LegId("CAleg1")
    return [
        CallArrived(call_id=call_id, from_number=CALLER, to_number=LINE, plan=Plan((VoicemailStage(),), 180)),
        WaveOffered(call_id=call_id, wave=1, stage=0, ring_seconds=20, attempts=(attempt,)),
        LegReported(call_id=call_id, leg_id=leg, status=CallStatus.RINGING, address=PHONES[ANA], wave=1),
        LegReported(call_id=call_id, leg_id=leg, status=CallStatus.IN_PROGRESS, address=PHONES[ANA], wave=1),
        CallReported(call_id=call_id, status=CallStatus.COMPLETED),
    ]


def placed(call_id: CallId = OTHER) -> CallReported:
    """Answered and over in one."""
    return CallReported(call_id=call_id, status=CallStatus.COMPLETED, direction=Direction.OUTBOUND)


async def record(store: MemoryStore, *events: Event, subject: str | None = None) -> None:
    async def work(tx: Any, at: datetime) -> None:
        tx.record(*(Envelope(subject or f"call:{event.call_id}", at, TWILIO, event) for event in events))  # type: ignore[attr-defined]

    await store.transact(work, NOON)


def following(store: MemoryStore, mark: Mark = Mark()) -> FollowCalls:  # noqa: B008 (a value)
    return FollowCalls(store.feed, store.reader, mark)


async def everything(follow: FollowCalls) -> list[Told]:
    heard: list[Told] = []
    while True:
        before = follow.mark
        heard += await follow()
        if follow.mark == before:
            return heard


def kinds(told: list[Told] | tuple[Told, ...]) -> list[NewsKind]:
    return [one.news.kind for one in told]


async def test_events_are_told_in_their_order() -> None:
    store = MemoryStore()
    await record(store, *story())
    told = await following(store)()
    assert kinds(told) == [ARRIVED, OFFERED, ANSWERED, ENDED]
    assert [one.mark.position for one in told] == [1, 2, 4, 5]


async def test_whoever_goes_on_behind_any_news_hears_exactly_the_rest() -> None:
    store = MemoryStore()
    await record(store, *story()[:3])
    await record(store, placed())
    await record(store, *story()[3:], placed(CallId("CA" + "2" * 32)))
    heard = await everything(following(store))
    assert kinds(heard) == [ARRIVED, OFFERED, ANSWERED, ENDED, ANSWERED, ENDED, ANSWERED, ENDED]
    for count, one in enumerate(heard, 1):
        assert await everything(following(store, one.mark)) == heard[count:]
    assert [one.mark for one in heard] == sorted({one.mark for one in heard})


async def test_small_steps_tell_the_same_as_large_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    for number in range(5):
        await record(store, *story(CallId(f"CA{number:032}")), placed(CallId(f"CB{number:032}")))
    heard = await everything(following(store))
    monkeypatch.setattr(follow_calls, "AT_ONCE", 1)
    monkeypatch.setattr(follow_calls, "KEPT", 2)
    assert await everything(following(store)) == heard


async def test_only_so_many_calls_are_kept_in_mind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow_calls, "KEPT", 3)
    store = MemoryStore()
    follow = following(store)
    for number in range(10):
        await record(store, *story(CallId(f"CA{number:032}")))
        await follow()
        assert len(follow._known) <= 3


async def test_events_of_other_subjects_are_passed_by() -> None:
    store = MemoryStore()
    await record(store, SignedIn(user_id=ANA), subject="user:1")
    await record(store, story()[0])
    follow = following(store)
    assert kinds(await follow()) == [ARRIVED]
    assert follow.mark == Mark(position=2)


async def test_an_event_that_only_a_newer_titus_knows_is_passed_by() -> None:
    class CallWhistled(CallEvent, frozen=True, tag="call.whistled", kw_only=True):
        pass

    store = MemoryStore()
    await record(store, story()[0], CallWhistled(call_id=CALL), *story()[1:])
    assert kinds(await following(store)()) == [ARRIVED, OFFERED, ANSWERED, ENDED]
    assert kinds(await following(store, Mark(position=2))()) == [OFFERED, ANSWERED, ENDED]


class Shaky:
    """A reader that cannot be reached every other time."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._asked = 0

    async def events(self, call_id: CallId) -> tuple[Recorded, ...]:
        self._asked += 1
        if self._asked % 2:
            raise Unavailable
        return await self._store.reader.events(call_id)


async def test_a_store_that_cannot_be_reached_meanwhile_makes_nobody_miss_or_hear_twice() -> None:
    store = MemoryStore()
    await record(store, *story(), *story(OTHER))
    follow = FollowCalls(store.feed, Shaky(store), Mark())  # type: ignore[arg-type]  # asked for events only
    for _ in range(2):
        with pytest.raises(Unavailable):
            await follow()
        assert follow.mark == Mark()
    assert kinds(await follow()) == [ARRIVED, OFFERED, ANSWERED, ENDED] * 2


class Crossed:
    """A feed whose later transaction holds an earlier position. What it tells is all that there is."""

    def __init__(self) -> None:
        self._fed = [self._placed(7, 12), self._placed(7, 13), self._placed(9, 11)]

    def _placed(self, txid: int, position: int) -> Fed:
        event = placed(CallId(f"CA{position:032}"))
        data = msgspec.Raw(msgspec.json.encode(event))
        return Fed(
            Mark(txid, position), Recorded(position, f"call:{event.call_id}", "call.reported", NOON, TWILIO, data)
        )

    async def after(self, mark: Mark, limit: int) -> tuple[Fed, ...]:
        return tuple(fed for fed in self._fed if (fed.mark.txid, fed.mark.position) > (mark.txid, mark.position))

    async def events(self, call_id: CallId) -> tuple[Recorded, ...]:
        return tuple(fed.event for fed in self._fed if fed.event.subject == f"call:{call_id}")


async def test_one_goes_on_between_two_news_of_one_event_where_transactions_cross() -> None:
    crossed: Any = Crossed()
    heard = await everything(FollowCalls(crossed, crossed, Mark()))
    marks = [(7, 11, 1), (7, 12, 0), (7, 12, 1), (7, 13, 0), (9, 10, 1), (9, 11, 0)]
    assert [one.mark for one in heard] == [Mark(*mark) for mark in marks]
    for count, one in enumerate(heard, 1):
        assert await everything(FollowCalls(crossed, crossed, one.mark)) == heard[count:]
