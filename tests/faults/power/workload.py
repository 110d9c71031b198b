"""The units of work of a busy day: what a simulated office's callers, people and timers make Titus do, in order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from random import Random
from typing import Any, NamedTuple, TypeVar

from msgspec.structs import replace

from tests.core.calls.builders import NOON
from tests.simulation.faults import Faults
from tests.simulation.premises import MemoryPremises
from tests.simulation.setting import CALLERS, Caller, drawn_setting
from tests.simulation.simulator import play
from titus_adapters.memory.store import MemoryStore
from titus_adapters.memory.tx import MemoryTx
from titus_core.calls.model import Call
from titus_core.calls.ports import CallTx
from titus_core.kernel.ids import CallId

C = TypeVar("C")
R = TypeVar("R")

WITHIN = 600.0
"""Seconds in which all callers have called."""


class Unit(NamedTuple):
    """What `transact` was given. It may be given to another store."""

    work: Callable[[Any, Any], Awaitable[Any]]
    command: Any


def units(seed: int, callers: int = 15) -> list[Unit]:
    """What this many callers cause, a fifth of all requests repeated, groups edited meanwhile; and now and then a unit
    of work that loses a race when half of it is written."""
    random = Random(seed)  # noqa: S311  # repeatable, not secret
    ringing = tuple(Caller(random.uniform(0, WITHIN), random.choice(CALLERS), 45.0) for _ in range(callers))
    faults = Faults(late=0.4, stranded=0.03, edits=0.1, agent_down=0.5)
    premises = MemoryPremises(interleaves=False)
    recorded = _recording(premises.stores[0])
    play(replace(drawn_setting(seed), callers=ringing, faults=faults), premises)
    return [each for unit in recorded for each in ([_LOSES] if random.random() < 0.1 else []) + [unit]]


def _recording(store: MemoryStore) -> list[Unit]:
    """What the store is asked to do from now on."""
    recorded: list[Unit] = []
    transact = store.transact

    async def recording(work: Callable[[MemoryTx, C], Awaitable[R]], command: C, /) -> R:
        recorded.append(Unit(work, command))
        return await transact(work, command)

    store.transact = recording  # type: ignore[method-assign]
    return recorded


async def _lose(tx: CallTx, call: Call) -> None:
    tx.voice_settings.set("half", "written", call.seen_at)
    tx.calls.save(call)


_LOSES = Unit(_lose, Call(id=CallId("CA99"), seen_at=NOON, news_at=NOON, version=99))
"""The call is not there, and certainly not in this version."""
