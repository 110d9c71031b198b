"""Letters without regard to case, in one way on every store.

Lower case letter by letter, without context and without changing lengths: `translate` on PostgreSQL, a function of ours
on SQLite and this table in Python then agree on every text, whatever Unicode each of them was built with.
"""

from __future__ import annotations

from collections.abc import Iterator

CASED = 0x20000
"""Letters that have a case are in the first two planes of Unicode (a test says if that changes)."""

_BLOCK = 256


def folds(codes: range) -> Iterator[tuple[int, str]]:
    """Each capital letter's code, and its small letter; those whose small form is several letters have none."""
    for start in range(codes.start, codes.stop, _BLOCK):
        letters = "".join(map(chr, range(start, start + _BLOCK)))
        if letters.lower() != letters:
            lowers = ((letter, letter.lower()) for letter in letters)
            yield from ((ord(letter), lower) for letter, lower in lowers if len(lower) == 1 and lower != letter)


FOLDS: dict[int, str] = dict(folds(range(CASED)))
"""Some 1,400 of them."""


def fold(text: str) -> str:
    """The text as comparisons without case see it."""
    return text.lower() if text.isascii() else text.translate(FOLDS)
