"""Records elsewhere, their journal here: every write has an intent, an end and its events; after a crash an end is
found by looking at what is there."""

# mypy: disable-error-code="arg-type"

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from tests.contracts.records.office import ANN, BOB, Desk
from tests.core.records.elsewhere import Away
from titus_core.kernel.errors import AlreadyExists, Invalid, NotFound, Stale, Unavailable
from titus_core.records.errors import PartlyCommitted, UnknownTable
from titus_core.records.events import RecordChanged, RecordCreated, RecordDeleted, subject
from titus_core.records.model import Attachment
from titus_core.records.ports import Change, Delete, JournalEntry, Removal, Upload, Upsert, WriteState
from titus_core.records.settle_writes import SETTLES_AFTER
from titus_core.records.settling import NOT_DONE, UNCLEAR

LATER = SETTLES_AFTER.total_seconds() + 1
FOREVER = datetime(2100, 1, 1, tzinfo=UTC)


class Story:
    """An office with a table, and what its journal and trail tell."""

    def __init__(self) -> None:
        self.office = Away()
        self.stock = Desk(self.office, "stock")
        self.people = Desk(self.office, "allPeople")

    async def entries(self) -> list[JournalEntry]:
        """Those without an end, or with a part of one."""
        return list(await self.office.storage.reader.open_writes(FOREVER, 100))

    def entry(self) -> JournalEntry:
        """The last one."""
        return list(self.office.storage._state.record_writes.values())[-1]

    def told(self, record: str, desk: Desk | None = None) -> list[Any]:
        table = (desk or self.stock).table.id
        about = subject(table, record)
        return [one.event for one in self.office.storage._state.trail if one.subject == about]

    async def upsert(self, *items: dict[str, Any], key: str | None = None) -> Any:
        cells = tuple(self.stock.cells(**item) for item in items)
        table = self.stock.table.id
        write = Upsert(table=table, by=ANN, items=cells, match_on=(self.stock.id("item"),), key=key)
        return await self.office.store.write(write)

    async def delete(self, *ids: str) -> Any:
        items = tuple(Removal(one) for one in ids)
        return await self.office.store.write(Delete(table=self.stock.table.id, by=ANN, items=items))

    async def attach(self, record: str, word: str = "files", key: str | None = None) -> Any:
        upload = Upload(
            table=self.people.table.id,
            record=record,
            field=self.people.id(word),
            filename="plan.txt",
            type="text/plain",
            by=ANN,
            key=key,
        )

        async def content() -> AsyncIterator[bytes]:
            yield b"a plan"

        return await self.office.store.attach(upload, content())

    async def lose(self, doing: Awaitable[Any], when: str = "after") -> JournalEntry:
        """Do this, with the answer lost; the entry that is left open."""
        self.office.remote.loses = when
        with pytest.raises(Unavailable):
            await doing
        self.office.remote.loses = ""
        assert self.entry().state is WriteState.OPEN
        return self.entry()

    async def settle(self) -> JournalEntry:
        await self.office.pass_time(LATER)
        await self.office.settle()
        return self.entry()


def tell(story: Callable[[Story], Awaitable[None]]) -> Callable[[], None]:
    """A test of this story."""

    def test() -> None:
        asyncio.run(story(Story()))

    test.__name__ = story.__name__
    return test


@tell
async def test_a_write_has_an_end_and_its_events(story: Story) -> None:
    made = await story.stock.one(item="a")
    changed = await story.stock.change(made.id, left=2)
    assert await story.stock.get(made.id) == changed
    await story.delete(made.id)
    assert [type(one) for one in story.told(made.id)] == [RecordCreated, RecordChanged, RecordDeleted]
    assert await story.entries() == []
    assert story.office.store.promises == story.office.remote.promises
    assert (await story.office.store.changes(None)).touched == ()


@tell
async def test_an_upsert_tells_what_was_there_before(story: Story) -> None:
    made = await story.stock.one(item="a", left=1)
    await story.upsert({"item": "a", "left": 2})
    (_, changed) = story.told(made.id)
    assert (changed.before, changed.after) == ({story.stock.id("left"): 1}, {story.stock.id("left"): 2})


@tell
async def test_a_key_is_answered_again_and_never_done_twice(story: Story) -> None:
    first = await story.stock.create({"item": "a"}, key="k")
    assert await story.stock.create({"item": "a"}, key="k") == first
    with pytest.raises(AlreadyExists):
        await story.stock.create({"item": "b"}, key="k")
    await story.lose(story.stock.create({"item": "c"}, key="open"))
    with pytest.raises(AlreadyExists):
        await story.stock.create({"item": "c"}, key="open")


@tell
async def test_what_surely_failed_may_be_tried_again_under_its_key(story: Story) -> None:
    story.office.remote.refuses = Unavailable("too many")
    with pytest.raises(Unavailable):
        await story.stock.create({"item": "a"}, key="k")
    assert story.entry().state is WriteState.FAILED
    story.office.remote.refuses = None
    with pytest.raises(AlreadyExists):
        await story.stock.create({"item": "b"}, key="k")
    (made,) = await story.stock.create({"item": "a"}, key="k")
    assert (await story.stock.create({"item": "a"}, key="k"))[0].id == made.id
    assert await story.stock.ids() == [made.id]


@tell
async def test_a_part_is_never_told_as_the_whole(story: Story) -> None:
    story.office.remote.left = (0, 1)
    with pytest.raises(PartlyCommitted) as partly:
        await story.stock.create({"item": "a"}, {"item": "b"})
    assert (partly.value.data["done"], partly.value.data["left"]) == ((), (0, 1))
    assert [one.state for one in await story.entries()] == [WriteState.PARTLY]
    await story.settle()
    assert [one.state for one in await story.entries()] == [WriteState.PARTLY]


@tell
async def test_what_cannot_be_is_refused_before_anything_is_asked(story: Story) -> None:
    made = await story.stock.one(item="a")
    with pytest.raises(NotFound):
        await story.stock.change("recNobody00000000", left=1)
    with pytest.raises(Stale):
        await story.stock.change(made.id, version="of another time", left=1)
    with pytest.raises(Invalid):
        await story.people.one(files=[{"id": "attNobody00000000"}])
    with pytest.raises(NotFound):
        await story.attach("recNobody00000000")
    story.office.known = None
    with pytest.raises(UnknownTable):
        await story.stock.ids()
    await story.office.settle()


@tell
async def test_a_file_that_was_attached_is_told_and_can_be_read(story: Story) -> None:
    made = await story.people.one(firstName="Ann")
    record = await story.attach(made.id, key="k")
    assert await story.attach(made.id, key="k") == record
    (file,) = record.fields[story.people.id("files")]
    assert isinstance(file, Attachment)
    read = [one async for one in story.office.store.content(story.people.table.id, made.id, file.id)]
    assert b"".join(read) == b"a plan"
    await story.office.store.query(story.people.asking())
    await story.office.there.write(Delete(table=story.people.table.id, by=ANN, items=(Removal(made.id),)))
    with pytest.raises(NotFound):
        await story.attach(made.id, key="k")


# --- a crash between the store and the journal ---------------------------------------------------------------------


@tell
async def test_a_creation_whose_answer_was_lost_is_found_and_told(story: Story) -> None:
    old = await story.stock.one(item="old")
    await story.lose(story.stock.create({"item": "a"}, {"item": "a"}, {"item": "b", "left": 3}, key="k"))
    assert (await story.settle()).state is WriteState.DONE
    made = [one for one in await story.stock.ids() if one != old.id]
    assert [type(one) for record in made for one in story.told(record)] == [RecordCreated] * 3
    again = await story.stock.create({"item": "a"}, {"item": "a"}, {"item": "b", "left": 3}, key="k")
    assert {one.id for one in again} == set(made)


@tell
async def test_a_creation_that_never_arrived_has_failed_and_may_come_again(story: Story) -> None:
    await story.lose(story.stock.create({"item": "a"}, key="k"), "before")
    settled = await story.settle()
    assert (settled.state, settled.reason) == (WriteState.FAILED, NOT_DONE)
    await story.stock.create({"item": "a"}, key="k")
    assert len(await story.stock.ids()) == 1


@tell
async def test_of_more_equal_records_than_were_wanted_none_is_guessed_to_be_ours(story: Story) -> None:
    await story.lose(story.stock.create({"item": "a"}))
    other = await story.stock.one(item="a")
    assert (await story.settle()).state is not WriteState.OPEN
    (unclear,) = await story.entries()
    assert (unclear.state, unclear.reason) == (WriteState.PARTLY, UNCLEAR)
    assert [type(one) for one in story.told(other.id)] == [RecordCreated]


@tell
async def test_many_records_made_at_about_the_time_are_all_looked_through(story: Story) -> None:
    for start in range(0, 150, 50):
        await story.stock.create(*({"batch": number} for number in range(start, start + 50)))
    await story.lose(story.stock.create({"item": "a"}))
    await story.settle()
    assert await story.entries() == []


@tell
async def test_a_change_whose_answer_was_lost_is_told_without_what_others_did(story: Story) -> None:
    made = await story.stock.one(item="a", left=1, open=True)
    await story.lose(story.stock.change(made.id, left=2, open=None))
    await Desk(story.office, "stock", BOB).change(made.id, batch=7)
    await story.settle()
    assert await story.entries() == []
    ours = story.told(made.id)[-1]
    assert ours.after == {story.stock.id("left"): 2, story.stock.id("open"): False}


@tell
async def test_a_replacement_whose_answer_was_lost_tells_what_it_cleared(story: Story) -> None:
    made = await story.stock.one(item="a", left=1, batch=2)
    await story.lose(story.stock.update(Change(id=made.id, fields=story.stock.cells(item="b"), replace=True)))
    await story.settle()
    assert story.told(made.id)[-1].after[story.stock.id("left")] is None


@tell
async def test_a_change_that_never_arrived_has_failed(story: Story) -> None:
    made = await story.stock.one(item="a")
    await story.lose(story.stock.change(made.id, left=2), "before")
    assert (await story.settle()).state is WriteState.FAILED


@tell
async def test_a_change_that_somebody_changed_again_is_unclear(story: Story) -> None:
    made = await story.stock.one(item="a")
    await story.lose(story.stock.change(made.id, left=2))
    await story.stock.change(made.id, left=3)
    await story.settle()
    assert [one.reason for one in await story.entries()] == [UNCLEAR]


@tell
async def test_a_change_of_a_record_that_is_gone_since_is_unclear(story: Story) -> None:
    made = await story.stock.one(item="a")
    await story.lose(story.stock.change(made.id, left=2))
    await story.delete(made.id)
    await story.settle()
    assert [one.reason for one in await story.entries()] == [UNCLEAR]


@tell
async def test_a_deletion_whose_answer_was_lost_is_told(story: Story) -> None:
    made = await story.stock.one(item="a")
    await story.lose(story.delete(made.id))
    assert (await story.settle()).state is WriteState.DONE
    assert isinstance(story.told(made.id)[-1], RecordDeleted)
    there = await story.stock.one(item="b")
    await story.lose(story.delete(there.id), "before")
    assert (await story.settle()).state is WriteState.FAILED


@tell
async def test_a_file_whose_answer_was_lost_is_told(story: Story) -> None:
    made = await story.people.one(firstName="Ann")
    await story.lose(story.attach(made.id))
    assert (await story.settle()).state is WriteState.DONE
    assert set(story.told(made.id, story.people)[-1].after) == {story.people.id("files")}


@tell
async def test_an_upsert_whose_answer_was_lost_is_told_by_its_keys(story: Story) -> None:
    there = await story.stock.one(item="a", left=1)
    await story.lose(story.upsert({"item": "a", "left": 2}, {"item": "b"}))
    assert (await story.settle()).state is WriteState.DONE
    assert [type(one) for one in story.told(there.id)] == [RecordCreated, RecordChanged]
    (made,) = [one for one in await story.stock.ids() if one != there.id]
    assert [type(one) for one in story.told(made)] == [RecordCreated]


@tell
async def test_an_upsert_that_never_arrived_has_failed(story: Story) -> None:
    await story.stock.one(item="a", left=1)
    await story.lose(story.upsert({"item": "a", "left": 2}, {"item": "b"}), "before")
    assert (await story.settle()).state is WriteState.FAILED


@tell
async def test_an_upsert_that_others_changed_since_is_unclear(story: Story) -> None:
    there = await story.stock.one(item="a", left=1)
    await story.lose(story.upsert({"item": "a", "left": 2}))
    await story.stock.change(there.id, left=3)
    await story.settle()
    assert [one.reason for one in await story.entries()] == [UNCLEAR]


@tell
async def test_a_write_that_is_under_way_is_left_alone(story: Story) -> None:
    await story.lose(story.stock.create({"item": "a"}))
    await story.office.settle()
    assert [one.state for one in await story.entries()] == [WriteState.OPEN]


@tell
async def test_a_table_that_the_catalogue_lost_keeps_its_write_open(story: Story) -> None:
    await story.lose(story.stock.create({"item": "a"}))
    known = story.office.catalogue
    story.office.known = replace(known, tables=known.tables[:1])
    await story.settle()
    story.office.known = None
    await story.settle()
    assert [one.state for one in await story.entries()] == [WriteState.OPEN]


@tell
async def test_an_end_that_comes_meanwhile_is_the_only_one(story: Story) -> None:
    entry = await story.lose(story.stock.create({"item": "a"}))
    await story.office.pass_time(LATER)
    reader = story.office.storage.reader
    stale = replace(entry, version=entry.version - 1)

    class Behind(type(reader)):  # type: ignore[misc]
        async def open_writes(self, before: object, limit: int) -> tuple[JournalEntry, ...]:
            return (stale,)

    story.office.settle._reader = Behind(story.office.storage._state, lambda: None)
    await story.office.settle()
    assert (await story.entries())[0].state is WriteState.OPEN
