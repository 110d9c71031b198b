"""Which name was probably meant. Names of tables and fields hold double blanks, line breaks and misspellings."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

ALIKE = 0.6
"""From here on a name counts as near (0 to 1); below, a guess would mislead."""


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name most like the word; where they differ in blanks and case only, surely that one."""
    wanted = _plain(word)
    scored = [(_alike(wanted, _plain(name)), name) for name in names]
    score, name = max(scored, default=(0.0, ""), key=lambda one: one[0])
    return name if score >= ALIKE else None


def _plain(word: str) -> str:
    return "".join(letter for letter in word.lower() if letter.isalnum())


def _alike(one: str, other: str) -> float:
    return 1.0 if one == other else SequenceMatcher(None, one, other, autojunk=False).ratio()
