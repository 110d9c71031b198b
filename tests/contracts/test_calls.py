"""`calls.ports.Calls`: what is saved comes back, versions guard it, and who answered is known."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.contracts.examples import (
    ALICE,
    BOB,
    CALLER,
    CAROL,
    NOW,
    OTHER_CALLER,
    a_call,
    a_rich_call,
    an_answered_call,
    call_id,
    later,
)
from tests.contracts.stores import Store, read, write
from titus_core.calls.evidence import answered_by, outcome
from titus_core.calls.model import Call, Outcome
from titus_core.calls.ports import TalkRecord
from titus_core.kernel.errors import Conflict


@pytest.mark.parametrize("call", [a_call(), a_rich_call()], ids=["bare", "rich"])
async def test_a_call_comes_back_as_it_was_saved_one_version_later(store: Store, call: Call) -> None:
    await write(store, lambda tx: tx.calls.save(call))
    kept = replace(call, version=1)
    assert await read(store, lambda tx: tx.calls.get(call.id)) == kept
    assert await store.reader.call(call.id) == kept


async def test_a_changed_call_replaces_the_one_before(store: Store) -> None:
    await write(store, lambda tx: tx.calls.save(a_call()))
    await write(store, lambda tx: tx.calls.save(replace(a_rich_call(), version=1)))
    assert await store.reader.call(call_id()) == replace(a_rich_call(), version=2)


async def test_an_unknown_call_is_none(store: Store) -> None:
    assert await read(store, lambda tx: tx.calls.get(call_id())) is None
    assert await store.reader.call(call_id()) is None


@pytest.mark.parametrize("version", [0, 2, 7])
async def test_saving_any_but_the_stored_version_is_a_conflict(store: Store, version: int) -> None:
    await write(store, lambda tx: tx.calls.save(a_call()))
    with pytest.raises(Conflict):
        await write(store, lambda tx: tx.calls.save(a_call(version=version, strandings=9)))
    assert await store.reader.call(call_id()) == a_call(version=1)


async def test_a_call_that_was_never_stored_cannot_be_changed(store: Store) -> None:
    with pytest.raises(Conflict):
        await write(store, lambda tx: tx.calls.save(a_call(version=1)))
    assert await store.reader.call(call_id()) is None


async def test_the_examples_are_what_they_say() -> None:
    assert outcome(a_rich_call()) is Outcome.ANSWERED
    attempt = answered_by(an_answered_call(1, ALICE, NOW))
    assert attempt is not None
    assert attempt.user_id == ALICE


async def test_the_last_answerer_is_who_took_the_callers_latest_answered_call(store: Store) -> None:
    await write(
        store,
        lambda tx: tx.calls.save(an_answered_call(1, BOB, later(30), later(60))),
        lambda tx: tx.calls.save(an_answered_call(2, ALICE, later(10))),
        lambda tx: tx.calls.save(a_call(3, caller=CALLER)),
        lambda tx: tx.calls.save(replace(an_answered_call(4, CAROL, later(50)), caller=OTHER_CALLER)),
        lambda tx: tx.calls.save(an_answered_call(5, None, later(40))),
    )
    assert await read(store, lambda tx: tx.calls.last_answerer(CALLER, NOW)) == BOB
    assert await read(store, lambda tx: tx.calls.last_answerer(CALLER, later(30))) == BOB
    assert await read(store, lambda tx: tx.calls.last_answerer(CALLER, later(30.000001))) is None
    assert await read(store, lambda tx: tx.calls.last_answerer(OTHER_CALLER, NOW)) == CAROL


async def test_of_two_calls_answered_at_once_the_one_known_later_counts(store: Store) -> None:
    await write(store, lambda tx: tx.calls.save(an_answered_call(2, ALICE, NOW)))
    await write(store, lambda tx: tx.calls.save(an_answered_call(1, BOB, NOW)))
    assert await read(store, lambda tx: tx.calls.last_answerer(CALLER, NOW)) == BOB


async def test_talks_count_answered_calls_and_tell_since_when_each_is_idle(store: Store) -> None:
    await write(
        store,
        lambda tx: tx.calls.save(an_answered_call(1, ALICE, NOW, later(60))),
        lambda tx: tx.calls.save(an_answered_call(2, ALICE, later(90), later(100))),
        lambda tx: tx.calls.save(an_answered_call(3, BOB, later(70))),
        lambda tx: tx.calls.save(an_answered_call(4, None, later(80))),
        lambda tx: tx.calls.save(a_call(5)),
    )
    everyone = [ALICE, BOB, CAROL]
    assert await read(store, lambda tx: tx.calls.talks(everyone, NOW)) == {
        ALICE: TalkRecord(2, later(100)),
        BOB: TalkRecord(1, later(70)),
    }
    assert await read(store, lambda tx: tx.calls.talks([ALICE, CAROL], later(1))) == {ALICE: TalkRecord(1, later(100))}
    assert await read(store, lambda tx: tx.calls.talks([], NOW)) == {}


async def test_a_call_that_turns_out_answered_by_someone_else_counts_for_them_only(store: Store) -> None:
    await write(store, lambda tx: tx.calls.save(an_answered_call(1, ALICE, NOW)))
    await write(store, lambda tx: tx.calls.save(replace(an_answered_call(1, BOB, later(1)), version=1)))
    assert await read(store, lambda tx: tx.calls.talks([ALICE, BOB], NOW)) == {BOB: TalkRecord(1, later(1))}
    assert await read(store, lambda tx: tx.calls.last_answerer(CALLER, NOW)) == BOB
