"""Patterns as trees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec


class Char(msgspec.Struct, frozen=True):
    """One character that passes `test`."""

    test: Callable[[str], bool]


class Place(msgspec.Struct, frozen=True):
    """A place between characters."""

    kind: Literal["start", "end", "border", "inside"]


class Sequence(msgspec.Struct, frozen=True):
    items: tuple[Pattern, ...]


class Choice(msgspec.Struct, frozen=True):
    """The first of them is preferred."""

    branches: tuple[Pattern, ...]


class Repeat(msgspec.Struct, frozen=True):
    """`most` None: no end. `greedy`: rather more than fewer."""

    inner: Pattern
    least: int
    most: int | None
    greedy: bool


class Group(msgspec.Struct, frozen=True):
    """Remembers what it matched, under its number."""

    number: int
    inner: Pattern


Pattern = Char | Place | Sequence | Choice | Repeat | Group
