"""Argon2id as the password hasher."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from titus_adapters.passwords import AT_ONCE, Argon2Hasher
from titus_core.accounts.sign_in import NO_HASH


@pytest.fixture
def hasher() -> Argon2Hasher:
    """Cheap, so that the tests are quick."""
    return Argon2Hasher(time_cost=1, memory_kib=64)


async def test_a_password_matches_its_own_hash_only(hasher: Argon2Hasher) -> None:
    hashed = await hasher.hash("a quiet river bend")
    assert await hasher.verify("a quiet river bend", hashed)
    assert not await hasher.verify("a quiet river", hashed)


async def test_every_hash_has_a_salt_of_its_own(hasher: Argon2Hasher) -> None:
    assert await hasher.hash("same") != await hasher.hash("same")


async def test_the_parameters_are_the_recommended_ones() -> None:
    hashed = await Argon2Hasher().hash("a quiet river bend")
    assert hashed.startswith("$argon2id$v=19$m=47104,t=2,p=1$")


@pytest.mark.parametrize("hashed", [NO_HASH, "", "$argon2id$", "$argon2id$v=19$m=64,t=1,p=1$x$y", "plain$1$secret"])
async def test_what_is_no_hash_matches_nothing(hasher: Argon2Hasher, hashed: str) -> None:
    assert not await hasher.verify("no user has this password", hashed)
    assert hasher.is_outdated(hashed)


async def test_a_hash_of_weaker_parameters_is_outdated(hasher: Argon2Hasher) -> None:
    weak = await hasher.hash("a quiet river bend")
    assert not hasher.is_outdated(weak)
    assert Argon2Hasher(time_cost=2, memory_kib=64).is_outdated(weak)
    assert await Argon2Hasher(time_cost=2, memory_kib=64).verify("a quiet river bend", weak)


async def test_hashing_leaves_the_event_loop_alone_and_runs_two_at_a_time(
    hasher: Argon2Hasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, most = 0, 0
    lock = threading.Lock()

    def slow_match(hashed: str, password: str) -> bool:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        return False

    monkeypatch.setattr(hasher, "_matches", slow_match)
    await asyncio.gather(*(hasher.verify("x", NO_HASH) for _ in range(8)))
    assert most == AT_ONCE
