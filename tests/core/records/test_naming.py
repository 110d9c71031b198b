"""From descriptions to a catalogue: names that stay, policies, and links that can be trusted."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from tests.adapters.airtable.test_metadata import described
from tests.contracts.records.base import METADATA, catalogue
from tests.contracts.records.formulas import Joining
from titus_core.records.catalogue import Catalogue, Field, FieldType, Kind, LinkTo, Policy, Privacy
from titus_core.records.describing import Computation, FieldDescription, TableDescription
from titus_core.records.kinds import kind_of
from titus_core.records.model import FieldId, TableId
from titus_core.records.naming import named, renewed

A, B = TableId("tblA"), TableId("tblB")


def field(word: str, of: FieldType = FieldType.TEXT, name: str | None = None, **more: Any) -> FieldDescription:
    return FieldDescription(id=FieldId(f"fld{word}"), name=name or word, type=of, **more)


def link(word: str, to: str, inverse: str | None = None) -> FieldDescription:
    seen = None if inverse is None else FieldId(f"fld{inverse}")
    return field(word, FieldType.LINKS, link=LinkTo(table=TableId(f"tbl{to}"), inverse=seen))


def table(word: str, *fields: FieldDescription, name: str | None = None) -> TableDescription:
    return TableDescription(id=TableId(f"tbl{word}"), name=name or word, primary=fields[0].id, fields=fields)


def first(*fields: FieldDescription) -> dict[str, Field]:
    """The fields of a catalogue of one table, by word."""
    made = named("app1", [table("A", *fields)], Joining())
    return {one.id[3:]: one for one in made.tables[0].fields}


def formula(word: str, text: str, *reads: str, **more: Any) -> FieldDescription:
    ids = tuple(FieldId(f"fld{read}") for read in reads)
    result = more.pop("result", FieldType.TEXT)
    return field(word, FieldType.FORMULA, computation=Computation(formula=text, reads=ids, result=result, **more))


def test_names_are_unique_in_each_spelling() -> None:
    fields = first(field("1", name="Name"), field("2", name=" name"), field("3", name="NAME."), field("4", name="id"))
    assert [one.api for one in fields.values()] == ["name", "name2", "name3", "id2"]
    assert [one.alias for one in fields.values()] == ["name", "name_2", "name_3", "id"]
    assert [one.column for one in fields.values()] == ["name", "name_2", "name_3", "id_value"]
    assert [one.name for one in fields.values()] == ["Name", " name", "NAME.", "id"]


def test_tables_are_named_alike() -> None:
    made = named("app1", [table("A", field("1"), name="My Table"), table("B", field("2"), name="my  table")], Joining())
    assert [(one.api, one.alias, one.sql) for one in made.tables] == [
        ("myTable", "my_table", "crm_my_table"),
        ("myTable2", "my_table_2", "crm_my_table_2"),
    ]
    assert made.base == "app1"


def test_names_once_given_stay_whatever_the_new_ones_are() -> None:
    old = named("app1", [table("A", field("1", name="Alpha"), field("2", name="Beta"), name="Old")], Joining())
    told = [
        table("B", field("3"), name="Old"),
        table("A", field("4", name="Alpha"), field("1", name="Other"), field("5", name="Beta"), name="New"),
    ]
    new = renewed(old, told, Joining())
    assert [(one.name, one.api, one.alias, one.sql) for one in new.tables] == [
        ("Old", "old2", "old_2", "crm_old_2"),
        ("New", "old", "old", "crm_old"),
    ]
    assert [(one.name, one.api, one.column) for one in new.tables[1].fields] == [
        ("Alpha", "alpha2", "alpha_2"),
        ("Other", "alpha", "alpha"),
        ("Beta", "beta2", "beta_2"),  # the field that is gone was called so: its column may still be there
    ]
    assert new.tables[1].primary == FieldId("fld4")


def test_the_same_told_again_is_the_same_catalogue() -> None:
    assert renewed(catalogue(), described(METADATA), Joining()) == catalogue()


def test_what_a_person_changed_stays_while_it_is_computed_in_the_same_way() -> None:
    told = [table("A", field("1", name="Whatever"), formula("2", "{fld00000000000001}", "1"), field("3"))]
    old = named("app1", told, Joining())
    fields = (
        replace(old.tables[0].fields[0], privacy=Privacy.SECRET),
        replace(
            old.tables[0].fields[1],
            privacy=Privacy.PUBLIC,
            computed=replace(old.tables[0].fields[1].computed, policy=Policy.DROP),  # type: ignore[type-var]
        ),
        old.tables[0].fields[2],
    )
    edited = Catalogue(base="app1", tables=(replace(old.tables[0], fields=fields),))
    assert renewed(edited, told, Joining()) == edited
    other = [table("A", field("1"), formula("2", "'x'&{fld00000000000001}", "1"), field("3", FieldType.NUMBER))]
    new = renewed(edited, other, Joining()).tables[0].fields
    assert new[0].privacy is Privacy.SECRET
    assert new[1].privacy is Privacy.SECRET  # it looks at a secret, and not as it was when somebody said it may
    assert new[1].computed is not None
    assert new[1].computed.policy is Policy.RECOMPUTE
    assert new[2].privacy is Privacy.PUBLIC


def test_a_way_that_is_not_told_is_what_a_person_said() -> None:
    sum_up = field(
        "2",
        FieldType.ROLLUP,
        computation=Computation(via=FieldId("fld1"), target=FieldId("fld3"), result=FieldType.NUMBER),
    )
    told = [table("A", link("1", "B"), sum_up), table("B", field("3", FieldType.NUMBER))]
    old = named("app1", told, Joining())
    assert old.tables[0].fields[1].computed is not None
    assert old.tables[0].fields[1].computed.policy is Policy.FREEZE
    said = replace(old.tables[0].fields[1].computed, formula="SUM(values)", policy=Policy.RECOMPUTE)
    edited = replace(old.tables[0], fields=(old.tables[0].fields[0], replace(old.tables[0].fields[1], computed=said)))
    again = renewed(Catalogue(base="app1", tables=(edited, old.tables[1])), told, Joining())
    assert again.tables[0].fields[1].computed == said


def test_a_formula_that_its_own_store_cannot_compute_any_more_is_frozen() -> None:
    old = named("app1", [table("A", formula("1", "'x'"))], Joining())
    new = renewed(old, [table("A", formula("1", "'x'", sound=False))], Joining())
    assert new.tables[0].fields[0].computed is not None
    assert new.tables[0].fields[0].computed.policy is Policy.FREEZE


def test_what_titus_computes_is_recomputed_and_the_rest_is_not() -> None:
    def computed(of: FieldType, **more: Any) -> FieldDescription:
        return field(of.value, of, computation=Computation(**more))

    fields = first(
        link("1", "A"),
        computed(FieldType.AUTO_NUMBER),
        computed(FieldType.COUNT, via=FieldId("fld1")),
        computed(FieldType.LOOKUP, via=FieldId("fld1"), target=FieldId("fld1")),
        computed(FieldType.ROLLUP, via=FieldId("fld1"), target=FieldId("fld1"), formula="SUM(values)"),
        computed(FieldType.BUTTON),
        computed(FieldType.SYNC_SOURCE),
        computed(FieldType.AI_TEXT),
        formula("yes", "'x'"),
        formula("no", "NOW()"),
        computed(FieldType.FORMULA),
        field("new", FieldType.UNKNOWN),
    )
    policies = {word: one.computed.policy for word, one in fields.items() if one.computed is not None}
    assert policies == {
        "auto_number": Policy.RECOMPUTE,
        "count": Policy.RECOMPUTE,
        "lookup": Policy.RECOMPUTE,
        "rollup": Policy.RECOMPUTE,
        "button": Policy.DROP,
        "sync_source": Policy.DROP,
        "ai_text": Policy.FREEZE,
        "yes": Policy.RECOMPUTE,
        "no": Policy.FREEZE,
        "formula": Policy.FREEZE,
        "new": Policy.FREEZE,
    }


def test_both_sides_of_a_link_must_agree() -> None:
    told = [
        table(
            "A", link("1", "B", "2"), link("3", "B", "2"), link("4", "B", "5"), link("6", "A", "6"), link("7", "A", "8")
        ),
        table("B", link("2", "A", "1"), field("5")),
    ]
    made = {one.id[3:]: one.link for of in named("app1", told, Joining()).tables for one in of.fields}
    assert {word: None if to is None else to.inverse for word, to in made.items()} == {
        "1": "fld2",
        "2": "fld1",
        "3": None,
        "4": None,
        "5": None,
        "6": "fld6",
        "7": None,
    }


def test_a_link_to_a_table_that_is_not_told_is_not_understood() -> None:
    one = first(link("1", "Elsewhere"))["1"]
    assert (one.type, one.kind, one.link) == (FieldType.UNKNOWN, Kind.OBJECT, None)
    assert one.computed is not None
    assert one.computed.policy is Policy.FREEZE


def test_what_goes_through_a_link_that_is_not_there_is_frozen() -> None:
    def through(word: str, via: str, target: str | None) -> FieldDescription:
        how = Computation(via=FieldId(f"fld{via}"), target=None if target is None else FieldId(f"fld{target}"))
        return field(word, FieldType.LOOKUP, computation=how)

    fields = first(
        link("1", "A"),
        field("2"),
        through("3", "1", "2"),
        through("4", "1", "9"),
        through("5", "9", "2"),
        through("6", "2", "2"),
    )
    policies = [fields[word].computed for word in "3456"]
    assert [one.policy.value for one in policies if one is not None] == ["recompute", "freeze", "freeze", "freeze"]
    assert [one.via for one in policies if one is not None] == ["fld1", None, None, None]


def test_kinds_of_what_is_computed_are_those_of_what_comes_out() -> None:
    cases = {
        (FieldType.FORMULA, FieldType.NUMBER): Kind.NUMBER,
        (FieldType.FORMULA, FieldType.TEXT): Kind.TEXT,
        (FieldType.FORMULA, FieldType.SELECT): Kind.TEXT,
        (FieldType.FORMULA, FieldType.DATE_TIME): Kind.INSTANT,
        (FieldType.FORMULA, FieldType.UNKNOWN): Kind.OBJECT,
        (FieldType.ROLLUP, FieldType.LOOKUP): Kind.LIST,
        (FieldType.ROLLUP, FieldType.SELECTS): Kind.LIST,
        (FieldType.LOOKUP, FieldType.TEXT): Kind.LIST,
        (FieldType.LOOKUP, FieldType.ATTACHMENTS): Kind.ATTACHMENTS,
        (FieldType.CREATED_TIME, FieldType.DATE): Kind.DATE,
        (FieldType.CREATED_TIME, FieldType.DATE_TIME): Kind.INSTANT,
        (FieldType.PERSON, FieldType.UNKNOWN): Kind.OBJECT,
        (FieldType.UNKNOWN, FieldType.UNKNOWN): Kind.OBJECT,
    }
    assert {pair: kind_of(*pair) for pair in cases} == cases
