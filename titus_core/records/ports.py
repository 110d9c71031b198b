"""What Titus needs of a store of records."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

import msgspec

from titus_core.kernel.actor import Actor
from titus_core.kernel.unit_of_work import Records
from titus_core.records.catalogue import Catalogue, Table
from titus_core.records.model import FieldId, Fields, Record, RecordId, TableId, Value
from titus_core.records.predicates import Predicate
from titus_core.records.sorting import Place, Sort

MOST_AT_ONCE = 100
"""Records of one write, and of one page."""


class RecordPromises(msgspec.Struct, frozen=True, kw_only=True):
    """Each is kept, or declared absent; the contract suite asserts which. (`RecordStore` says what all stores keep.)

    - `atomic_batch`: a write is stored whole or not at all; otherwise it may end in `PartlyCommitted`.
    - `conditional_update`: of two concurrent changes of one version, one is told; otherwise versions are compared just
      before, and a change in between is overwritten.
    - `unique_keys`: two concurrent upserts of one key make one record.
    - `read_your_writes`: what one write stored, the next read sees.
    """

    atomic_batch: bool
    conditional_update: bool
    unique_keys: bool
    read_your_writes: bool


# --- reading --------------------------------------------------------------------------------------------------------


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a table. `where` must have been `checked`. `fields` None: all; those named are all that records hold.
    `after`: behind this place, for the same table, question and order. `limit` is 1 to `MOST_AT_ONCE`. `hurry`: a
    person waits; False lets those go first who do."""

    table: TableId
    where: Predicate | None = None
    sort: tuple[Sort, ...] = ()
    fields: frozenset[FieldId] | None = None
    limit: int = MOST_AT_ONCE
    after: Place | None = None
    hurry: bool = True


class RecordPage(msgspec.Struct, frozen=True):
    """`next`: where the following page begins; None on the last one. `as_of`: when the store said so, where that is not
    now (a cache)."""

    records: tuple[Record, ...]
    next: Place | None = None
    as_of: datetime | None = None


class Touched(msgspec.Struct, frozen=True):
    """A record that was changed or is `gone`; what it is now is to be read."""

    table: TableId
    id: RecordId
    gone: bool = False


class Changes(msgspec.Struct, frozen=True):
    """What was touched behind a token, each record once or more. `next` is the token to go on with; `more`: at once."""

    touched: tuple[Touched, ...]
    next: str
    more: bool = False


# --- writing --------------------------------------------------------------------------------------------------------


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """`fields` hold canonical cells (`values.written`), None clears one. `replace`: what they do not name is cleared
    too, computed fields apart. `version` None: whatever it is now."""

    id: RecordId
    fields: Mapping[FieldId, Value]
    version: str | None = None
    replace: bool = False


class Removal(msgspec.Struct, frozen=True):
    id: RecordId
    version: str | None = None


class _Write(msgspec.Struct, frozen=True, kw_only=True):
    """`key` (of `by`): the same write again with the same key does nothing and tells what it made the first time."""

    table: TableId
    by: Actor
    key: str | None = None


class Create(_Write, frozen=True, kw_only=True, tag=True):
    items: tuple[Fields, ...]


class Update(_Write, frozen=True, kw_only=True, tag=True):
    items: tuple[Change, ...]


class Upsert(_Write, frozen=True, kw_only=True, tag=True):
    """Of each item, the record whose `match_on` fields (one to three, not computed, of text, numbers, dates or single
    choices) are the same is changed; where none is, one is created; where several are, the whole write is refused with
    `Invalid`. Each item must fill all of these fields, and no two items the same."""

    match_on: tuple[FieldId, ...]
    items: tuple[Fields, ...]


class Delete(_Write, frozen=True, kw_only=True, tag=True):
    items: tuple[Removal, ...]


Write: TypeAlias = Create | Update | Upsert | Delete


class Written(msgspec.Struct, frozen=True):
    """The records as they are stored now, in the order of the write's items; none for a delete. `created`: those that
    were not there before."""

    records: tuple[Record, ...]
    created: frozenset[RecordId] = frozenset()


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file to be put into a cell, behind those that are there. `filename` is shown to people, and is no path."""

    table: TableId
    record: RecordId
    field: FieldId
    filename: str
    type: str
    by: Actor
    key: str | None = None


class RecordStore(Protocol):
    """The records of all tables of one catalogue, whichever system they lie in. An implementer MUST:

    - tell records in the form of `model.Record`: cells as `values.read` makes them, nothing empty, checkboxes always;
    - answer exactly the records of which `evaluating.holds` is true, in exactly the order of `sorting.compared`;
    - answer a page that is whole or raise: `Unavailable` when the system cannot be asked or says nothing in time, never
      an empty page instead;
    - refuse a write with `UnknownField`, `Invalid` (a link to a record that is not there, an option that is none),
      `NotFound` (a change of a record that is not there) or `Stale` (another version), having stored nothing of it;
      `data["item"]` of the error is the place of the item that it is about;
    - refuse a key that was used for another write with `AlreadyExists`;
    - leave a record as it is, version included, when a change changes nothing;
    - keep both sides of a link alike;
    - journal each write where its intent survives a crash: who, what, and what was there before; then the event, with
      what is there now;
    - number new records with ids of the shape of `rec` and 14 letters or digits.
    """

    @property
    def promises(self) -> RecordPromises: ...

    async def get(self, table: TableId, ids: Sequence[RecordId]) -> tuple[Record, ...]:
        """Those of these (`MOST_AT_ONCE` at most) that the table has, in the order asked for. A record of another table
        is none of this one's. Raises `UnknownTable`."""
        ...

    async def query(self, query: Query) -> RecordPage:
        """Raises `UnknownTable`, `UnknownField`, and `Invalid` for a limit that is none (`asking.check_query`)."""
        ...

    async def write(self, write: Write) -> Written:
        """`MOST_AT_ONCE` items at most, and at least one. Of a repetition (`key`) the records as they are now; those
        that are gone since are left out."""
        ...

    async def attach(self, upload: Upload, content: AsyncIterator[bytes]) -> Record:
        """The record with the file in its cell. Raises `NotFound` for records that are not there, `Invalid` for fields
        that hold no files."""
        ...

    def content(self, table: TableId, record: RecordId, attachment: str) -> AsyncIterator[bytes]:
        """The bytes of a file in a cell of the record. Raises `NotFound` at the first piece if it holds none of that
        id."""
        ...

    async def changes(self, since: str | None) -> Changes:
        """What was touched since then, oldest first; `since` None: nothing, but the token of now. Raises `Invalid` for
        tokens too old to go on with: then everything has to be read again."""
        ...


# --- inside a unit of work, for stores that have such -----------------------------------------------------------------


class RecordRows(Protocol):
    """The rows of the tables, in one unit of work. Rows are `Record`s with all their cells, computed ones included, in
    the form that `values.read` makes. A row's version is a whole number as text; whoever puts a row has it grown by one
    already (a new one's is `1`). Both sides of a link are cells like others: whoever puts one side puts the other."""

    async def get(self, table: TableId, ids: Collection[RecordId]) -> Mapping[RecordId, Record]:
        """Those that are there."""
        ...

    async def matching(self, table: TableId, wanted: Sequence[Fields], limit: int) -> tuple[tuple[Record, ...], ...]:
        """Of each of these, the first rows by id whose cells are equal to all of its: texts, numbers, dates and single
        choices, none of them empty; all name the same fields. One question to the store, however many there are."""
        ...

    async def linking(self, table: TableId, field: FieldId, ids: Collection[RecordId]) -> tuple[RecordId, ...]:
        """The rows of `table` whose cell of this field links to any of these, each once; asked of fields without an
        inverse."""
        ...

    async def last_number(self, table: TableId, field: FieldId) -> int:
        """The last number given out for this field; 0: none was. MAY make concurrent units of work wait for the end of
        this one, which then do not end in `Conflict`. Besides automatic numbers, upserts that make records count by it
        on a field that they match, and links that the other side does not show on the link field."""
        ...

    def put(self, table: TableId, row: Record, before: Record | None) -> None:
        """Store the row in place of `before` (None: it is new), with its own version. MUST end in `Conflict` at commit
        if the stored version is not that of `before`, or (for a new one) if the id exists already. Several puts and
        removals of one unit of work may link to one another, in any order."""
        ...

    def remove(self, table: TableId, row: Record) -> None:
        """MUST end in `Conflict` at commit unless it is stored with this version."""
        ...

    def hold(self, table: TableId, row: Record) -> None:
        """MUST end in `Conflict` at commit unless it is stored with this version: it was only read, but what is written
        depends on it."""
        ...

    def number(self, table: TableId, field: FieldId, before: int, now: int) -> None:
        """Numbers up to `now` are given out; where it is `before` (which is then not 0), none is. MUST end in
        `Conflict` at commit if `before` is not the last one."""
        ...


class WriteState(StrEnum):
    """`OPEN`: begun, and its end is not known: a crash, or it is under way."""

    OPEN = "open"
    DONE = "done"
    PARTLY = "partly"
    FAILED = "failed"


class JournalEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One write: what was wanted, what was there before (`before`, for changes and deletions), what became of it. `ids`
    are the records that it made or changed, by the place of the item; None where it did not come to that. `digest`
    tells a repetition from another write under the same key. An entry that is stored together with its end (`DONE`, in
    the commit of the rows) has no items in `write` and nothing in `before`: the trail tells both. `journalling` has its
    form in JSON."""

    id: str
    at: datetime
    write: Write
    digest: str = ""
    before: tuple[Record, ...] = ()
    state: WriteState = WriteState.OPEN
    ids: tuple[RecordId | None, ...] = ()
    created: frozenset[RecordId] = frozenset()
    reason: str = ""
    version: int = 0


class RecordJournal(Protocol):
    """The writes, one row each."""

    async def get(self, entry_id: str) -> JournalEntry | None: ...

    async def of_key(self, by: str, key: str) -> JournalEntry | None:
        """The write of this actor (by name) under this idempotency key."""
        ...

    def save(self, entry: JournalEntry) -> None:
        """Store it as version `entry.version + 1`. MUST end in `Conflict` at commit if the stored version is not
        `entry.version`, or (for version 0) if the id, or the actor's key, exists already."""
        ...


class JournalTx(Records, Protocol):
    """What a store without transactions needs of the operational one."""

    @property
    def record_journal(self) -> RecordJournal: ...


class RecordTx(JournalTx, Protocol):
    """What `write_rows` needs in one unit of work."""

    @property
    def record_rows(self) -> RecordRows: ...


class RecordReader(Protocol):
    """The read side of rows, outside units of work. Tables and fields are those of the catalogue; questions were looked
    at (`asking.check_query`)."""

    async def records(self, table: TableId, ids: Sequence[RecordId]) -> tuple[Record, ...]:
        """Those that are there, in the order asked for, each as often."""
        ...

    async def record_page(self, query: Query) -> RecordPage:
        """As `RecordStore.query`. `next` is None exactly when nothing comes behind."""
        ...

    async def touched(self, since: str | None, limit: int) -> Changes:
        """What the trail tells of records behind this token (of its making), the `limit` oldest ones; None: nothing,
        and the token of now. A commit that was not seen yet MUST NOT be passed over. Raises `Invalid` for a token that
        it cannot read."""
        ...

    async def open_writes(self, before: datetime, limit: int) -> tuple[JournalEntry, ...]:
        """Writes that were begun before then and did not end, and behind them those that ended partly; of each the
        oldest first."""
        ...


class Catalogues(Protocol):
    """Where the catalogue is kept. Process-wide: it is read at start and when it was changed."""

    async def catalogue(self) -> Catalogue | None: ...


# --- what is computed of cells ----------------------------------------------------------------------------------------


class Formulas(Protocol):
    """Computes formulas, purely: the same of the same cells, whenever it is asked. Formulas name fields by id
    (`{fld…}`)."""

    def computes(self, formula: str) -> bool:
        """Whether it can. False for formulas that it cannot read, and for those that ask what time it is now: what is
        stored of them would soon be wrong."""
        ...

    def reads(self, formula: str) -> frozenset[FieldId]:
        """The fields that it looks at."""
        ...

    def value(self, formula: str, table: Table, record: Record, linked: Mapping[FieldId, tuple[Value, ...]]) -> object:
        """What comes out, as JSON that `values.read` takes: `{"error": "#ERROR!"}` where the computation fails. Of each
        link field that it looks at, `linked` has the cells that name the linked records, in order."""
        ...
