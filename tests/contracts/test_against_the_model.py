"""Whatever is done to a store, it looks as the memory store does: what simulations prove holds on the real ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
import pytest
from msgspec.structs import replace

from tests.contracts import examples as ex
from tests.contracts.histories import CALLS, GROUPS, KEYS, USERS, Operation, units
from tests.contracts.stores import Store, Tx, write
from titus_adapters.memory.store import MemoryStore
from titus_core.calls.model import Outcome
from titus_core.calls.ports import CallFilter
from titus_core.kernel.errors import Conflict
from titus_core.kernel.events import Recorded
from titus_core.kernel.ids import GroupId, UserId

PEOPLE = [UserId(n) for n in USERS]


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_random_history_leaves_the_store_as_it_leaves_the_model(store: Store, seed: int) -> None:
    model: Store = MemoryStore()
    for step, unit in enumerate(units(seed, 60)):
        assert await outcome(store, unit) == await outcome(model, unit), (seed, step)
        ours, theirs = await picture(store), await picture(model)
        for name, value in theirs.items():
            assert ours[name] == value, (seed, step, name)


async def test_histories_conflict_now_and_then_but_mostly_not() -> None:
    model: Store = MemoryStore()
    ends = [await outcome(model, unit) for unit in units(1, 500)]
    assert 0.05 < ends.count("conflict") / len(ends) < 0.5


async def outcome(store: Store, unit: list[Operation]) -> str:
    writes = [await operation(store) for operation in unit]
    try:
        await write(store, *writes)
    except Conflict:
        return "conflict"
    return "stored"


async def picture(store: Store) -> dict[str, object]:
    """All that can be seen of a store, without the numbers that it counts up itself."""
    reader = store.reader
    seen: dict[str, object] = {name: await ask() for name, ask in _lists(store).items()}
    for where in (CallFilter(), CallFilter(outcome=Outcome.ANSWERED), CallFilter(None, ex.CALLER, ex.later(300))):
        rows = (await reader.calls(where, 100, None)).items
        seen[str(where)] = [replace(row, number=0) for row in rows]
    for n in CALLS:
        seen[f"call {n}"] = await reader.call(ex.call_id(n))
        seen[f"events {n}"] = [_plain(event) for event in await reader.events(ex.call_id(n))]
    for seconds in (10, 700, 100_000):
        seen[f"waiting {seconds}"] = [(w.delivery, w.tries) for w in await reader.waiting(ex.later(seconds), 100)]
    seen["units of work"] = await store.transact(_ask, None)
    return seen


def _lists(store: Store) -> dict[str, Callable[[], Awaitable[object]]]:
    reader = store.reader
    return {
        "due": lambda: reader.due(ex.later(300), 3),
        "live": lambda: reader.live(),
        "groups": lambda: reader.groups(),
        "users": lambda: reader.users(),
        "availabilities": lambda: reader.availabilities(),
        "log": lambda: reader.availability_log(ex.later(10), 20),
        "timezone": lambda: reader.voice_setting("timezone"),
    }


async def _ask(tx: Tx, _: None) -> dict[str, object]:
    sessions = [ex.a_session(key).token_hash for key in KEYS]
    return {
        "sessions": [await tx.sessions.get(token_hash) for token_hash in sessions],
        "by e-mail": [await tx.users.by_email(f"person{n}@example.org") for n in USERS],
        "active": await tx.members.active(),
        "states": await tx.members.states(PEOPLE),
        "availability": [await tx.members.availability(user_id) for user_id in PEOPLE],
        "talks": await tx.calls.talks(PEOPLE, ex.later(100)),
        "last answerer": await tx.calls.last_answerer(ex.CALLER, ex.later(100)),
        "groups": [await tx.hunt_groups.get(GroupId(n)) for n in GROUPS],
        "memory": [await tx.hunt_groups.first_of_last_run(GroupId(n)) for n in GROUPS],
        "next ids": (await tx.hunt_groups.next_id(), await tx.users.next_id()),
        "callers": [await tx.known_callers.with_number(one) for one in (ex.CALLER, ex.OTHER_CALLER)],
        "known": (await tx.known_callers.contacts(), await tx.known_callers.of_contacts(ex.CONTACTS)),
        "inbox": [await tx.inbox.find("inbound", key, "t") for key in KEYS],
    }


def _plain(event: Recorded) -> tuple[object, ...]:
    return event.subject, event.kind, event.at, event.actor, msgspec.json.decode(event.data)
