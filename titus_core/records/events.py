"""What happened to records: the trail of who changed which cell from what to what."""

from __future__ import annotations

from titus_core.kernel.events import Event
from titus_core.records.model import Fields, RecordId, TableId


class _OfRecord(Event, frozen=True, kw_only=True):
    """`write` names the journal's entry. Cells are by field id; those of secret fields are told as changed, without
    what they held."""

    table: TableId
    record_id: RecordId
    write: str


class RecordCreated(_OfRecord, frozen=True, tag="record.created"):
    fields: Fields


class RecordChanged(_OfRecord, frozen=True, tag="record.changed"):
    """Only the cells that changed; None: empty."""

    before: Fields
    after: Fields


class RecordDeleted(_OfRecord, frozen=True, tag="record.deleted"):
    fields: Fields


def subject(table: TableId, record_id: RecordId) -> str:
    """What these events are about."""
    return f"record:{table}:{record_id}"
