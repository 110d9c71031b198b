"""One run of a unit of work: holds its writes back, then applies them all or none."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias, TypeVar

from titus_core.kernel.errors import Conflict, Misuse, ReadAfterWrite
from titus_core.kernel.events import Envelope

K = TypeVar("K")
V = TypeVar("V")

_ABSENT: Any = object()


class Journal:
    """Changes tables, and remembers what was there so that a conflict can take everything back."""

    __slots__ = ("_undo",)

    def __init__(self) -> None:
        self._undo: list[Callable[[], object]] = []

    def put(self, table: dict[K, V], key: K, value: V) -> None:
        self._undo.append(partial(_restore, table, key, table.get(key, _ABSENT)))
        table[key] = value

    def drop(self, table: dict[K, V], key: K) -> None:
        if key in table:
            self._undo.append(partial(_restore, table, key, table[key]))
            del table[key]

    def append(self, table: list[V], value: V) -> None:
        self._undo.append(table.pop)
        table.append(value)

    def take_back(self) -> None:
        while self._undo:
            self._undo.pop()()


def _restore(table: dict[Any, Any], key: object, before: object) -> None:
    if before is _ABSENT:
        table.pop(key, None)
    else:
        table[key] = before


Write: TypeAlias = Callable[[Journal], None]


class Unit:
    """Every repository of one tx shares it. Reads ask `reading` first, writes go through `write`; `events` are those
    that were recorded."""

    __slots__ = ("_over", "_writes", "events")

    def __init__(self) -> None:
        self._writes: list[Write] = []
        self.events: list[Envelope] = []
        self._over = False

    def reading(self) -> None:
        self._refuse_if_over()
        if self._writes:
            raise ReadAfterWrite

    def write(self, write: Write) -> None:
        self._refuse_if_over()
        self._writes.append(write)

    def end(self) -> None:
        """From now on the tx is refused to whoever kept it."""
        self._over = True

    def commit(self) -> None:
        """Apply the writes in order. Raises `Conflict` after taking back all of them."""
        journal = Journal()
        try:
            for write in self._writes:
                write(journal)
        except Conflict:
            journal.take_back()
            raise

    def _refuse_if_over(self) -> None:
        if self._over:
            raise Misuse("this unit of work is over; its tx cannot be kept")
