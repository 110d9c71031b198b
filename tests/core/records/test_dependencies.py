"""In which order computed fields are computed."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from tests.contracts.records.base import catalogue
from tests.contracts.records.formulas import Joining
from tests.core.records.things import THINGS, a_field, fld
from titus_core.records.catalogue import Catalogue, Computed, Field, FieldType, LinkTo, Policy
from titus_core.records.dependencies import Far, plan_of
from titus_core.records.model import FieldId, TableId
from titus_core.records.setting import NoFormulas, Setting


def computed(word: str, of: FieldType, *, policy: Policy = Policy.RECOMPUTE, **how: Any) -> Field:
    return a_field("text", id=fld(word), name=word, type=of, computed=Computed(policy=policy, **how))


def formula(word: str, *reads: str) -> Field:
    return computed(word, FieldType.FORMULA, formula="&".join(f"{{{fld(read)}}}" for read in reads))


def planned(*fields: Field) -> tuple[list[str], tuple[FieldId, ...]]:
    table = replace(THINGS, fields=(a_field("text"), a_field("links"), *fields))
    plan = plan_of(Catalogue(base="app1", tables=(table,)), Joining())
    return [step.field.name for step in plan.steps], plan.circular


def test_each_is_computed_behind_those_that_it_looks_at() -> None:
    assert planned(formula("c", "b", "a"), formula("b", "a"), formula("a", "text")) == (["a", "b", "c"], ())


def test_what_depends_on_itself_is_left_alone_and_named() -> None:
    order, circular = planned(formula("a", "b"), formula("b", "a"), formula("c", "a", "text"), formula("d", "d"))
    assert order == ["c"]
    assert circular == (fld("a"), fld("b"), fld("d"))


def test_only_what_titus_computes_is_in_the_plan() -> None:
    frozen = computed("a", FieldType.FORMULA, formula="'x'", policy=Policy.FREEZE)
    stamped = computed("b", FieldType.CREATED_TIME)
    unread = computed("c", FieldType.FORMULA, formula="NOW()")
    nothing = computed("d", FieldType.FORMULA)
    assert planned(frozen, stamped, unread, nothing) == ([], ())


def test_what_goes_through_nothing_is_left_alone() -> None:
    no_link = computed("a", FieldType.COUNT)
    gone = computed("b", FieldType.LOOKUP, via=fld("x"), target=fld("text"))
    no_links = computed("c", FieldType.LOOKUP, via=fld("text"), target=fld("text"))
    no_target = computed("d", FieldType.ROLLUP, via=fld("links"), target=fld("x"))
    elsewhere = a_field("links", id=fld("away"), link=LinkTo(table=TableId("tblAway")))
    no_table = computed("e", FieldType.LOOKUP, via=fld("away"), target=fld("text"))
    sound = computed("f", FieldType.LOOKUP, via=fld("links"), target=fld("text"))
    assert planned(no_link, gone, no_links, no_target, elsewhere, no_table, sound) == (["f"], ())


def test_a_formula_looks_at_what_names_the_records_that_are_linked() -> None:
    table = replace(THINGS, fields=(a_field("text"), a_field("links"), formula("a", "links", "text")))
    plan = plan_of(Catalogue(base="app1", tables=(table,)), Joining())
    assert plan.steps[0].own == (fld("links"), fld("text"))
    assert plan.steps[0].far == (Far(fld("links"), THINGS.id, fld("text"), None),)


def test_the_base_of_the_contracts_is_planned() -> None:
    plan = plan_of(catalogue(), Joining())
    names = [step.field.name for step in plan.steps]
    assert names.index("Full Name") < names.index("Names of residents")
    assert names.index("Home Address") < names.index("Where")
    assert names.index("Ref #") < names.index("Told")
    assert plan.circular == ()


def test_without_an_engine_no_formula_is_computed() -> None:
    setting = Setting.of(catalogue(), NoFormulas())
    assert FieldType.FORMULA not in {step.field.type for step in setting.plan.steps}
    assert NoFormulas().reads("{fld00000000000000}") == frozenset()
    assert NoFormulas().value("'x'", THINGS, None, {}) == {"error": "#ERROR!"}  # type: ignore[arg-type]
