"""Fills a base from its schema: every field by its type, and by its name where a name says more."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.commit import commit
from titus_adapters.sandbox.airtable.base.model import Field, Row, Table
from titus_adapters.sandbox.airtable.base.plan import Plan
from titus_adapters.sandbox.airtable.files import Attachment
from titus_adapters.sandbox.airtable.handle import BaseHandle
from titus_adapters.sandbox.airtable.sample import people
from titus_adapters.sandbox.airtable.sandbox import AirtableSandbox
from titus_adapters.sandbox.airtable.times import moment, stamp

BASE_ID = "appTitusSandbox00"
SCHEMA = Path(__file__).parent / "schema.json"
ROWS = 24
"""Records of each table."""

OWNER = "usrAliceSupport00"
_DAY = 86_400.0


def add_sample_base(sandbox: AirtableSandbox, rows: int = ROWS, seed: int = 0, *, id: str = BASE_ID) -> BaseHandle:
    """The sample, as a base of the sandbox."""
    schema = msgspec.json.decode(SCHEMA.read_bytes())
    handle = sandbox.base(schema, id=id, name="Sample provider")
    fill(handle.base, rows, seed)
    return handle


def fill(base: Base, rows: int = ROWS, seed: int = 0) -> None:
    """So many records in every table, the same for the same schema and seed: first all their cells, then links."""
    filler = _Filler(base, seed)
    plan = Plan(base, OWNER, "client")
    made = {table.id: [filler.record(plan, table, number) for number in range(rows)] for table in base.tables}
    for table in base.tables:
        for row in made[table.id]:
            filler.link(plan, table, row, made)
    commit(plan)


class _Filler:
    def __init__(self, base: Base, seed: int) -> None:
        self._base = base
        self._random = random.Random(seed)  # noqa: S311 - the same sample every time

    def record(self, plan: Plan, table: Table, number: int) -> Row:
        row = plan.make(table)
        row.created_at -= self._random.randrange(1, 200) * _DAY
        for field in table.fields.values():
            is_primary = field.id == table.primary_field_id
            if field.type in self._makers and (is_primary or self._random.random() < 0.85):
                plan.put(table, row, field, self._makers[field.type](self, plan, field, number))
        return row

    def link(self, plan: Plan, table: Table, row: Row, made: dict[str, list[Row]]) -> None:
        """From the side that names one record, in most records."""
        for field in table.fields.values():
            if field.type != "multipleRecordLinks" or not field.option("prefersSingleRecordLink"):
                continue
            others = made[field.option("linkedTableId")]
            if plan.cell(row, field.id) is None and self._random.random() < 0.8:
                plan.put(table, row, field, [self._random.choice(others).id])

    def _text(self, _: Plan, field: Field, number: int) -> str:
        name = field.name.lower()
        for word, make in _WORDS.items():
            if word in name:
                return make(self._random, number)
        return f"{field.name} {number + 1}"

    def _long_text(self, _: Plan, __: Field, ___: int) -> str:
        return " ".join(self._random.sample(people.SENTENCES, 2))

    def _email(self, _: Plan, __: Field, number: int) -> str:
        return f"{people.FIRST_NAMES[number % len(people.FIRST_NAMES)].lower()}{number}@example.org.au"

    def _phone(self, _: Plan, __: Field, number: int) -> str:
        return people.MOBILES[number % len(people.MOBILES)]

    def _url(self, _: Plan, field: Field, number: int) -> str:
        return f"https://example.org.au/{field.name.lower().replace(' ', '-')}/{number + 1}"

    def _number(self, _: Plan, field: Field, __: int) -> float:
        digits = field.option("precision") or 0
        return round(self._random.uniform(1, 40), digits) if digits else self._random.randrange(1, 20)

    def _money(self, _: Plan, __: Field, ___: int) -> float:
        return self._random.randrange(1_000, 5_000_000) / 100

    def _share(self, _: Plan, __: Field, ___: int) -> float:
        return self._random.randrange(50, 101) / 100

    def _seconds(self, _: Plan, __: Field, ___: int) -> int:
        return self._random.randrange(1, 120) * 60

    def _checked(self, _: Plan, __: Field, ___: int) -> bool | None:
        return True if self._random.random() < 0.4 else None

    def _one(self, _: Plan, field: Field, __: int) -> str | None:
        names = [choice["name"] for choice in field.choices]
        return str(self._random.choice(names)) if names else None

    def _some(self, _: Plan, field: Field, __: int) -> list[str] | None:
        names = [choice["name"] for choice in field.choices]
        return self._random.sample(names, self._random.randint(1, min(3, len(names)))) if names else None

    def _day(self, _: Plan, field: Field, __: int) -> str:
        """Births long ago; what ends or is due ahead; all else in the last months."""
        name = field.name.lower()
        if "birth" in name:
            return f"{self._random.randrange(1950, 2008)}-{self._random.randrange(1, 13):02d}-15"
        ahead = any(word in name for word in ("expiry", "end", "due", "review"))
        days = self._random.randrange(1, 300) * (1 if ahead else -1)
        return moment(self._base.house.now() + days * _DAY).date().isoformat()

    def _moment(self, _: Plan, field: Field, number: int) -> str:
        """A start and its end are hours apart."""
        hours = (number * 7 % 200) * 24 + (6 if "end" in field.name.lower() else 12)
        return stamp((self._base.house.now() // 900 * 900) - hours * 3600)

    def _file(self, plan: Plan, field: Field, number: int) -> list[str] | None:
        if self._random.random() < 0.7:
            return None
        content = f"{field.name} {number + 1} of the sample\n".encode()
        name = f"{field.name.lower().replace(' ', '-')}-{number + 1}.txt"
        attachment = Attachment(
            id=self._base.house.ids.new("att"), filename=name, type="text/plain", size=len(content), content=content
        )
        plan.attachments.append(attachment)
        return [attachment.id]

    _makers: dict[str, Callable[[_Filler, Plan, Field, int], Any]] = {  # noqa: RUF012 - methods, by type
        **dict.fromkeys(("multilineText", "richText"), _long_text),
        "singleLineText": _text,
        "email": _email,
        "phoneNumber": _phone,
        "url": _url,
        "number": _number,
        "currency": _money,
        "percent": _share,
        "duration": _seconds,
        "checkbox": _checked,
        "singleSelect": _one,
        "multipleSelects": _some,
        "date": _day,
        "dateTime": _moment,
        "multipleAttachments": _file,
    }


_Word = Callable[[random.Random, int], str]
_WORDS: dict[str, _Word] = {
    "first name": lambda _, number: people.FIRST_NAMES[number % len(people.FIRST_NAMES)],
    "last name": lambda _, number: people.LAST_NAMES[number % len(people.LAST_NAMES)],
    "supplier name": lambda chance, _: chance.choice(people.SUPPLIERS),
    "ndis number": lambda _, number: f"43000{number:04d}",
    "abn": lambda _, number: f"00 000 000 {number:03d}",
    "address": lambda chance, number: (
        f"{number + 1} {chance.choice(people.STREETS)} St, {chance.choice(people.SUBURBS)}"
    ),
    "suburb": lambda chance, _: chance.choice(people.SUBURBS),
    "job title": lambda chance, _: chance.choice(people.JOBS),
    "start time": lambda chance, _: f"{chance.randrange(6, 14):02d}:00",
    "end time": lambda chance, _: f"{chance.randrange(15, 23):02d}:00",
    "name": lambda _, number: (
        f"{people.FIRST_NAMES[number % len(people.FIRST_NAMES)]} {people.LAST_NAMES[number % len(people.LAST_NAMES)]}"
    ),
}
"""What a text holds whose field's name has such words in it; the first that fits."""
