"""`providers.ports.Standings` and `StandingReader`: the last look at each provider."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.contracts.examples import later
from tests.contracts.stores import Store, read, write
from titus_core.kernel.errors import Conflict
from titus_core.providers.model import Level, Standing

WELL = Standing(name="elevenlabs", level=Level.OK, detail="", since=later(0), checked_at=later(1))
DOWN = Standing(
    name="anthropic", level=Level.DOWN, detail="the key is refused – ä", since=later(2), checked_at=later(3)
)


async def test_what_was_seen_is_kept_by_name(store: Store) -> None:
    assert await read(store, lambda tx: tx.standings.get("elevenlabs")) is None
    assert await store.reader.standings() == ()
    await write(store, lambda tx: tx.standings.save(WELL), lambda tx: tx.standings.save(DOWN))
    assert await read(store, lambda tx: tx.standings.get("elevenlabs")) == replace(WELL, version=1)
    assert await store.reader.standings() == (replace(DOWN, version=1), replace(WELL, version=1))


async def test_the_last_look_counts(store: Store) -> None:
    await write(store, lambda tx: tx.standings.save(WELL))
    changed = replace(WELL, level=Level.WARNING, detail="no webhook leads here", since=later(9), version=1)
    await write(store, lambda tx: tx.standings.save(changed))
    assert await store.reader.standings() == (replace(changed, version=2),)


@pytest.mark.parametrize("version", [0, 2])
async def test_another_version_than_the_stored_one_conflicts(store: Store, version: int) -> None:
    await write(store, lambda tx: tx.standings.save(WELL))
    with pytest.raises(Conflict):
        await write(store, lambda tx: tx.standings.save(replace(WELL, version=version)))


async def test_what_was_never_seen_cannot_be_changed(store: Store) -> None:
    with pytest.raises(Conflict):
        await write(store, lambda tx: tx.standings.save(replace(WELL, version=1)))
