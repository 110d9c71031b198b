"""Letters without regard to case, in one way on every store.

Lower case letter by letter, without context and without changing lengths: `translate` on PostgreSQL, a function of ours
on SQLite and this table in Python then agree on every text, whatever Unicode each of them was built with.
"""

from __future__ import annotations

import sys


def _lower(code: int) -> str | None:
    letter = chr(code)
    lower = letter.lower()
    return lower if len(lower) == 1 and lower != letter else None


FOLDS: dict[int, str] = {code: lower for code in range(sys.maxunicode + 1) if (lower := _lower(code)) is not None}
"""Each capital letter's small one: some 1,400 of them."""


def fold(text: str) -> str:
    """The text as comparisons without case see it."""
    return text.lower() if text.isascii() else text.translate(FOLDS)
