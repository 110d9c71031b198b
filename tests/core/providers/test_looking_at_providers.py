"""Providers are asked how they stand with us, and what they said is remembered and logged."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

import pytest

from titus_adapters.memory.clock import NOON, ManualClock
from titus_adapters.memory.store import MemoryStore
from titus_core.providers.look_at_providers import LookAtProviders
from titus_core.providers.model import Level, Seen, Standing, after

WELL = Seen(Level.OK)
WARNED = Seen(Level.WARNING, "a model retires on 2026-11-30")
DOWN = Seen(Level.DOWN, "the webhook is disabled")


class Provider:
    """What a look finds is up to the test."""

    def __init__(self, seen: Seen = WELL) -> None:
        self.seen = seen
        self.looks: list[datetime] = []

    async def look(self, now: datetime) -> Seen:
        self.looks.append(now)
        return self.seen


class Desk:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.store = MemoryStore(clock=self.clock)
        self.webhook, self.model = Provider(), Provider()
        watched = {"elevenlabs": self.webhook, "anthropic": self.model}
        self._look = LookAtProviders(self.store, watched, self.clock)

    def look(self) -> dict[str, Standing]:
        asyncio.run(self._look())
        return {one.name: one for one in asyncio.run(self.store.reader.standings())}


def test_what_was_seen_is_remembered() -> None:
    desk = Desk()
    desk.webhook.seen = DOWN
    found = desk.look()
    assert (found["elevenlabs"].level, found["elevenlabs"].detail) == (Level.DOWN, "the webhook is disabled")
    assert (found["anthropic"].level, found["anthropic"].detail) == (Level.OK, "")
    assert {one.checked_at for one in found.values()} == {NOON}
    assert desk.webhook.looks == [NOON]


def test_it_is_told_since_when_it_stands_so() -> None:
    desk = Desk()
    desk.look()
    desk.clock.advance(3600)
    later = desk.look()["elevenlabs"]
    assert (later.since, later.checked_at) == (NOON, NOON + timedelta(hours=1))
    desk.clock.advance(3600)
    desk.webhook.seen = DOWN
    fallen = desk.look()["elevenlabs"]
    assert fallen.since == fallen.checked_at == NOON + timedelta(hours=2)


def test_the_first_look_begins_it() -> None:
    assert after(None, "x", WARNED, NOON) == Standing(
        name="x", level=Level.WARNING, detail=WARNED.detail, since=NOON, checked_at=NOON
    )


@pytest.mark.parametrize(("seen", "told"), [(WELL, []), (WARNED, [f"anthropic is warning: {WARNED.detail}"])])
def test_what_is_not_well_is_logged(seen: Seen, told: list[str], caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk()
    desk.model.seen = seen
    with caplog.at_level(logging.INFO, "titus.providers"):
        desk.look()
    assert [record.getMessage() for record in caplog.records] == told
