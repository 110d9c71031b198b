"""`calls.ports.KnownCallers`: whose number it is."""

from __future__ import annotations

from tests.contracts.examples import CALLER, CONTACTS, OTHER_CALLER, a_known_caller
from tests.contracts.stores import Store, read, write
from titus_core.calls.ports import CallerKind, KnownCaller


async def test_an_unknown_number_is_nobodys(store: Store) -> None:
    assert await read(store, lambda tx: tx.known_callers.with_number(CALLER)) == ()
    assert await read(store, lambda tx: tx.known_callers.contacts()) == ()
    assert await read(store, lambda tx: tx.known_callers.of_contacts(CONTACTS)) == ()
    assert await read(store, lambda tx: tx.known_callers.of_contacts(())) == ()


async def test_a_known_caller_comes_back_as_saved(store: Store) -> None:
    nobodys = KnownCaller(OTHER_CALLER, CONTACTS[1], "Bo", None, CallerKind.CONTACT)
    await write(store, lambda tx: tx.known_callers.save(a_known_caller()))
    await write(store, lambda tx: tx.known_callers.save(nobodys))
    assert await read(store, lambda tx: tx.known_callers.with_number(CALLER)) == (a_known_caller(),)
    assert await read(store, lambda tx: tx.known_callers.with_number(OTHER_CALLER)) == (nobodys,)


async def test_saving_a_number_of_a_contact_again_replaces_all_that_it_said(store: Store) -> None:
    other = KnownCaller(CALLER, CONTACTS[0], "", None, CallerKind.CONTACT)
    await write(store, lambda tx: tx.known_callers.save(a_known_caller()))
    await write(store, lambda tx: tx.known_callers.save(other))
    assert await read(store, lambda tx: tx.known_callers.with_number(CALLER)) == (other,)


async def test_several_may_have_one_number_and_one_several(store: Store) -> None:
    first, second = a_known_caller(CALLER, "Ann", CONTACTS[0]), a_known_caller(CALLER, "Bo", CONTACTS[1])
    third = a_known_caller(OTHER_CALLER, "Ann", CONTACTS[0])
    await write(store, *[lambda tx, one=one: tx.known_callers.save(one) for one in (second, third, first)])
    assert await read(store, lambda tx: tx.known_callers.with_number(CALLER)) == (first, second)
    assert await read(store, lambda tx: tx.known_callers.contacts()) == CONTACTS
    both = await read(store, lambda tx: tx.known_callers.of_contacts([CONTACTS[0]]))
    assert both == tuple(sorted((first, third), key=lambda one: one.number))


async def test_who_has_a_number_no_more_is_forgotten_under_it_alone(store: Store) -> None:
    first, second = a_known_caller(CALLER, "Ann", CONTACTS[0]), a_known_caller(CALLER, "Bo", CONTACTS[1])
    await write(store, lambda tx: tx.known_callers.save(first), lambda tx: tx.known_callers.save(second))
    await write(store, lambda tx: tx.known_callers.forget(first), lambda tx: tx.known_callers.forget(first))
    assert await read(store, lambda tx: tx.known_callers.with_number(CALLER)) == (second,)
    await write(store, lambda tx: tx.known_callers.forget(second))
    assert await read(store, lambda tx: tx.known_callers.contacts()) == ()
