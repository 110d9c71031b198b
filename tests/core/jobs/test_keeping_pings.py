"""A ping is kept as it came, once, and what is ours makes somebody look."""

from __future__ import annotations

import asyncio

from titus_adapters.memory.world import World
from titus_core.calls.ports import Delivery
from titus_core.jobs.causes import Kind
from titus_core.jobs.keep_ping import KeepPing, Ping


def test_a_ping_is_kept_once_and_only_ours_makes_somebody_look() -> None:
    async def story() -> None:
        world = World()
        keep = KeepPing(world.store)
        told = {"token": None, "query": "", "received_at": world.clock.now(), "route": "airtable/ping"}
        theirs, ours = (Delivery(key=key, body=key, **told) for key in ("theirs", "ours"))  # type: ignore[arg-type]
        assert await keep(Ping(theirs, is_ours=False))
        assert world.store._state.jobs == {}
        assert await keep(Ping(ours, is_ours=True))
        assert not await keep(Ping(ours, is_ours=True))
        assert [job.kind for job in world.store._state.jobs.values()] == [Kind.NOTE_RECORD_CHANGES]
        assert [one.delivery for one in world.store._state.deliveries.values()] == [theirs, ours]

    asyncio.run(story())
