"""`calls.ports.DialRequests`: what was asked to be dialled is stored before, and found again after a crash."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.contracts.examples import CALLER, OTHER_CALLER, call_id, later
from tests.contracts.stores import Store, Tx, Write, read, write
from titus_adapters.memory.clock import CountingIds, ManualClock
from titus_adapters.memory.dialler import MemoryDialler
from titus_core.calls.dialling import DialId, DialRequest, DialState
from titus_core.calls.model import Direction
from titus_core.calls.place_call import CallOut, PlaceCall
from titus_core.calls.ports import CallFilter
from titus_core.kernel.actor import Actor
from titus_core.kernel.errors import Conflict
from titus_core.kernel.ids import CallId, UserId
from titus_core.kernel.phone import PhoneNumber

ANA, BEN = UserId(1), UserId(2)
NUMBER = PhoneNumber("+61255500001")


def a_request(name: str = "d1", seconds: int = 0, **changes: Any) -> DialRequest:
    plain: dict[str, Any] = {
        "id": DialId(name),
        "placed_by": ANA,
        "from_number": NUMBER,
        "callback": CALLER,
        "to": OTHER_CALLER,
        "requested_at": later(seconds),
    }
    return DialRequest(**{**plain, **changes})


def saving(*requests: DialRequest) -> Write:
    def save(tx: Tx) -> None:
        for one in requests:
            tx.dial_requests.save(one)

    return save


async def names(store: Store, state: DialState | None = None, limit: int = 9) -> list[str]:
    return [request.id for request in await store.reader.dial_requests(state, limit)]


async def test_a_request_comes_back_as_saved(store: Store) -> None:
    assert await read(store, lambda tx: tx.dial_requests.get(DialId("d1"))) is None
    asked = a_request(participant="Zoë Brändle", contact_id="c1", key="k", reason="why")
    await write(store, saving(asked))
    found = await read(store, lambda tx: tx.dial_requests.get(DialId("d1")))
    assert found == a_request(participant="Zoë Brändle", contact_id="c1", key="k", reason="why", version=1)


async def test_of_two_changes_of_one_version_one_is_told(store: Store) -> None:
    await write(store, saving(a_request()))
    with pytest.raises(Conflict):
        await write(store, saving(a_request()))
    await write(store, saving(a_request(version=1, state=DialState.PLACED, call_id=call_id())))
    with pytest.raises(Conflict):
        await write(store, saving(a_request(version=1, state=DialState.FAILED)))
    found = await read(store, lambda tx: tx.dial_requests.get(DialId("d1")))
    assert found is not None
    assert (found.version, found.state) == (2, DialState.PLACED)


async def test_a_user_has_a_key_once(store: Store) -> None:
    await write(store, saving(a_request("d1", key="k"), a_request("d2", key="k", placed_by=BEN)))
    await write(store, saving(a_request("d3"), a_request("d4")))
    with pytest.raises(Conflict):
        await write(store, saving(a_request("d5", key="k")))
    found = [await read(store, lambda tx, who=who: tx.dial_requests.of_key(who, "k")) for who in (ANA, BEN)]  # type: ignore[misc]
    assert [one.id for one in found if one is not None] == ["d1", "d2"]
    assert await read(store, lambda tx: tx.dial_requests.of_key(ANA, "other")) is None


async def test_calls_that_belong_to_a_request_are_told_from_others(store: Store) -> None:
    await write(
        store, saving(a_request("d1", call_id=call_id(2)), a_request("d2", call_id=call_id(1)), a_request("d3"))
    )
    asked = [call_id(3), call_id(2), call_id(1), CallId("CA")]
    assert await read(store, lambda tx: tx.dial_requests.of_calls(asked)) == (call_id(1), call_id(2))
    assert await read(store, lambda tx: tx.dial_requests.of_calls([])) == ()


async def test_requests_are_listed_by_state_the_latest_first(store: Store) -> None:
    await write(store, saving(a_request("d1", 10), a_request("d2", 30, state=DialState.UNKNOWN)))
    await write(store, saving(a_request("d3", 20, state=DialState.UNKNOWN), a_request("d4", 20)))
    assert await names(store) == ["d2", "d4", "d3", "d1"]
    assert await names(store, DialState.UNKNOWN) == ["d2", "d3"]
    assert await names(store, DialState.UNKNOWN, 1) == ["d2"]
    assert await names(store, DialState.FAILED) == []


async def test_requests_are_listed_page_by_page(store: Store) -> None:
    await write(store, saving(*(a_request(f"d{number}", 10) for number in (1, 2, 3))))
    await write(store, saving(a_request("d4", 0), a_request("d0", 20, state=DialState.UNKNOWN)))

    async def after(last: str, state: DialState | None = None) -> list[str]:
        return [one.id for one in await store.reader.dial_requests(state, 2, DialId(last))]

    assert await names(store, limit=2) == ["d0", "d3"]
    assert [await after("d3"), await after("d1"), await after("d4"), await after("d9")] == [
        ["d2", "d1"],
        ["d4"],
        [],
        [],
    ]
    assert await after("d0", DialState.DIALLING) == ["d3", "d2"]


async def test_of_many_at_once_under_one_key_one_is_dialled(store: Store) -> None:
    dialler = MemoryDialler()
    place_call = PlaceCall(store, dialler, ManualClock(), CountingIds())
    command = CallOut(
        actor=Actor("user", "ana", ANA), user_id=ANA, from_number=NUMBER, callback=CALLER, to=OTHER_CALLER, key="k"
    )
    requests = await asyncio.gather(*(place_call(command) for _ in range(6)))
    assert len(dialler.dialled) == 1
    assert len({request.id for request in requests}) == 1


async def test_a_call_that_we_placed_comes_back_as_saved(store: Store) -> None:
    dialler = MemoryDialler()
    place_call = PlaceCall(store, dialler, ManualClock(), CountingIds())
    command = CallOut(
        actor=Actor("user", "ana", ANA), user_id=ANA, from_number=NUMBER, callback=CALLER, to=OTHER_CALLER
    )
    placed = await place_call(command)
    assert placed.call_id is not None
    call = await store.reader.call(placed.call_id)
    assert call is not None
    assert (call.direction, call.from_number, call.to_number) == (Direction.OUTBOUND, NUMBER, OTHER_CALLER)
    assert call.plan is not None
    assert (call.placed_by, call.plan.caller_id) == (ANA, NUMBER)
    (row,) = (await store.reader.calls(CallFilter(), 9, None)).items
    assert (row.direction, row.from_number, row.to_number) == (Direction.OUTBOUND, NUMBER, OTHER_CALLER)
