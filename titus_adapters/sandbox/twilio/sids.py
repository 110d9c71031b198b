"""Names for things, drawn from a seed: the same run gives the same identifiers."""

from __future__ import annotations

import random
import uuid


class Sids:
    """Mints Twilio-shaped identifiers (two letters, 32 hex digits) and idempotency tokens."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose; nothing is guarded by it

    def new(self, prefix: str) -> str:
        return f"{prefix}{self._random.getrandbits(128):032x}"

    def token(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))
