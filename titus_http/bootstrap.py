"""The composition root: settings → adapters → parts. Nothing else chooses between adapters; `wiring` does the rest."""

from __future__ import annotations

from titus_adapters.memory.world import World
from titus_http.wiring import Parts, Titus, wire

TEST_BASE_URL = "https://titus.example.org.au"


def build_for(world: World, **changes: object) -> Titus:
    """Titus in a test's world. `changes` are fields of `Parts`."""
    parts = {
        "storage": world.store,
        "reader": world.store.reader,
        "clock": world.clock,
        "ids": world.ids,
        "hasher": world.hasher,
        "calendar": world.calendar,
        "telephony": world.telephony,
        "agent": world.agent,
        "base_url": TEST_BASE_URL,
        "is_ready": world.store.ping,
    }
    return wire(Parts(**{**parts, **changes}))  # type: ignore[arg-type]
