"""Random questions about random cells: every store answers as `evaluating` and `sorting` do. (The long count is
`make proof PART=records`.)"""

from __future__ import annotations

from tests.contracts.records.equivalence import Cases, differences, expected
from tests.contracts.records.office import Office

COUNT = 400


async def test_every_answer_is_the_one_of_the_evaluator(office: Office) -> None:
    found = await differences(office, COUNT, seed=20261130, each=200)
    assert not found, "\n".join(found[:3])


def test_the_same_seed_asks_the_same(office: Office) -> None:
    one, other = (Cases(office.catalogue, office.catalogue.named("allPeople"), seed=7) for _ in range(2))
    for cases in (one, other):
        cases.know(cases.records(10)[cases.table.id])
    assert [one.query() for _ in range(50)] == [other.query() for _ in range(50)]


def test_questions_are_worth_asking(office: Office) -> None:
    """Most of them tell some of the records from the others."""
    cases = Cases(office.catalogue, office.catalogue.named("allPeople"), seed=3)
    records = cases.records(20)[cases.table.id]
    cases.know(records)
    sizes = [len(expected(cases.table, records, cases.query())) for _ in range(500)]
    assert sum(1 for size in sizes if 0 < size < 20) > 250
