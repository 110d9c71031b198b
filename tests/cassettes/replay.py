"""Cassettes played back: the adapters ask, and nothing but the cassette answers."""

from __future__ import annotations

from pathlib import Path

from tests.cassettes.providers import PROVIDERS
from tests.cassettes.scenario import Given, answered
from tests.cassettes.tape import given_of, replaying


async def replayed(path: Path, given: Given | None = None) -> object:
    """What the adapters answer to the scenario that the cassette is named for. `given`: ask about something else than
    what was recorded. Raises AssertionError if part of the cassette was not asked for."""
    provider = PROVIDERS[path.parent.name]
    asked = given or given_of(path)
    with replaying(path) as tape:
        async with provider.open(provider.replayed(asked)) as adapters:
            answer = await answered(provider.scenario(path.stem), adapters, asked)
    assert tape.all_played, f"{path.stem}: {tape.play_count} of {len(tape)} exchanges were asked for"
    return answer
