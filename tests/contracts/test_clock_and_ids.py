"""`kernel.clock.Clock` and `kernel.ids.IdSource`."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from titus_adapters.memory.clock import NOON, CountingIds, ManualClock
from titus_adapters.system import SecretIds, SystemClock
from titus_core.kernel.clock import Clock
from titus_core.kernel.ids import IdSource


@pytest.mark.parametrize("clock", [ManualClock(), SystemClock()], ids=["memory", "system"])
def test_a_clock_tells_utc_and_never_goes_back(clock: Clock) -> None:
    first, second = clock.now(), clock.now()
    assert first.utcoffset() == timedelta(0)
    assert first <= second


@pytest.mark.parametrize("ids", [CountingIds(), SecretIds()], ids=["memory", "system"])
def test_tokens_are_64_hex_characters_and_never_the_same(ids: IdSource) -> None:
    tokens = [ids.token() for _ in range(1000)]
    assert all(re.fullmatch("[0-9a-f]{64}", token) for token in tokens)
    assert len(set(tokens)) == 1000


def test_a_manual_clock_moves_only_by_hand() -> None:
    clock = ManualClock()
    assert clock.now() == NOON
    assert clock.advance(1.5) == clock.now() == NOON + timedelta(seconds=1.5)
    clock.turn_to(NOON)
    assert clock.now() == NOON


def test_counted_ids_are_the_same_in_every_run() -> None:
    assert [CountingIds("a").token() for _ in range(2)] == [CountingIds("a").token()] * 2
    assert CountingIds("a").token() != CountingIds("b").token()
