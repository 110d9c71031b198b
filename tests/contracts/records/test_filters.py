"""`Query.where`: every trap of `../shared/facts/airtable-and-migration.md` §3.4, one question each."""

# mypy: disable-error-code="arg-type"

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.records.office import BORN, Desk, rec
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

ROWS: dict[str, dict[str, Any]] = {
    "a": {"firstName": "Ann", "score": 0, "status": "active", "tags": ["Admin Assistant"], "agreed": True},
    "b": {"firstName": "ann", "score": 5, "status": "Active", "tags": ["Admin", "A, B"], "dateOfBirth": "2026-02-28"},
    "c": {"firstName": "Joanne", "score": -2.5, "status": "On hold, for now", "tags": ["A", "a, b"]},
    "d": {"firstName": "ANN\nmarie", "score": 10, "status": "On", "dateOfBirth": "2026-03-01"},
    "e": {},
}
"""In each of these, what is not there is empty."""


@pytest.fixture
async def rows(people: Desk) -> Desk:
    for word, cells in ROWS.items():
        await people.plant(word, **cells)
    return people


CASES: list[tuple[Predicate, str]] = [
    # texts: exact, or without regard to case
    (Eq(field="firstName", value="Ann"), "a"),
    (Eq(field="firstName", value="ANN"), ""),
    (Ne(field="firstName", value="Ann"), "bcde"),
    (In(field="firstName", values=("Ann", "ann", "Nobody")), "ab"),
    (In(field="firstName", values=()), ""),
    (Contains(field="firstName", text="ann"), "abcd"),
    (Contains(field="firstName", text="NN\nm"), "d"),
    (Contains(field="firstName", text=""), "abcd"),
    (Contains(field="firstName", text="%"), ""),
    (Contains(field="firstName", text="A_n"), ""),
    (StartsWith(field="firstName", text="aNN"), "abd"),
    (StartsWith(field="firstName", text=""), "abcd"),
    (Lt(field="firstName", value="Ann"), "d"),
    (Gt(field="firstName", value="Joanne"), "b"),
    # numbers: empty is not 0, and compares with nothing
    (Eq(field="score", value=0), "a"),
    (Eq(field="score", value=0.0), "a"),
    (Ne(field="score", value=0), "bcde"),
    (Lt(field="score", value=1), "ac"),
    (Le(field="score", value=0), "ac"),
    (Gt(field="score", value=-1), "abd"),
    (Ge(field="score", value=5), "bd"),
    (Between(field="score", low=0, high=5), "ab"),
    (Between(field="score", low=5, high=0), ""),
    (Empty(field="score"), "e"),
    # NOT is two-valued
    (Not(of=Lt(field="score", value=1)), "bde"),
    (Not(of=Not(of=Lt(field="score", value=1))), "ac"),
    (Not(of=Contains(field="firstName", text="ann")), "e"),
    (Not(of=Empty(field="dateOfBirth")), "bd"),
    (And(of=()), "abcde"),
    (Or(of=()), ""),
    (And(of=(Gt(field="score", value=0), Empty(field="dateOfBirth"))), ""),
    (Or(of=(Eq(field="score", value=10), Eq(field="agreed", value=True))), "ad"),
    (Not(of=Or(of=(Eq(field="score", value=10), Empty(field="score")))), "abc"),
    # checkboxes are never empty
    (Eq(field="agreed", value=True), "a"),
    (Eq(field="agreed", value=False), "bcde"),
    (Ne(field="agreed", value=True), "bcde"),
    (Empty(field="agreed"), ""),
    # choices: by name, exactly
    (Eq(field="status", value="active"), "a"),
    (Ne(field="status", value="active"), "bcde"),
    (In(field="status", values=("On", "Active")), "bd"),
    (HasOption(field="status", options=("On hold, for now", "On")), "cd"),
    (HasOption(field="status", options=("On", "Active"), match="all"), ""),
    (Contains(field="status", text="ON"), "cd"),
    (Empty(field="status"), "e"),
    (HasOption(field="tags", options=("Admin",)), "b"),
    (HasOption(field="tags", options=("A, B",)), "b"),
    (HasOption(field="tags", options=("A",)), "c"),
    (HasOption(field="tags", options=("Admin", "A")), "bc"),
    (HasOption(field="tags", options=("Admin", "A, B"), match="all"), "b"),
    (HasOption(field="tags", options=("Admin", "A"), match="all"), ""),
    (HasOption(field="tags", options=()), ""),
    (HasOption(field="tags", options=(), match="all"), "abcde"),
    (Not(of=HasOption(field="tags", options=("Admin",))), "acde"),
    (Empty(field="tags"), "de"),
    # dates
    (Eq(field="dateOfBirth", value="2026-03-01"), "d"),
    (Lt(field="dateOfBirth", value="2026-03-01"), "b"),
    (Le(field="dateOfBirth", value="2026-03-01"), "bd"),
    (Between(field="dateOfBirth", low="2026-02-28", high="2026-02-28"), "b"),
    (Ne(field="dateOfBirth", value="2026-03-01"), "abce"),
    # records as such
    (IdIn(ids=(rec("a"), rec("e"), rec("x"))), "ae"),
    (IdIn(ids=()), ""),
    (CreatedSince(at=BORN), "abcde"),
    (CreatedSince(at="2026-01-05T01:02:03.001Z"), ""),
    (CreatedSince(at="2026-01-05T11:02:03+10:00"), "abcde"),
    (ModifiedSince(at="2026-01-05T01:02:03.001Z"), ""),
    (ModifiedSince(at="2026-01-05T01:02:02.999Z"), "abcde"),
]


@pytest.mark.parametrize(("where", "wanted"), CASES, ids=[f"{place}" for place in range(len(CASES))])
async def test_a_question_has_one_answer(rows: Desk, where: Predicate, wanted: str) -> None:
    assert await rows.ids(where) == [rec(word) for word in wanted]


async def test_instants_are_compared_by_time_and_days_by_the_zone_of_their_field(people: Desk) -> None:
    last = "2026-11-29T13:59:59.999Z"
    midnight = "2026-11-29T14:00:00.000Z"
    evening = "2026-11-30T13:59:59.999Z"
    after = "2026-11-30T14:00:00.000Z"
    for word, at in zip("abcd", (last, midnight, evening, after), strict=True):
        await people.plant(word, seen=at, seenUtc=at)
    await people.plant("e")

    async def found(where: Predicate) -> str:
        return "".join(one[3] for one in await people.ids(where))

    assert await found(Eq(field="seen", value="2026-11-30")) == "bc"
    assert await found(Ne(field="seen", value="2026-11-30")) == "ade"
    assert await found(Lt(field="seen", value="2026-11-30")) == "a"
    assert await found(Le(field="seen", value="2026-11-30")) == "abc"
    assert await found(Gt(field="seen", value="2026-11-30")) == "d"
    assert await found(Ge(field="seen", value="2026-11-30")) == "bcd"
    assert await found(Between(field="seen", low="2026-11-30", high="2026-11-30")) == "bc"
    assert await found(In(field="seen", values=("2026-11-29", "2026-12-01"))) == "ad"
    assert await found(Eq(field="seenUtc", value="2026-11-30")) == "cd"
    assert await found(Eq(field="seen", value=midnight)) == "b"
    assert await found(Eq(field="seen", value="2026-11-30T00:00:00+10:00")) == "b"
    assert await found(Ge(field="seen", value="2026-11-30T13:59:59.999999Z")) == "cd"
    assert await found(Empty(field="seen")) == "e"


async def test_letters_fold_one_by_one_and_alike_on_every_store(people: Desk) -> None:
    texts = {"a": "STRASSE", "b": "straße", "c": "İzmir", "d": "izmir", "e": "Kelvin", "f": "ΣΊΣΥΦΟΣ", "g": "Σίσυφος"}
    for word, text in texts.items():
        await people.plant(word, firstName=text)

    async def found(text: str) -> str:
        return "".join(one[3] for one in await people.ids(Contains(field="firstName", text=text)))

    assert await found("strasse") == "a"
    assert await found("STRASSE") == "a"
    assert await found("ß") == "b"
    assert await found("izm") == "d"
    assert await found("kelvin") == "e"
    assert await found("σίσυφοσ") == "f"
    assert await found("σίσυφος") == "g"


async def test_a_wild_card_is_a_letter_like_others(people: Desk) -> None:
    for word, text in {"a": "100%", "b": "100 per cent", "c": "a_b", "d": "axb", "e": "c:\\dir", "f": "[ab]*?"}.items():
        await people.plant(word, firstName=text)
    assert await people.ids(Contains(field="firstName", text="%")) == [rec("a")]
    assert await people.ids(Contains(field="firstName", text="A_B")) == [rec("c")]
    assert await people.ids(Contains(field="firstName", text="\\")) == [rec("e")]
    assert await people.ids(StartsWith(field="firstName", text="[AB]*?")) == [rec("f")]


async def test_what_looks_like_code_is_text(people: Desk) -> None:
    odd = "'); DROP TABLE crm_all_people; --\"}{fldPFirst00000000}&TRUE()"
    await people.plant("a", firstName=odd)
    await people.plant("b", firstName="b")
    for where in (
        Eq(field="firstName", value=odd),
        Contains(field="firstName", text=odd.lower()),
        In(field="firstName", values=(odd,)),
    ):
        assert await people.ids(where) == [rec("a")]


async def test_links_are_asked_for_by_id(people: Desk, homes: Desk) -> None:
    banksia, wattle = [one.id for one in await homes.create({"home": "Banksia"}, {"home": ""})]
    a, b, c = [
        one.id
        for one in await people.create({"home": [banksia]}, {"home": [wattle, banksia], "twin": []}, {"firstName": "c"})
    ]
    d = (await people.one(twin=[a], friends=[b])).id

    async def found(where: Predicate) -> set[str]:
        return set(await people.ids(where))

    assert await found(HasLink(field="home", ids=(banksia,))) == {a, b}
    assert await found(HasLink(field="home", ids=(wattle, rec("Nobody")))) == {b}
    assert await found(HasLink(field="home", ids=())) == set()
    assert await found(Not(of=HasLink(field="home", ids=(wattle,)))) == {a, c, d}
    assert await found(Empty(field="home")) == {c, d}
    assert await found(HasLink(field="twin", ids=(a,))) == {d}
    assert await found(HasLink(field="fromFriends", ids=(d,))) == {b}


async def test_lists_that_are_looked_up_are_asked_for_by_element(people: Desk, homes: Desk) -> None:
    banksia = await homes.one(home="Banksia", address="1 Long  Street")
    wattle = await homes.one(home="Wattle", address="2 Short Street")
    a = (await people.one(home=[banksia.id])).id
    b = (await people.one(home=[banksia.id, wattle.id])).id
    await people.one(firstName="none")

    async def found(where: Predicate) -> set[str]:
        return set(await people.ids(where))

    assert await found(Eq(field="homeAddress", value="2 Short Street")) == {b}
    assert await found(Contains(field="homeAddress", text="long  s")) == {a, b}
    assert await found(StartsWith(field="homeAddress", text="2 ")) == {b}
    assert await found(HasOption(field="homeAddress", options=("1 Long  Street", "2 Short Street"), match="all")) == {b}
    assert len(await found(Empty(field="homeAddress"))) == 1


async def test_computed_cells_are_asked_for_like_others(people: Desk) -> None:
    a = (await people.one(firstName="Ann", lastName="Low")).id
    await people.one(firstName="Bob", lastName="High")
    assert await people.ids(Eq(field="fullName", value="Ann Low")) == [a]
    assert await people.ids(StartsWith(field="fullName", text="ann l")) == [a]
    assert len(await people.ids(Eq(field="visitCount", value=0))) == 2


async def test_a_thousand_ids_may_be_asked_for(stock: Desk) -> None:
    await stock.plant("a")
    ids = tuple(rec(f"x{number}") for number in range(999))
    assert await stock.ids(IdIn(ids=(*ids, rec("a")))) == [rec("a")]
    assert await stock.ids(In(field="batch", values=tuple(range(1000)))) == []
