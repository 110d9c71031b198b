"""`accounts.ports.Users` and the users of `AccountReader`."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from tests.contracts.examples import ALICE, BOB, a_rich_user, a_user
from tests.contracts.stores import Store, Tx, adding, read, write
from titus_core.accounts.model import Role, User
from titus_core.kernel.errors import Conflict


@pytest.mark.parametrize("user", [a_user(), a_rich_user()], ids=["bare", "rich"])
async def test_a_user_comes_back_as_saved_one_version_later(store: Store, user: User) -> None:
    await write(store, adding(user))
    kept = replace(user, version=1)
    assert await read(store, lambda tx: tx.users.get(ALICE)) == kept
    assert await read(store, lambda tx: tx.users.by_email(user.email)) == kept
    assert await store.reader.user(ALICE) == kept
    assert await store.reader.users() == (kept,)


@pytest.mark.parametrize("role", Role)
async def test_every_role_is_kept(store: Store, role: Role) -> None:
    await write(store, adding(a_user(role=role)))
    user = await store.reader.user(ALICE)
    assert user is not None
    assert user.role is role


async def test_an_unknown_user_is_none(store: Store) -> None:
    await write(store, adding(a_user()))
    assert await read(store, lambda tx: tx.users.get(BOB)) is None
    assert await read(store, lambda tx: tx.users.by_email("person2@example.org")) is None
    assert await read(store, lambda tx: tx.users.by_email("PERSON1@example.org")) is None
    assert await store.reader.user(BOB) is None


async def test_users_are_listed_by_id_inactive_ones_included(store: Store) -> None:
    await write(store, adding(a_user(3)), adding(a_user(1, active=False)), adding(a_user(2)))
    assert [user.id for user in await store.reader.users()] == [1, 2, 3]


@pytest.mark.parametrize("version", [0, 2])
async def test_saving_any_but_the_stored_version_is_a_conflict(store: Store, version: int) -> None:
    await write(store, adding(a_user()))
    with pytest.raises(Conflict):
        await write(store, adding(a_user(name="Other", version=version)))
    with pytest.raises(Conflict):
        await write(store, adding(a_user(2, version=1)))
    assert await store.reader.users() == (a_user(version=1),)


async def test_an_email_address_belongs_to_one_user(store: Store) -> None:
    await write(store, adding(a_user(1)), adding(a_user(2)))
    with pytest.raises(Conflict):
        await write(store, adding(a_user(3, email="person1@example.org")))
    with pytest.raises(Conflict):
        await write(store, adding(a_user(2, version=1, email="person1@example.org")))
    assert await store.reader.users() == (a_user(1, version=1), a_user(2, version=1))


async def test_two_new_users_with_one_address_in_one_commit_are_a_conflict(store: Store) -> None:
    with pytest.raises(Conflict):
        await write(store, adding(a_user(1)), adding(a_user(2, email="person1@example.org")))
    assert await store.reader.users() == ()


async def test_an_address_that_was_given_up_is_free_again(store: Store) -> None:
    await write(store, adding(a_user(1)))
    await write(store, adding(a_user(1, version=1, email="new@example.org")))
    assert await read(store, lambda tx: tx.users.by_email("person1@example.org")) is None
    await write(store, adding(a_user(2, email="person1@example.org")))
    found = await read(store, lambda tx: tx.users.by_email("person1@example.org"))
    assert found is not None
    assert found.id == BOB


async def test_a_new_id_is_above_every_id_ever_saved(store: Store) -> None:
    assert await read(store, lambda tx: tx.users.next_id()) >= 1
    await write(store, adding(a_user(41, active=False)), adding(a_user(7)))
    assert await read(store, lambda tx: tx.users.next_id()) > 41


async def test_of_many_who_register_one_address_at_once_one_is_registered(store: Store) -> None:
    async def register(tx: Tx, _: int) -> bool:
        if await tx.users.by_email("wanted@example.org") is not None:
            return False
        tx.users.save(a_user(await tx.users.next_id(), email="wanted@example.org"))
        return True

    won = await asyncio.gather(*(store.transact(register, n) for n in range(10)))
    assert won.count(True) == 1
