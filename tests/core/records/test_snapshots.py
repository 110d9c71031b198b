"""A copy of a table answers as the store does; and what others touched is noted."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from tests.contracts.records.base import catalogue
from tests.contracts.records.equivalence import Cases, expected
from tests.contracts.records.office import Desk
from tests.core.records.elsewhere import Away, Known
from titus_core.kernel.errors import Invalid
from titus_core.records.model import Record, TableId
from titus_core.records.note_changes import FEED, MOST_PAGES, NoteChanges, mark_of
from titus_core.records.ports import Changes, Query, Touched
from titus_core.records.predicates import And, IdIn, ModifiedSince, Not, Or
from titus_core.records.snapshot import Snapshot, answers, neighbours

NOON = datetime(2026, 12, 1, 2, tzinfo=UTC)
AT = ModifiedSince(at="2026-12-01T02:00:00.000Z")


@pytest.mark.parametrize("seed", range(3))
def test_a_copy_answers_every_question_as_the_evaluator_does(seed: int) -> None:
    table = catalogue().named("allPeople")
    cases = Cases(catalogue(), table, seed)
    records = cases.records(20)[table.id]
    cases.know(records)
    shuffled = random.Random(seed).sample(records, k=len(records))  # noqa: S311 (cases, not secrets)
    snapshot = Snapshot.of(table, shuffled, NOON)
    for query in (cases.query() for _ in range(100)):
        asked, got = query, list[Record]()
        while True:
            page = snapshot.page(asked)
            got += page.records
            assert page.as_of == NOON
            if page.next is None:
                break
            asked = replace(asked, after=page.next)
        assert got == expected(table, records, query)


def test_what_was_written_is_in_it_and_what_is_gone_is_not() -> None:
    table = catalogue().named("stock")
    first, second = Cases(catalogue(), table, 1).records(2)[table.id]
    snapshot = Snapshot.of(table, [first], NOON).with_changes([second], [first.id, first.id])
    assert snapshot.page(Query(table=table.id)).records == (second,)


def test_not_every_record_tells_when_it_was_modified() -> None:
    ids = IdIn(ids=())
    assert answers(None)
    assert answers(And(of=(ids, Not(of=ids))))
    assert not answers(AT)
    assert not answers(Or(of=(ids, Not(of=And(of=(AT,))))))


def test_a_change_shows_in_the_tables_on_both_ends_of_links() -> None:
    known = catalogue()
    people, homes, visits = (known.named(word) for word in ("allPeople", "homes", "visits2025"))
    assert neighbours(known, people) == {people.id, homes.id, visits.id}
    assert neighbours(known, homes) == {people.id}
    assert neighbours(known, known.named("stock")) == frozenset()


class Feed:
    """`RecordStore.changes`, told beforehand."""

    def __init__(self, *told: Changes | Invalid) -> None:
        self._told = list(told)
        self.asked: list[str | None] = []

    async def changes(self, since: str | None) -> Changes:
        self.asked.append(since)
        told = self._told.pop(0) if len(self._told) > 1 else self._told[0]
        if isinstance(told, Invalid):
            raise told
        return told


def noted(office: Away) -> dict[str, int]:
    marks = office.storage._state.watermarks
    return {name.removeprefix(f"{FEED}:"): mark.version for name, mark in marks.items() if name != FEED}


def test_each_table_that_was_touched_is_marked_and_the_place_is_kept() -> None:
    async def story() -> None:
        office = Away()
        stock, homes = Desk(office, "stock").table.id, Desk(office, "homes").table.id
        one, two = Touched(stock, Desk(office, "stock").table.id), Touched(homes, stock)  # type: ignore[arg-type]
        feed = Feed(Changes((), "t0"), Changes((one, one), "t1", more=True), Changes((one, two), "t2"))
        note = NoteChanges(feed, office.storage, office.clock, Known(office))  # type: ignore[arg-type]
        await note()
        assert noted(office).keys() == {table.id for table in office.catalogue.tables}
        await note()
        assert feed.asked == [None, "t0", "t1"]
        assert (noted(office)[stock], noted(office)[homes]) == (3, 2)
        mark = await office.storage.reader.watermark(mark_of(TableId(stock)))
        assert mark is not None
        assert mark.at == office.clock.now()

    asyncio.run(story())


def test_a_place_that_is_too_old_counts_as_a_change_of_everything() -> None:
    async def story() -> None:
        office = Away()
        feed = Feed(Changes((), "t0"), Invalid("since", "is too old"), Changes((), "t9"))
        note = NoteChanges(feed, office.storage, office.clock, Known(office))  # type: ignore[arg-type]
        await note()
        await note()
        assert feed.asked == [None, "t0", None]
        assert set(noted(office).values()) == {2}
        office.known = None
        await NoteChanges(Feed(Changes((), "t")), office.storage, office.clock, Known(office))()  # type: ignore[arg-type]
        assert set(noted(office).values()) == {2}

    asyncio.run(story())


def test_a_run_has_an_end_though_changes_have_none() -> None:
    async def story() -> None:
        office = Away()
        office.known = None
        feed = Feed(Changes((), "t", more=True))
        await NoteChanges(feed, office.storage, office.clock, Known(office))()  # type: ignore[arg-type]
        assert len(feed.asked) == MOST_PAGES

    asyncio.run(story())


def test_without_a_catalogue_there_is_nothing_to_mark() -> None:
    async def story() -> None:
        office = Away()
        office.known = None
        await NoteChanges(Feed(Changes((), "t")), office.storage, office.clock, Known(office))()  # type: ignore[arg-type]
        assert noted(office) == {}

    asyncio.run(story())
