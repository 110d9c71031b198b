"""One function: how many values it takes, and what it makes of them."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from titus_adapters.sandbox.airtable.formula.values import Value


class Function(msgspec.Struct, frozen=True):
    """All values are there before `call`, which raises `Failed` for those it has no answer to. `most` None: any
    number."""

    call: Callable[..., Value]
    least: int = 1
    most: int | None = 1

    def takes(self, count: int) -> bool:
        return self.least <= count and (self.most is None or count <= self.most)
