"""The end of a unit of work on rows: what the draft says is put, told and journaled in one commit."""

from __future__ import annotations

from collections.abc import Sequence

from titus_core.kernel.errors import AlreadyExists
from titus_core.kernel.events import Envelope
from titus_core.records.draft import Draft, RowChange
from titus_core.records.events import subject
from titus_core.records.ports import JournalEntry, RecordTx, WriteState, Written
from titus_core.records.trail import event_of


async def repeated(tx: RecordTx, entry: JournalEntry) -> Written | None:
    """What the same write (by key) made when it came first, as it is now; None: this is the first. Raises
    `AlreadyExists` if the key was used for another write, or for one of which nobody knows whether it was done."""
    write = entry.write
    known = None if write.key is None else await tx.record_journal.of_key(write.by.name, write.key)
    if known is None:
        return None
    if known.digest != entry.digest or known.state is not WriteState.DONE:
        raise AlreadyExists("That key was used for another write", key=write.key)
    ids = [one for one in known.ids if one is not None]
    rows = await tx.record_rows.get(write.table, ids)
    return Written(tuple(rows[one] for one in ids if one in rows), known.created)


def store(tx: RecordTx, draft: Draft, entry: JournalEntry) -> None:
    """Nothing may be read behind this."""
    changes = draft.changes()
    put(tx, draft, changes)
    at, by = entry.at, entry.write.by
    tx.record(*(Envelope(subject(one.table.id, one.id), at, by, event_of(one, entry.id)) for one in changes))
    tx.record_journal.save(entry)


def put(tx: RecordTx, draft: Draft, changes: Sequence[RowChange]) -> None:
    """The rows alone, with what they depend on."""
    for change in changes:
        if change.after is None:
            tx.record_rows.remove(change.table.id, change.last)
        else:
            tx.record_rows.put(change.table.id, change.after, change.before)
    for table, row in draft.held():
        tx.record_rows.hold(table, row)
    for numbered in draft.numbers():
        tx.record_rows.number(*numbered)
