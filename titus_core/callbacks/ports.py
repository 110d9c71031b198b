"""What callbacks need of a store."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from titus_core.callbacks.model import Callback
from titus_core.kernel.ids import CallId
from titus_core.kernel.paging import Page
from titus_core.kernel.unit_of_work import Records


class Callbacks(Protocol):
    """What is owed, one row a call."""

    async def get(self, call_id: CallId) -> Callback | None: ...

    def save(self, callback: Callback) -> None:
        """Store it as version `callback.version + 1`, and number it when it is new. MUST end in `Conflict` at commit if
        the stored version is not `callback.version`, or (for version 0) if the call has one already."""
        ...


class CallbackTx(Records, Protocol):
    """What the use cases of this area need in one unit of work."""

    @property
    def callbacks(self) -> Callbacks: ...


class Which(StrEnum):
    """Which callbacks a list shows: `DUE` are all that nobody has closed."""

    DUE = "due"
    OPEN = "open"
    CLAIMED = "claimed"
    CLOSED = "closed"


class CallbackReader(Protocol):
    """The read side, outside units of work. It sees what was committed."""

    async def callback(self, call_id: CallId) -> Callback | None: ...

    async def callbacks(self, which: Which, limit: int, after: int | None) -> Page[Callback]:
        """Who has waited longest comes first; of the closed ones, the latest. `after` is the `number` of the last one
        seen; `Page.next` is such a number, as text."""
        ...
