"""What is counted while a candidate runs beside the store that answers. No cell is ever kept: places are enough."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from titus_core.kernel.actor import Actor
from titus_core.records.model import FieldId, Record, RecordId, TableId

MOST_RECORDS = 5
"""Examples that are kept of one kind of difference."""


class What(StrEnum):
    """The first six are differences; `FAILED`, `LATE` and `SKIPPED` are of the candidate: it refused or broke, said
    nothing in time, or was not asked because too much waited. `UNSETTLED`: something was written meanwhile at every
    look. `UNTOLD`: a write of the primary of which nobody knows which records it made, so nothing was mirrored."""

    CELL = "cell"
    CREATED = "created"
    MODIFIED = "modified"
    MISSING = "missing"
    EXTRA = "extra"
    ORDER = "order"
    FAILED = "failed"
    LATE = "late"
    SKIPPED = "skipped"
    UNTOLD = "untold"
    UNSETTLED = "unsettled"
    COMPARED = "compared"
    MIRRORED = "mirrored"


DIFFERENCES = frozenset({What.CELL, What.CREATED, What.MODIFIED, What.MISSING, What.EXTRA, What.ORDER})
"""What the two stores said differently."""


class Drift(msgspec.Struct, frozen=True):
    """One difference: of which record, and of which field of it, where it is of one."""

    what: What
    record: RecordId | None = None
    field: FieldId | None = None


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How often something happened in one place. `records` are the last ones that it happened to, the latest first;
    `detail` is the code of the last error."""

    table: TableId
    what: What
    field: FieldId | None = None
    count: int
    first_at: datetime
    last_at: datetime
    records: tuple[RecordId, ...] = ()
    detail: str = ""
    version: int = 0


class Mirrored(msgspec.Struct, frozen=True):
    """What the primary tells of records after a write by somebody: how they are, with all their cells, and which are
    gone."""

    table: TableId
    by: Actor
    records: tuple[Record, ...] = ()
    gone: tuple[RecordId, ...] = ()


def added(one: Tally, more: Tally) -> Tally:
    """Both together; `more` came later, and the version is that of `one`."""
    records = tuple(dict.fromkeys((*more.records, *one.records)))[:MOST_RECORDS]
    return msgspec.structs.replace(
        one,
        count=one.count + more.count,
        last_at=more.last_at,
        records=records,
        detail=more.detail or one.detail,
    )
