"""Random cells, questions and orders, and what `evaluating` and `sorting` say of them: whatever a store answers must be
equal. The same seed gives the same cases, on every store."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from tests.contracts.records.base import BRISBANE
from tests.contracts.records.office import Office, all_pages, rec
from titus_core.records.catalogue import Catalogue, Field, FieldType, Kind, Policy, Table
from titus_core.records.checking import checked
from titus_core.records.evaluating import sieve
from titus_core.records.model import Attachment, FieldId, Record, RecordId, TableId, Value
from titus_core.records.ports import Query
from titus_core.records.predicates import (
    And,
    Between,
    Contains,
    CreatedSince,
    Empty,
    Eq,
    Ge,
    Gt,
    HasLink,
    HasOption,
    IdIn,
    In,
    Le,
    Lt,
    ModifiedSince,
    Ne,
    Not,
    Or,
    Predicate,
    StartsWith,
)
from titus_core.records.sorting import SORTABLE, Sort, ordered
from titus_core.records.values import read

LETTERS = [
    *"aAbBzZ  0129",
    *"éÉñÑåÅ",  # composed
    "e\u0301",  # the same accent, as a letter of its own
    *"İıßẞKkſsµΣσςǅǆ",  # letters whose cases are no pairs of one and one
    *"🦘👩‍👧😀𝔸𐐀𐐨",  # beyond the basic plane, and a pair of cases there
    *"'\"\\%_*?[]{}(),;:|&$#@!~^<>=-+/.",
    *"\n\r\t\x01\x1f\x7f\u0085\u2028\ufeff\u00a0",
]
NUMBERS = [
    *(0, -0.0, 1, -1, 2, 10, 100, 0.1, 0.2, 0.1 + 0.2, 0.3, 1 / 3, 1.005, -1.005, 12345.67, 0.12345678),
    *(2**31, 2**53, 2**53 - 1, -(2**53), 2**53 + 2, 1e15 + 0.3, 1e21, 1e22, -1e22, 1e300, 5e-324, 1.5e-7),
]
DATES = ["2026-02-28", "2026-03-01", "2024-02-29", "1999-12-31", "1000-01-01", "0001-01-01", "9999-12-31", "2026-11-30"]
INSTANTS = [
    *("2026-11-30T13:59:59.999Z", "2026-11-30T14:00:00.000Z", "2026-11-30T14:00:00.001Z", "2026-11-29T14:00:00.000Z"),
    *("1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00.000Z", "2026-04-04T16:00:00.000Z", "1900-01-01T00:00:00.000Z"),
    *("2026-10-03T16:00:00.000Z", "9998-12-31T00:00:00.000Z", "2026-01-05T01:02:03.004Z"),
]
MISFITS: dict[Kind, list[Any]] = {
    Kind.TEXT: [{"error": "#ERROR!"}, 12.5, ["a", "b"]],
    Kind.NUMBER: [{"specialValue": "NaN"}, {"specialValue": "Infinity"}, "12", [1, 2], True],
    Kind.DATE: ["999-01-01", "10000-01-01", "2026-02-30", 20260228],
    Kind.INSTANT: ["2026-02-26T01:02:03", "10000-01-01T00:00:00.000Z", {"error": "#ERROR!"}],
    Kind.LIST: [{"error": "#ERROR!"}],
}
"""By kind, what a store may tell and does not fit."""


ALICE = {"id": "usrAliceSupport00", "email": "alice@example.org.au", "name": "Alice Support"}
"""Whom the store knows: a client names people by id, and what they are called is the store's to tell."""

Row = tuple[TableId, RecordId]


class Cases:
    """Records of one table, with the bare records that they link to, and questions about them. `strict`: no cell that
    the store could not have been given by a client."""

    def __init__(self, catalogue: Catalogue, table: Table, seed: int, *, strict: bool = False) -> None:
        self._random = random.Random(seed)  # noqa: S311 (cases, not secrets)
        self._catalogue = catalogue
        self._strict = strict
        self.table = table
        self._fields = [field for field in table.fields if _is_held(field)]
        self._asked = [field for field in self._fields if field.kind not in {Kind.OBJECT, Kind.ATTACHMENTS}]
        self._sortable = [field for field in self._fields if field.kind in SORTABLE]
        self._ids: list[RecordId] = []
        self._cells: dict[FieldId, list[Value]] = {}

    # --- data -------------------------------------------------------------------------------------------------------

    def records(self, count: int) -> dict[TableId, tuple[Record, ...]]:
        """All that is to be planted, by table."""
        ids = {table.id: [rec(f"{table.api[:3]}{number}") for number in range(5)] for table in self._linked()}
        ids[self.table.id] = [self._record_id() for _ in range(count)]
        cells: dict[Row, dict[FieldId, Value]] = {(table, one): {} for table, ones in ids.items() for one in ones}
        for one in ids[self.table.id]:
            cells[self.table.id, one] = {field.id: self._cell(field) for field in self._fields if field.link is None}
        self._link(ids, cells)
        return {
            table: tuple(self._record(table, one, cells[table, one]) for one in ones) for table, ones in ids.items()
        }

    def know(self, records: Sequence[Record]) -> None:
        """Questions are about these from now on."""
        self._ids = [record.id for record in records]
        for field in self._fields:
            cells = (record.fields.get(field.id) for record in records)
            self._cells[field.id] = [one for cell in cells for one in (cell if isinstance(cell, tuple) else (cell,))]

    def _linked(self) -> list[Table]:
        far = {field.link.table for field in self.table.fields if field.link is not None} - {self.table.id}
        return [self._catalogue.table(table) for table in sorted(far)]

    def _record_id(self) -> RecordId:
        letters = "09AZaz"
        return RecordId("rec" + "".join(self._random.choices(letters, k=14)))

    def _record(self, table: TableId, record_id: RecordId, cells: dict[FieldId, Value]) -> Record:
        made = self._random.choice(INSTANTS)
        checkboxes: dict[FieldId, Value] = {
            one.id: False for one in self._catalogue.table(table).fields if _is_checkbox(one)
        }
        held = {field: cell for field, cell in cells.items() if cell is not None}
        return Record(
            id=record_id,
            created_time=made,
            fields=checkboxes | held,
            version="1",
            modified_time=max(made, self._random.choice(INSTANTS)),
        )

    def _link(self, ids: dict[TableId, list[RecordId]], cells: dict[Row, dict[FieldId, Value]]) -> None:
        """Both sides of each pair of fields."""
        done: set[FieldId] = set()
        for field, link in ((field, field.link) for field in self.table.fields if field.link is not None):
            if field.id in done:
                continue
            done |= {link.inverse or field.id}
            for one in ids[self.table.id]:
                far = self._random.sample(ids[link.table], k=self._random.choice([0, 0, 1, 1, 2, 3]))
                cells[self.table.id, one][field.id] = tuple(far) or None
                for there in far if link.inverse is not None else ():
                    _append(cells[link.table, there], link.inverse or field.id, one)

    def _cell(self, field: Field) -> Value:
        chance = self._random.random()
        if chance < 0.25:
            return read(field, None)
        if chance < 0.3 and not self._strict and field.kind in MISFITS:
            return read(field, self._random.choice(MISFITS[field.kind]))
        return read(field, self._told(field))

    def _told(self, field: Field) -> Any:
        """What a store might tell of a cell that is not empty."""
        match field.kind:
            case Kind.SELECT | Kind.SELECTS:
                names = [option.name for option in field.options] + ([] if self._strict else ["A name of before"])
                some = self._random.sample(names, k=self._random.randint(1, min(3, len(names))))
                return some if field.kind is Kind.SELECTS else some[0]
            case Kind.ATTACHMENTS:
                return [self._attachment() for _ in range(self._random.randint(1, 2))]
            case Kind.LIST:
                return [self._scalar(self._random.choice([Kind.TEXT, Kind.NUMBER, Kind.DATE])) for _ in range(3)]
            case Kind.OBJECT:
                if self._strict and field.type in {FieldType.PERSON, FieldType.PEOPLE}:
                    return [ALICE] if field.type is FieldType.PEOPLE else ALICE
                one = {"id": "usrAliceSupport00", "name": self._text(), "text": self._text(), "state": None}
                return [one, {"id": "usr"}] if field.type is FieldType.PEOPLE else one
            case _:
                return self._scalar(field.kind)

    def _attachment(self) -> Attachment:
        letters = "".join(self._random.choices("09AZaz", k=14))
        return Attachment(id=f"att{letters}", filename=self._text(), size=self._random.choice([None, 0, 2**40]))

    def _scalar(self, kind: Kind) -> Any:
        match kind:
            case Kind.NUMBER:
                return self._random.choice([*NUMBERS, self._random.randint(-3, 3), self._random.randint(0, 9999) / 100])
            case Kind.CHECKBOX:
                return self._random.random() < 0.5
            case Kind.DATE:
                return self._random.choice(DATES)
            case Kind.INSTANT:
                return self._random.choice(INSTANTS)
            case _:
                return self._text()

    def _text(self) -> str:
        return "".join(self._random.choices(LETTERS, k=self._random.choice([1, 1, 2, 3, 5, 12])))

    # --- questions --------------------------------------------------------------------------------------------------

    def query(self) -> Query:
        """A sound one."""
        where = self._predicate(3) if self._random.random() < 0.95 else None
        sorts = self._random.sample(self._sortable, k=self._random.choice([0, 1, 1, 2, 3]))
        shown = self._random.sample(self._fields, k=self._random.randint(0, 5))
        return Query(
            table=self.table.id,
            where=None if where is None else checked(self.table, where, BRISBANE),
            sort=tuple(Sort(field.id, descending=self._random.random() < 0.5) for field in sorts),
            fields=frozenset(field.id for field in shown) if self._random.random() < 0.3 else None,
            limit=self._random.choices([100, 7, 2], weights=[8, 1, 1])[0],
        )

    def _predicate(self, deep: int) -> Predicate:
        chance = self._random.random() if deep else 1.0
        if chance < 0.15:
            return Not(of=self._predicate(deep - 1))
        if chance < 0.4:
            of = tuple(self._predicate(deep - 1) for _ in range(self._random.choice([0, 1, 2, 2, 3])))
            return And(of=of) if self._random.random() < 0.5 else Or(of=of)
        return (
            self._about_record() if self._random.random() < 0.1 else self._about_cell(self._random.choice(self._fields))
        )

    def _about_record(self) -> Predicate:
        at = self._random.choice(INSTANTS)
        ids = tuple(self._random.sample(self._ids, k=min(3, len(self._ids))))
        about: list[Predicate] = [IdIn(ids=ids), IdIn(ids=()), ModifiedSince(at=at), CreatedSince(at=at)]
        return self._random.choice(about)

    def _about_cell(self, field: Field) -> Predicate:
        name = field.id
        asked: list[Callable[[], Predicate]] = [lambda: Empty(field=name)]
        if field.kind in {Kind.TEXT, Kind.NUMBER, Kind.CHECKBOX, Kind.DATE, Kind.INSTANT, Kind.SELECT, Kind.LIST}:
            asked += [
                lambda: Eq(field=name, value=self._value(field)),
                lambda: Ne(field=name, value=self._value(field)),
                lambda: In(field=name, values=tuple(self._value(field) for _ in range(self._random.randint(0, 3)))),
            ]
        if field.kind in {Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.INSTANT}:
            asked += [
                lambda: Lt(field=name, value=self._value(field)),
                lambda: Le(field=name, value=self._value(field)),
                lambda: Gt(field=name, value=self._value(field)),
                lambda: Ge(field=name, value=self._value(field)),
                lambda: Between(field=name, low=self._value(field), high=self._value(field)),
            ]
        if field.kind in {Kind.TEXT, Kind.SELECT, Kind.LIST}:
            asked += [
                lambda: Contains(field=name, text=self._part(field)),
                lambda: StartsWith(field=name, text=self._part(field, start=True)),
            ] * 2
        if field.kind in {Kind.SELECT, Kind.SELECTS, Kind.LIST}:
            asked += [
                lambda: HasOption(field=name, options=self._options(field), match=self._random.choice(["any", "all"]))
            ] * 3
        if field.kind is Kind.LINKS:
            asked += [lambda: HasLink(field=name, ids=self._links(field))] * 3
        return self._random.choice(asked)()

    def _value(self, field: Field) -> Any:
        """Often one that a cell has; of instants sometimes a day, of numbers the next one there is."""
        if field.kind is Kind.SELECT:
            return self._random.choice(field.options).name
        if field.kind is Kind.INSTANT and self._random.random() < 0.2:
            return self._random.choice(["2026-11-30", "2026-12-01", "2026-04-05", "1970-01-01"])
        held = [cell for cell in self._cells[field.id] if _fits(field.kind, cell)]
        if held and self._random.random() < 0.7:
            return self._random.choice(held)
        return self._scalar(self._random.choice([Kind.TEXT, Kind.NUMBER]) if field.kind is Kind.LIST else field.kind)

    def _part(self, field: Field, *, start: bool = False) -> str:
        """A piece of a text that a cell has, in any case."""
        held = [cell for cell in self._cells[field.id] if isinstance(cell, str)]
        text = self._random.choice(held) if held and self._random.random() < 0.8 else self._text()
        begin = 0 if start else self._random.randint(0, len(text))
        part = text[begin : begin + self._random.randint(0, 4)]
        return self._random.choice([part, part.lower(), part.upper(), part.swapcase()])

    def _options(self, field: Field) -> tuple[str, ...]:
        names = [option.name for option in field.options] or [self._text(), self._part(field)]
        return tuple(self._random.sample(names, k=self._random.randint(0, min(3, len(names)))))

    def _links(self, field: Field) -> tuple[RecordId, ...]:
        held = sorted({RecordId(cell) for cell in self._cells[field.id] if isinstance(cell, str)})
        return (*self._random.sample(held, k=min(len(held), self._random.randint(0, 2))), rec("Nobody"))


def _append(cells: dict[FieldId, Value], field: FieldId, one: RecordId) -> None:
    seen = cells.get(field)
    cells[field] = (*(seen if isinstance(seen, tuple) else ()), one)


def expected(table: Table, records: Iterable[Record], query: Query) -> list[Record]:
    """What `query` asks for, by the only definition there is."""
    found = ordered(table, query.sort, records if query.where is None else filter(sieve(query.where), records))
    return [_selected(record, query.fields) for record in found]


async def difference(office: Office, table: Table, records: Sequence[Record], query: Query) -> str | None:
    """What the store, asked page for page, says otherwise; None: nothing."""
    wanted, asked = expected(table, records, query), query
    got: list[Record] = []
    while True:
        page = await office.store.query(asked)
        got += page.records
        behind = len(wanted) - len(got)
        if (page.next is None) != (behind <= 0) or len(page.records) != min(query.limit, len(page.records) + behind):
            return f"{query}: a page of {len(page.records)}, {behind} to come, next {page.next}"
        if page.next is None:
            break
        asked = replace(query, after=page.next)
    if got == wanted:
        return None
    return f"{query}:\n  wanted {_told(wanted, got)}\n  got    {_told(got, wanted)}"


async def differences(office: Office, count: int, seed: int, *, rows: int = 20, each: int = 400) -> list[str]:
    """Of so many cases: tables of so many rows, with so many questions to each."""
    found: list[str] = []
    table = office.catalogue.named("allPeople")
    for place in range(0, count, each):
        cases = Cases(office.catalogue, table, seed + place, strict=office.rows is None)
        found += await _of_one_table(office, cases, rows, min(each, count - place))
    return found


async def _of_one_table(office: Office, cases: Cases, rows: int, each: int) -> list[str]:
    await office.clear()
    planted = cases.records(rows)
    await office.plant(planted)
    stored = [record async for page in all_pages(office, Query(table=cases.table.id)) for record in page]
    found = _changed(cases, planted[cases.table.id], stored, everything=office.rows is not None)
    cases.know(stored)
    for _ in range(each):
        told = await difference(office, cases.table, stored, cases.query())
        found += [told] if told is not None else []
    return found


def _changed(cases: Cases, planted: Sequence[Record], stored: Sequence[Record], *, everything: bool) -> list[str]:
    """Records that the store does not tell as it was given them. (A version is its own affair.)"""
    fields = None if everything else frozenset(one.id for one in cases.table.fields if one.computed is None)
    was = {one.id: _selected(replace(one, version=""), fields) for one in planted}
    now = {one.id: _selected(replace(one, version=""), fields) for one in stored}
    if not everything:
        was, now = (
            {key: replace(one, created_time="", modified_time=None) for key, one in those.items()}
            for those in (was, now)
        )
    return [
        f"planted {was.get(one)}\n  stored {now.get(one)}" for one in {**was, **now} if was.get(one) != now.get(one)
    ]


def _told(ones: Sequence[Record], others: Sequence[Record]) -> str:
    return ", ".join(one.id if one in others else repr(one) for one in ones)


def _selected(record: Record, fields: frozenset[FieldId] | None) -> Record:
    if fields is None:
        return record
    return replace(record, fields={field: cell for field, cell in record.fields.items() if field in fields})


def _is_held(field: Field) -> bool:
    return field.computed is None or field.computed.policy is not Policy.DROP


def _is_checkbox(field: Field) -> bool:
    return field.kind is Kind.CHECKBOX and _is_held(field)


def _fits(kind: Kind, cell: Value) -> bool:
    match kind:
        case Kind.NUMBER:
            return isinstance(cell, int | float) and not isinstance(cell, bool)
        case Kind.CHECKBOX:
            return isinstance(cell, bool)
        case Kind.LIST:
            return isinstance(cell, str | int | float)
        case _:
            return isinstance(cell, str)
