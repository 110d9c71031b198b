"""Many random writes at the same time, and what must be true afterwards: links on both sides, and nothing computed of
what is not there any more."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from tests.contracts.records.formulas import Joining
from tests.contracts.records.office import ANN, Desk, Office, all_pages
from titus_core.kernel.errors import Invalid, NotFound, Unavailable
from titus_core.records.catalogue import Field, FieldType, Policy, Table
from titus_core.records.model import FieldId, Record, RecordId, TableId
from titus_core.records.plain import plain
from titus_core.records.ports import Delete, Query, Removal, Upsert

Rows = Mapping[TableId, Mapping[RecordId, Record]]


class Storm:
    """`count` writes, so many at a time. `refused` counts the errors that such a storm makes: a record that is gone, a
    link to one, too much at once."""

    def __init__(self, office: Office, seed: int) -> None:
        self._office = office
        self._random = random.Random(seed)  # noqa: S311 (cases, not secrets)
        self._people, self._homes, self._visits, self._stock = (
            Desk(office, word) for word in ("allPeople", "homes", "visits2025", "stock")
        )
        self._ids: dict[str, list[RecordId]] = {"people": [], "homes": [], "visits": []}
        self.refused: Counter[str] = Counter()

    async def blow(self, count: int, at_once: int) -> None:
        self._ids["homes"] = [one.id for one in await self._homes.create({"home": "a"}, {"home": "b"}, {"home": "c"})]
        self._ids["people"] = [one.id for one in await self._people.create({}, {}, {})]
        for start in range(0, count, at_once):
            await asyncio.gather(*(self._one() for _ in range(min(at_once, count - start))))

    async def _one(self) -> None:
        try:
            await self._random.choice(self._deeds())()
        except (NotFound, Invalid, Unavailable) as error:
            self.refused[error.code] += 1

    def _deeds(self) -> list[Callable[[], Awaitable[None]]]:
        return [
            self._make_person,
            self._make_visit,
            self._rename,
            self._move,
            self._befriend,
            self._readdress,
            self._fill_home,
            self._witness,
            self._delete,
            self._upsert,
        ]

    def _some(self, kind: str, most: int = 2) -> list[RecordId]:
        ids = self._ids[kind]
        return self._random.sample(ids, k=min(len(ids), self._random.randint(0, most)))

    def _any(self, kind: str) -> RecordId:
        return self._random.choice(self._ids[kind])

    def _word(self) -> str:
        return "".join(self._random.choices("abcdefgh", k=4))

    async def _make_person(self) -> None:
        made = await self._people.one(firstName=self._word(), home=self._some("homes"), twin=self._some("people"))
        self._ids["people"].append(made.id)

    async def _make_visit(self) -> None:
        made = await self._visits.one(person=self._some("people"), witness=self._some("people"))
        self._ids["visits"].append(made.id)

    async def _rename(self) -> None:
        await self._people.change(self._any("people"), firstName=self._word())

    async def _move(self) -> None:
        await self._people.change(self._any("people"), home=self._some("homes"))

    async def _befriend(self) -> None:
        await self._people.change(self._any("people"), friends=self._some("people"), lastName=self._word())

    async def _readdress(self) -> None:
        await self._homes.change(self._any("homes"), address=self._word())

    async def _fill_home(self) -> None:
        await self._homes.change(self._any("homes"), residents=self._some("people", 3))

    async def _witness(self) -> None:
        for visit in self._some("visits", 1):
            await self._visits.change(visit, witness=self._some("people"), hours=self._random.random())

    async def _delete(self) -> None:
        kind = self._random.choice(["people", "visits", "visits"])
        desk = self._people if kind == "people" else self._visits
        for one in self._some(kind, 1) if len(self._ids[kind]) > 3 else ():
            self._ids[kind].remove(one)
            await self._office.store.write(Delete(table=desk.table.id, by=ANN, items=(Removal(one),)))

    async def _upsert(self) -> None:
        cells = self._stock.cells(item=self._random.choice("xyz"), left=self._random.randint(0, 9))
        match_on = (self._stock.id("item"),)
        await self._office.store.write(Upsert(table=self._stock.table.id, by=ANN, items=(cells,), match_on=match_on))


async def damages(office: Office) -> list[str]:
    """What is not true of the records as they are; nothing if all is well."""
    rows = {table.id: await _rows_of(office, table) for table in office.catalogue.tables}
    found = [told for table in office.catalogue.tables for told in _of_table(table, rows)]
    items = Counter(
        plain(one.fields.get(Desk(office, "stock").id("item"))) for one in rows[Desk(office, "stock").table.id].values()
    )
    numbers = [
        one.fields[Desk(office, "allPeople").id("number")] for one in rows[Desk(office, "allPeople").table.id].values()
    ]
    found += [f"{item!r} is there {times} times" for item, times in items.items() if times > 1]
    return found + (["a number was given twice"] if len(set(numbers)) < len(numbers) else [])


async def _rows_of(office: Office, table: Table) -> dict[RecordId, Record]:
    return {one.id: one async for page in all_pages(office, Query(table=table.id)) for one in page}


def _of_table(table: Table, rows: Rows) -> list[str]:
    found = []
    for record in rows[table.id].values():
        for field in table.fields:
            found += _of_link(table, field, record, rows) if field.link is not None else []
            if field.computed is not None and field.computed.policy is Policy.RECOMPUTE:
                wanted, cell = _computed(field, record, rows), plain(record.fields.get(field.id))
                if wanted is not _UNKNOWN and wanted != cell:
                    found.append(f"{table.api}.{field.api} of {record.id} is {cell}, and should be {wanted}")
    return found


def _of_link(table: Table, field: Field, record: Record, rows: Rows) -> list[str]:
    assert field.link is not None
    found = []
    for one in _linked(record, field.id):
        far = rows[field.link.table].get(one)
        if far is None:
            found.append(f"{table.api}.{field.api} of {record.id} links to {one}, which is not there")
        elif field.link.inverse is not None and _linked(far, field.link.inverse).count(record.id) != 1:
            found.append(f"{table.api}.{field.api} of {record.id} links to {one}, which does not show it once")
    return found


_UNKNOWN: Any = object()


def _computed(field: Field, record: Record, rows: Rows) -> Any:
    """What the cell should hold; of numbers and times it is not known."""
    how = field.computed
    assert how is not None
    if field.type is FieldType.FORMULA:
        return Joining().value(how.formula or "", None, record, {})  # type: ignore[arg-type]
    if field.type not in {FieldType.COUNT, FieldType.LOOKUP} or how.via is None:
        return _UNKNOWN
    linked = _linked(record, how.via)
    if field.type is FieldType.COUNT:
        return len(linked)
    everyone = {one: row for table in rows.values() for one, row in table.items()}
    cells = [
        plain(everyone[one].fields.get(how.target)) for one in linked if one in everyone and how.target is not None
    ]
    spliced = [one for cell in cells for one in (cell if isinstance(cell, list) else [cell]) if one is not None]
    return spliced or None


def _linked(record: Record, field: FieldId) -> list[RecordId]:
    cell = record.fields.get(field)
    return [RecordId(one) for one in cell if isinstance(one, str)] if isinstance(cell, tuple) else []
