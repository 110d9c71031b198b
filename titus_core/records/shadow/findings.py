"""What is counted in this process, until it is stored: a read that finds nothing costs no write."""

from __future__ import annotations

from collections.abc import Sequence

from titus_core.kernel.clock import Clock
from titus_core.kernel.unit_of_work import Storage
from titus_core.records.model import FieldId, RecordId, TableId
from titus_core.records.shadow.model import Drift, Tally, What, added
from titus_core.records.shadow.ports import TallyTx

STORED_EVERY = 100
"""Of what went well."""

MOST_KNOWN = 10_000
"""Differences that are remembered to be none that a second look would explain."""

_Place = tuple[TableId, What, FieldId | None]
_WELL = frozenset({What.COMPARED, What.MIRRORED})


class Findings:
    """Counts until `keep`."""

    def __init__(self, storage: Storage[TallyTx], clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._counted: dict[_Place, Tally] = {}
        self._known: set[tuple[TableId, Drift]] = set()

    def count(
        self,
        table: TableId,
        what: What,
        record: RecordId | None = None,
        field: FieldId | None = None,
        detail: str = "",
    ) -> None:
        """It happened once more."""
        now = self._clock.now()
        records = () if record is None else (record,)
        one = Tally(
            table=table, what=what, field=field, count=1, first_at=now, last_at=now, records=records, detail=detail
        )
        before = self._counted.get((table, what, field))
        self._counted[table, what, field] = one if before is None else added(before, one)

    def note(self, table: TableId, drifts: Sequence[Drift]) -> None:
        """These differences are none that comes of looking at two moments."""
        for drift in drifts:
            self.count(table, drift.what, drift.record, drift.field)
        if len(self._known) < MOST_KNOWN:
            self._known |= {(table, drift) for drift in drifts}

    def knows(self, table: TableId, drifts: Sequence[Drift]) -> bool:
        """Whether all of these were noted before."""
        return all((table, drift) in self._known for drift in drifts)

    @property
    def are_due(self) -> bool:
        """Whether what was counted should be stored now."""
        return any(tally.what not in _WELL or tally.count >= STORED_EVERY for tally in self._counted.values())

    async def keep(self) -> None:
        """Store what was counted. What cannot be stored goes on being counted."""
        counted, self._counted = self._counted, {}
        try:
            await self._storage.transact(_keep, tuple(counted.values()))
        except BaseException:
            newer, self._counted = self._counted, counted
            for place, tally in newer.items():
                self._counted[place] = added(counted[place], tally) if place in counted else tally
            raise


async def _keep(tx: TallyTx, counted: tuple[Tally, ...]) -> None:
    stored = [await tx.record_tallies.get(one.table, one.what, one.field) for one in counted]
    for one, before in zip(counted, stored, strict=True):
        tx.record_tallies.save(one if before is None else added(before, one))
