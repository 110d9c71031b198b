"""Addresses at which the files of records open, for an hour, for whoever has them."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from titus_core.kernel.clock import Clock
from titus_core.records.model import RecordId, TableId
from titus_http.security.links import LinkSigner

GOOD_FOR = timedelta(hours=1)
_PURPOSE = "record-file"


class RecordFile(msgspec.Struct, frozen=True):
    """Which file of which record."""

    table: TableId
    record: RecordId
    attachment: str


class FileLinks(msgspec.Struct, frozen=True):
    """`base_url` is our address without a slash at its end."""

    signer: LinkSigner
    base_url: str
    clock: Clock

    def link(self, table: TableId, record: RecordId, attachment: str) -> str:
        until = self.clock.now() + GOOD_FOR
        token = self.signer.sign(_PURPOSE, f"{table}/{record}/{attachment}", until)
        return f"{self.base_url}/api/record-files/{token}"

    def opened(self, token: str, now: datetime) -> RecordFile | None:
        """What the link was signed for; None if it is none of ours, or too old."""
        subject = self.signer.subject_of(_PURPOSE, token, now)
        if subject is None:
            return None
        table, record, attachment = subject.split("/")
        return RecordFile(TableId(table), RecordId(record), attachment)
