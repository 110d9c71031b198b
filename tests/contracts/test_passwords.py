"""`accounts.ports.PasswordHasher`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.contracts.examples import ODD_TEXT
from titus_adapters.memory.passwords import PlainHasher
from titus_adapters.passwords import Argon2Hasher
from titus_core.accounts.ports import PasswordHasher

HASHERS: dict[str, Callable[[], PasswordHasher]] = {
    "memory": PlainHasher,
    "argon2": lambda: Argon2Hasher(time_cost=1, memory_kib=64),
}
STRONGER: dict[str, Callable[[], PasswordHasher]] = {
    "memory": lambda: PlainHasher(generation=2),
    "argon2": lambda: Argon2Hasher(time_cost=2, memory_kib=64),
}


@pytest.fixture(params=list(HASHERS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("password", ["correct horse", ODD_TEXT, "$", "x" * 1000, ""])
async def test_the_password_that_made_a_hash_is_recognised_and_no_other(name: str, password: str) -> None:
    hasher = HASHERS[name]()
    hashed = await hasher.hash(password)
    assert await hasher.verify(password, hashed)
    assert not await hasher.verify(password + "x", hashed)
    assert not await hasher.verify(hashed, hashed)


@pytest.mark.parametrize("hashed", ["", "!", "$argon2id$", "plain", "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd6"])
async def test_a_hash_that_nothing_can_match_is_no_error(name: str, hashed: str) -> None:
    assert not await HASHERS[name]().verify("password", hashed)
    assert HASHERS[name]().is_outdated(hashed)


async def test_a_hash_of_weaker_parameters_is_outdated_and_still_verified(name: str) -> None:
    hashed = await HASHERS[name]().hash("correct horse")
    assert not HASHERS[name]().is_outdated(hashed)
    assert STRONGER[name]().is_outdated(hashed)
    assert await STRONGER[name]().verify("correct horse", hashed)
