"""What accepting a value may need to know and to do."""

from __future__ import annotations

from typing import Protocol

from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.model import Field, Row, Table
from titus_adapters.sandbox.airtable.files import Attachment


class Intake(Protocol):
    """One write under way. What it makes beside the cell (an option, a linked record, an attachment) is kept only if
    all of the request is."""

    base: Base
    typecast: bool

    def add_choice(self, field: Field, name: str) -> None: ...
    def add_linked(self, table: Table, title: str) -> Row: ...
    def add_attachment(self, attachment: Attachment) -> bool: ...
    def exists(self, table: Table, record_id: str) -> bool: ...
