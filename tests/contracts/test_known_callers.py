"""`calls.ports.KnownCallers`: whose number it is."""

from __future__ import annotations

from tests.contracts.examples import CALLER, OTHER_CALLER, a_known_caller
from tests.contracts.stores import Store, read, write
from titus_core.calls.ports import KnownCaller


async def test_an_unknown_number_is_nobodys(store: Store) -> None:
    assert await read(store, lambda tx: tx.known_callers.identify(CALLER)) is None


async def test_a_known_caller_comes_back_as_saved(store: Store) -> None:
    await write(store, lambda tx: tx.known_callers.save(a_known_caller()))
    assert await read(store, lambda tx: tx.known_callers.identify(CALLER)) == a_known_caller()
    assert await read(store, lambda tx: tx.known_callers.identify(OTHER_CALLER)) is None


async def test_saving_a_number_again_replaces_all_that_it_had(store: Store) -> None:
    other = KnownCaller(CALLER, "rec0000000000002", "")
    await write(store, lambda tx: tx.known_callers.save(a_known_caller()))
    await write(store, lambda tx: tx.known_callers.save(other))
    assert await read(store, lambda tx: tx.known_callers.identify(CALLER)) == other


async def test_one_contact_may_have_several_numbers(store: Store) -> None:
    await write(
        store,
        lambda tx: tx.known_callers.save(a_known_caller(CALLER)),
        lambda tx: tx.known_callers.save(a_known_caller(OTHER_CALLER)),
    )
    assert await read(store, lambda tx: tx.known_callers.identify(CALLER)) == a_known_caller(CALLER)
    assert await read(store, lambda tx: tx.known_callers.identify(OTHER_CALLER)) == a_known_caller(OTHER_CALLER)
