"""Offsets: iterators that Airtable keeps, and forgets after some idle minutes or when it starts anew."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from titus_adapters.sandbox.airtable.base.query import Query
from titus_adapters.sandbox.airtable.house import House
from titus_adapters.sandbox.airtable.refusals import Refused

_OFFSET = re.compile(r"(itr[A-Za-z0-9]{14})/(rec[A-Za-z0-9]{14})")


class Mark(msgspec.Struct, frozen=True):
    """Where a page begins: its place in the order of that time, and how many records came before."""

    place: int
    served: int


class Iterator(msgspec.Struct, kw_only=True, eq=False):
    """`marks` by the first record of their page, so that a page can be asked for twice. `order` is that of the table's
    `version`: no snapshot, records that change meanwhile may come twice or never."""

    id: str
    query: Query
    used_at: float
    marks: dict[str, Mark] = msgspec.field(default_factory=dict)
    version: int = -1
    order: Sequence[str] = ()


class Iterators:
    """Those that are alive."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._alive: dict[str, Iterator] = {}

    def __len__(self) -> int:
        return len(self._alive)

    def begin(self, query: Query) -> Iterator:
        iterator = Iterator(id=self._house.ids.new("itr"), query=query, used_at=self._house.now())
        self._alive[iterator.id] = iterator
        return iterator

    def resume(self, offset: str, query: Query) -> tuple[Iterator, str]:
        """The iterator and the record that it goes on with; raises `Refused` if it is none, another list's, or dead."""
        found = _OFFSET.fullmatch(offset)
        if found is None:
            raise _invalid(offset)
        iterator = self._alive.get(found[1])
        if iterator is None or self._is_stale(iterator):
            self._alive.pop(found[1], None)
            raise Refused(422, "LIST_RECORDS_ITERATOR_NOT_AVAILABLE")
        if iterator.query != query or found[2] not in iterator.marks:
            raise _invalid(offset)
        iterator.used_at = self._house.now()
        return iterator, found[2]

    def kill(self) -> int:
        """As a restart of Airtable does; how many there were."""
        count = len(self._alive)
        self._alive.clear()
        return count

    def _is_stale(self, iterator: Iterator) -> bool:
        return self._house.now() - iterator.used_at > self._house.pace.iterator_idle


def _invalid(offset: str) -> Refused:
    return Refused(422, "INVALID_OFFSET_VALUE", f"The value of offset {offset} is invalid")
