"""`callbacks.ports`: what is owed to callers whom nobody served."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.contracts.examples import CALLER, call_id, later
from tests.contracts.stores import Store, Tx, Write, read, write
from titus_core.callbacks.model import Attempt, Callback, Claim, Closing, Person, Reached, Resolution
from titus_core.callbacks.ports import Which
from titus_core.kernel.errors import Conflict
from titus_core.kernel.ids import GroupId, UserId

ANA = Person(UserId(1), "Ana Ruiz")


def a_callback(number: int = 1, **changes: object) -> Callback:
    callback = Callback(
        call_id=call_id(number),
        caller=CALLER,
        from_number=CALLER,
        to_number="+61255500001",
        outcome="voicemail",
        called_at=later(number),
        owed_at=later(60),
        group_id=GroupId(3),
        group_name="Intake ä‚😀",
        participant="Mia",
        contact_id="rec1",
    )
    return replace(callback, **changes)


CLAIMED = a_callback(2, claim=Claim(ANA, later(90)), attempts=(Attempt(ANA, later(95), Reached.NO_ANSWER, "later"),))
CLOSED = a_callback(3, closing=Closing(ANA, later(99), Resolution.CALLED_AGAIN, "rang us"))


def saving(*callbacks: Callback) -> Write:
    def save(tx: Tx) -> None:
        for one in callbacks:
            tx.callbacks.save(one)

    return save


async def shown(store: Store, which: Which, limit: int = 9, after: int | None = None) -> list[str]:
    return [one.call_id for one in (await store.reader.callbacks(which, limit, after)).items]


async def stored(store: Store) -> None:
    for one in (a_callback(1), CLAIMED, CLOSED, a_callback(4), replace(CLOSED, call_id=call_id(5))):
        await write(store, saving(one))


async def test_what_is_stored_is_read_whole(store: Store) -> None:
    await stored(store)
    for number, sent in ((1, a_callback(1)), (2, CLAIMED), (3, CLOSED)):
        found = await store.reader.callback(call_id(number))
        assert found == replace(sent, number=number, version=1)
        assert await read(store, lambda tx, one=number: tx.callbacks.get(call_id(one))) == found  # type: ignore[misc]
    assert await store.reader.callback(call_id(9)) is None
    assert await read(store, lambda tx: tx.callbacks.get(call_id(9))) is None


async def test_who_waits_longest_comes_first_and_closed_ones_the_latest(store: Store) -> None:
    await stored(store)
    assert await shown(store, Which.DUE) == [call_id(1), call_id(2), call_id(4)]
    assert await shown(store, Which.OPEN) == [call_id(1), call_id(4)]
    assert await shown(store, Which.CLAIMED) == [call_id(2)]
    assert await shown(store, Which.CLOSED) == [call_id(5), call_id(3)]


@pytest.mark.parametrize("which", list(Which))
async def test_pages_together_are_the_list(store: Store, which: Which) -> None:
    await stored(store)
    told: list[str] = []
    after: int | None = None
    while True:
        page = await store.reader.callbacks(which, 1, after)
        told += [one.call_id for one in page.items]
        if page.next is None:
            break
        after = int(page.next)
    assert told == await shown(store, which)


async def test_a_change_is_shown_where_it_belongs(store: Store) -> None:
    await stored(store)
    first = await store.reader.callback(call_id(1))
    assert first is not None
    await write(store, saving(replace(first, claim=Claim(ANA, later(200)))))
    assert await shown(store, Which.CLAIMED) == [call_id(1), call_id(2)]
    changed = await store.reader.callback(call_id(1))
    assert changed is not None
    assert (changed.number, changed.version, changed.claim) == (1, 2, Claim(ANA, later(200)))


@pytest.mark.parametrize("version", [0, 2])
async def test_another_version_than_the_stored_one_conflicts(store: Store, version: int) -> None:
    await write(store, saving(a_callback()))
    with pytest.raises(Conflict):
        await write(store, saving(a_callback(version=version)))


async def test_a_change_of_what_is_not_there_conflicts(store: Store) -> None:
    with pytest.raises(Conflict):
        await write(store, saving(a_callback(version=1)))
