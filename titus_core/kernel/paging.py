"""Pages of a list, by key and not by offset: an arriving row never shifts a page."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")

MAX_LIMIT = 1000


class Page(msgspec.Struct, Generic[T], frozen=True):
    """`next` is the key to ask the following page with; None on the last one."""

    items: tuple[T, ...]
    next: str | None = None
