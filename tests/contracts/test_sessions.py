"""`accounts.ports.Sessions` and the sessions of `AccountReader`."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.contracts.examples import ALICE, BOB, a_rich_user, a_session, a_user, later
from tests.contracts.stores import Store, Tx, adding, read, write
from titus_core.accounts.model import Session

FIRST, SECOND, BOBS = a_session("first"), a_session("second", created=later(10)), a_session("third", BOB, later(20))


@pytest.fixture(autouse=True)
async def _sessions(store: Store) -> None:
    await write(
        store,
        adding(a_rich_user(ALICE)),
        adding(a_user(BOB)),
        lambda tx: tx.sessions.save(FIRST),
        lambda tx: tx.sessions.save(SECOND),
        lambda tx: tx.sessions.save(BOBS),
    )


async def kept(store: Store) -> list[Session]:
    async def ask(tx: Tx, _: None) -> list[Session]:
        found = [await tx.sessions.get(session.token_hash) for session in (FIRST, SECOND, BOBS)]
        return [session for session in found if session is not None]

    return await store.transact(ask, None)


async def test_a_session_comes_back_as_saved(store: Store) -> None:
    assert await kept(store) == [FIRST, SECOND, BOBS]
    assert await read(store, lambda tx: tx.sessions.get("no such hash")) is None


async def test_a_session_is_read_with_its_user_active_or_not(store: Store) -> None:
    assert await store.reader.session(FIRST.token_hash) == (FIRST, replace(a_rich_user(ALICE), version=1))
    assert await store.reader.session(BOBS.token_hash) == (BOBS, a_user(BOB, version=1))
    assert await store.reader.session("no such hash") is None


async def test_saving_again_replaces_the_session(store: Store) -> None:
    seen = replace(FIRST, seen_at=later(600))
    await write(store, lambda tx: tx.sessions.save(seen))
    assert await kept(store) == [seen, SECOND, BOBS]


async def test_deleting_ends_this_session_only(store: Store) -> None:
    await write(store, lambda tx: tx.sessions.delete(FIRST.token_hash))
    assert await kept(store) == [SECOND, BOBS]
    assert await store.reader.session(FIRST.token_hash) is None
    await write(store, lambda tx: tx.sessions.delete(FIRST.token_hash))
    assert await kept(store) == [SECOND, BOBS]


async def test_deleting_all_of_a_user_leaves_the_others(store: Store) -> None:
    await write(store, lambda tx: tx.sessions.delete_of(ALICE))
    assert await kept(store) == [BOBS]


async def test_deleting_what_began_before_an_instant_leaves_what_began_at_it(store: Store) -> None:
    await write(store, lambda tx: tx.sessions.delete_before(later(10)))
    assert await kept(store) == [SECOND, BOBS]


async def test_all_sessions_but_a_new_one_may_end_in_one_commit(store: Store) -> None:
    new = a_session("new", created=later(30))
    await write(store, lambda tx: tx.sessions.delete_of(ALICE), lambda tx: tx.sessions.save(new))
    assert await kept(store) == [BOBS]
    found = await store.reader.session(new.token_hash)
    assert found is not None
    assert found[0] == new
