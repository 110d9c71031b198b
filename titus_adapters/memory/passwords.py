"""Passwords for tests."""

from __future__ import annotations


class PlainHasher:
    """`accounts.ports.PasswordHasher` that hides NOTHING: a "hash" is the password itself. For tests only, where a
    real hasher would take longer than everything else together. Bump `generation` to make older hashes outdated."""

    def __init__(self, generation: int = 1) -> None:
        self.generation = generation

    async def hash(self, password: str) -> str:
        return f"plain${self.generation}${password}"

    async def verify(self, password: str, hashed: str) -> bool:
        scheme, _, rest = hashed.partition("$")
        return scheme == "plain" and rest.partition("$")[2] == password

    def is_outdated(self, hashed: str) -> bool:
        return not hashed.startswith(f"plain${self.generation}$")
