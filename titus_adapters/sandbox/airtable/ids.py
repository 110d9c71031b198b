"""Identifiers in Airtable's shape, drawn from a seed: the same run gives the same ones."""

from __future__ import annotations

import random
import re
import string

_SIGNS = string.ascii_letters + string.digits
_LENGTH = 14


class Ids:
    """Mints `rec`, `fld`, `tbl` … and 14 letters or digits, in no order."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose; nothing is guarded by it

    def new(self, prefix: str) -> str:
        return prefix + "".join(self._random.choices(_SIGNS, k=_LENGTH))

    def key(self, size: int = 32) -> bytes:
        return self._random.randbytes(size)

    def within(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)


def is_id(text: str, prefix: str) -> bool:
    return re.fullmatch(prefix + r"[A-Za-z0-9]{14}", text) is not None
