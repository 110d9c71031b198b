"""Passwords as argon2id hashes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

R = TypeVar("R")

AT_ONCE = 2
"""Each hash takes 46 MiB and a core for 80 ms: more at once would starve the calls on a small machine."""


class Argon2Hasher:
    """The `PasswordHasher` port by argon2-cffi. The defaults are above OWASP ASVS 5.0's least (appendix C); tests may
    ask for cheaper ones."""

    def __init__(self, *, time_cost: int = 2, memory_kib: int = 47104) -> None:
        self._hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)
        self._slots = asyncio.Semaphore(AT_ONCE)
        # Unknown people are checked against a hash of a password that nobody has: it costs what a real check costs.
        self._nobody = self._hasher.hash("no user has this password")

    async def hash(self, password: str) -> str:
        return await self._in_thread(lambda: self._hasher.hash(password))

    async def verify(self, password: str, hashed: str) -> bool:
        matchable = hashed.startswith("$argon2id$")
        matches = await self._in_thread(lambda: self._matches(hashed if matchable else self._nobody, password))
        return matches and matchable

    def is_outdated(self, hashed: str) -> bool:
        try:
            return self._hasher.check_needs_rehash(hashed)
        except InvalidHashError:
            return True

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _in_thread(self, work: Callable[[], R]) -> R:
        async with self._slots:
            return await asyncio.to_thread(work)
