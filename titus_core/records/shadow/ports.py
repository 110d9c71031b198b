"""What a shadow needs besides two stores."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from titus_core.kernel.unit_of_work import Records
from titus_core.records.model import FieldId, Record, RecordId, TableId
from titus_core.records.ports import Query, RecordPage
from titus_core.records.shadow.model import Mirrored, Tally, What


class Readable(Protocol):
    """The two questions that both stores are asked."""

    async def get(self, table: TableId, ids: Sequence[RecordId]) -> tuple[Record, ...]: ...
    async def query(self, query: Query) -> RecordPage: ...


class Candidate(Readable, Protocol):
    """The store that is looked at. It answers as `RecordStore` does; it may raise whatever it likes, and hang: nobody
    waits for it."""

    async def mirror(self, mirrored: Mirrored) -> None:
        """Have these records be as they are told: by the ids of the primary, whether they were there before or not;
        those that are gone are removed. What Titus computes is computed here, so that it can be compared; what only the
        primary can know (its numbers and times, what is frozen) is taken over. Links to records that are not there are
        left out. MUST be safe to repeat, MUST NOT show in the trail or in the journal: the primary's write does."""
        ...


class Aside(Protocol):
    """Runs work that nobody waits for, one piece after another, in the order in which they were begun."""

    def begin(
        self, work: Callable[[], Awaitable[None]], ended: Callable[[Exception | None], None], pause: float = 0.0
    ) -> bool:
        """Have the work done, after so many seconds at the earliest. MUST return at once and raise nothing; end work
        that hangs (with `TimeoutError`); tell `ended` what it raised, once, and go on with the next. False: too much
        waits already, and this is not taken."""
        ...


class Tallies(Protocol):
    """What was counted, by table, kind and field; one row each."""

    async def get(self, table: TableId, what: What, field: FieldId | None) -> Tally | None: ...

    def save(self, tally: Tally) -> None:
        """Store it as version `tally.version + 1`. MUST end in `Conflict` at commit if the stored version is not
        `tally.version`, or (for version 0) if there is one already."""
        ...


class TallyTx(Records, Protocol):
    @property
    def record_tallies(self) -> Tallies: ...


class TallyReader(Protocol):
    """The read side, outside units of work."""

    async def record_tallies(self) -> tuple[Tally, ...]:
        """All of them, the one that happened last first."""
        ...
