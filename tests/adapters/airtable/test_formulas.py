"""Formulas ask for too much, never for too little, whatever Airtable leaves open; no text gets out of its quotes."""

# mypy: disable-error-code="arg-type"

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import product
from typing import Any

import pytest

from tests.contracts.records.backends import Airtable
from tests.contracts.records.equivalence import Cases, expected
from tests.contracts.records.office import Desk, all_pages, rec
from titus_adapters.airtable import listing
from titus_adapters.airtable.formulas import formula_of, modified_since
from titus_adapters.sandbox.airtable.formula.parser import parse
from titus_adapters.sandbox.airtable.formula.tree import Call, Const, Field, walk
from titus_adapters.sandbox.airtable.switches import Switches
from titus_core.records.ports import Query
from titus_core.records.predicates import Contains, Eq, HasOption, In, ModifiedSince, Ne, Not, Predicate, StartsWith

SETTINGS = [
    Switches(
        blank_dates=blank,
        creation_modifies=creation,
        inverse_link_modifies=inverse,
        newlines_in_formula_texts=lines,
    )
    for blank, creation, inverse, lines in product(["error", "false"], *[[True, False]] * 3)
]
QUESTIONS = 60

NASTY = [
    "'",
    '"',
    "\\",
    "\\'",
    "\\\\'",
    "}",
    "{fldPDoor000000000}",
    "',TRUE()),OR('",
    "')&{fldPDoor000000000}&('",
    "line\nline",
    "\r",
    "\u2028",
    "tab\there",
    "//",
    "/* */",
    "\0",
    "'\n'",
]


def told(settings: Switches) -> str:
    return (
        f"{settings.blank_dates},{settings.creation_modifies},{settings.inverse_link_modifies},"
        f"{settings.newlines_in_formula_texts}"
    )


@pytest.fixture(params=SETTINGS, ids=told)
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Airtable]:
    office = Airtable(switches=request.param)
    await office.open()
    yield office
    await office.close()


async def selected(office: Airtable, desk: Desk, formula: str | None) -> set[str]:
    """What Airtable answers, before anything is looked at once more."""
    return {record.id for record in await listing.every(office.api, desk.table, formula, hurry=True)}


async def test_of_random_questions_no_record_is_left_out(office: Airtable) -> None:
    desk = Desk(office, "allPeople")
    cases = Cases(office.catalogue, desk.table, seed=20261201, strict=True)
    await office.plant(cases.records(20))
    stored = [record async for page in all_pages(office, Query(table=desk.table.id)) for record in page]
    cases.know(stored)
    narrowed = 0
    for query in (cases.query() for _ in range(QUESTIONS)):
        wanted = {record.id for record in expected(desk.table, stored, Query(table=desk.table.id, where=query.where))}
        formula = None if query.where is None else formula_of(desk.table, query.where)
        narrowed += formula is not None
        assert wanted <= await selected(office, desk, formula), f"{query.where}\n{formula}"
    assert narrowed > QUESTIONS / 3


@pytest.mark.parametrize("table", ["allPeople", "stock"])
async def test_modified_since_knows_records_that_nobody_ever_edited(office: Airtable, table: str) -> None:
    """With a field that tells when they were modified, and without one."""
    desk = Desk(office, table)
    word = "firstName" if table == "allPeople" else "item"
    bare = await desk.one()
    old = await desk.one(**{word: "old"})
    await office.pass_time(3600)
    young = await desk.one()
    at = ModifiedSince(at=young.created_time)
    edited = await desk.change(old.id, **{word: "edited"})
    wanted = {young.id, edited.id}
    assert set(await desk.ids(at)) == wanted
    assert set(await desk.ids(Not(of=at))) == {bare.id}
    assert wanted <= await selected(office, desk, modified_since(at.at))


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_a_text_stays_within_its_quotes(text: str) -> None:
    people = Desk(Airtable(), "allPeople")
    for where in _questions(text):
        formula = formula_of(people.table, people.checked(where))
        for node in walk(parse(formula or "TRUE()")):
            match node:
                case Field(name=name):
                    assert name in {people.id("firstName"), people.id("status")}
                case Call(name=name):
                    assert name in {"AND", "OR", "NOT", "IF", "FIND", "LOWER", "LEN", "TRUE", "FALSE", "ISERROR"}
                case Const(value=str(value)):
                    assert value.lower() in f"{text}'".lower()


async def test_a_nasty_text_is_found_and_nothing_else_is(office: Airtable) -> None:
    people = Desk(office, "allPeople")
    for text in NASTY:
        await office.clear()
        await people.plant("a", firstName=f"{text}b")
        await people.plant("z", firstName="z")
        held = (await people.get(rec("a"))).fields[people.id("firstName")]
        for where in (Eq(field="firstName", value=held), In(field="firstName", values=(held, "y"))):
            assert await people.ids(where) == [rec("a")], text
        for where_too in (Contains(field="firstName", text=text), StartsWith(field="firstName", text=text)):
            assert await people.ids(where_too) == [rec("a")], text


def _questions(text: str) -> list[Predicate]:
    field: Any = "firstName"
    return [
        Eq(field=field, value=text),
        Ne(field=field, value=text),
        In(field=field, values=(text, f"{text}'")),
        Contains(field=field, text=text),
        StartsWith(field=field, text=text),
        Not(of=Contains(field=field, text=text)),
    ]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_an_option_stays_within_its_quotes_too(text: str) -> None:
    people = Desk(Airtable(), "allPeople")
    where = HasOption(field=people.id("tags"), options=(text, "Admin"))
    formula = formula_of(people.table, where) or "TRUE()"
    fields = {node.name for node in walk(parse(formula)) if isinstance(node, Field)}
    assert fields <= {people.id("tags")}
