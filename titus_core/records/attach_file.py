"""Put a file into a cell, behind those that are there, in one unit of work: for every store that has such."""

from __future__ import annotations

from datetime import datetime

import msgspec

from titus_core.kernel.errors import NotFound
from titus_core.records.attaching import attachments_in, files_field
from titus_core.records.computing import compute
from titus_core.records.draft import Draft
from titus_core.records.journalling import digest_of
from titus_core.records.model import Attachment, Record
from titus_core.records.ports import JournalEntry, RecordTx, Update, Upload, WriteState
from titus_core.records.setting import Setting
from titus_core.records.storing import repeated, store
from titus_core.records.values import instant


class Attaching(msgspec.Struct, frozen=True, kw_only=True):
    """`entry` is the id of the journal's entry; the file's bytes are stored already, or (`file` None) still to come."""

    upload: Upload
    setting: Setting
    entry: str
    at: datetime
    file: Attachment | None = None


async def look_before_attaching(tx: RecordTx, wanted: Attaching) -> Record | None:
    """The record if the same was done before, so that its bytes need not come again. Raises what `attach_file` would,
    before anybody sends a gigabyte."""
    upload = wanted.upload
    files_field(wanted.setting.catalogue.table(upload.table), upload.field)
    before = await repeated(tx, _entry(wanted))
    if before is not None:
        return _first(before.records)
    rows = await tx.record_rows.get(upload.table, [upload.record])
    _first(tuple(rows.values()))
    return None


async def attach_file(tx: RecordTx, wanted: Attaching) -> Record:
    """Raises `NotFound` for a record that is not there, `Invalid` for a field that holds no files."""
    upload, setting = wanted.upload, wanted.setting
    table = setting.catalogue.table(upload.table)
    field = files_field(table, upload.field)
    entry = _entry(wanted)
    before = await repeated(tx, entry)
    if before is not None:
        return _first(before.records)
    draft = Draft(setting.catalogue, tx.record_rows, instant(wanted.at))
    await draft.load(table.id, [upload.record])
    row = draft.stored(table.id, upload.record)
    files = () if row is None else attachments_in(row.fields.get(field.id))
    if row is None or wanted.file is None:
        raise NotFound("There is no such record", id=upload.record)
    draft.set(table.id, upload.record, field.id, (*files, wanted.file), by_hand=True)
    await compute(draft, setting, upload.by, wanted.at)
    store(tx, draft, entry)
    return draft.settled(table.id, upload.record)


def _entry(wanted: Attaching) -> JournalEntry:
    upload = wanted.upload
    return JournalEntry(
        id=wanted.entry,
        at=wanted.at,
        write=Update(table=upload.table, by=upload.by, key=upload.key, items=()),
        digest=digest_of(upload),
        state=WriteState.DONE,
        ids=(upload.record,),
    )


def _first(records: tuple[Record, ...]) -> Record:
    if not records:
        raise NotFound("There is no such record")
    return records[0]
