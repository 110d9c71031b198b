"""`RecordStore.attach` and `content`: files in cells."""

# mypy: disable-error-code="arg-type"

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.contracts.records.office import ANN, Desk, rec
from titus_core.kernel.errors import AlreadyExists, Invalid, NotFound
from titus_core.records.errors import UnknownField
from titus_core.records.model import Attachment, Record, RecordId
from titus_core.records.ports import Delete, Removal, Upload

BYTES = bytes(range(256)) * 40


async def pieces(whole: bytes = BYTES) -> AsyncIterator[bytes]:
    for start in range(0, len(whole), 1000):
        yield whole[start : start + 1000]


def upload(desk: Desk, record: RecordId, word: str = "files", name: str = "incident report.pdf", **more: Any) -> Upload:
    field = desk.table.named(word).id
    return Upload(
        table=desk.table.id, record=record, field=field, filename=name, type="application/pdf", by=ANN, **more
    )


async def attach(desk: Desk, record: RecordId, whole: bytes = BYTES, **more: Any) -> Record:
    return await desk.office.store.attach(upload(desk, record, **more), pieces(whole))


async def content(desk: Desk, record: RecordId, attachment: str) -> bytes:
    return b"".join([piece async for piece in desk.office.store.content(desk.table.id, record, attachment)])


def files(desk: Desk, record: Record) -> list[Attachment]:
    cell = record.fields.get(desk.id("files"), ())
    assert isinstance(cell, tuple)
    return [one for one in cell if isinstance(one, Attachment)]


async def test_a_file_is_in_its_cell_and_its_bytes_can_be_had(people: Desk) -> None:
    made = await people.one(firstName="Ann")
    after = await attach(people, made.id)
    assert after == await people.get(made.id)
    assert after.version != made.version
    (file,) = files(people, after)
    assert (file.filename, file.size, file.type) == ("incident report.pdf", len(BYTES), "application/pdf")
    assert file.id.startswith("att")
    assert await content(people, made.id, file.id) == BYTES


async def test_files_come_one_behind_the_other(people: Desk) -> None:
    made = await people.one()
    await attach(people, made.id, b"one", name="1.txt")
    after = await attach(people, made.id, b"", name="../2 Zoë\n.txt")
    one, two = files(people, after)
    assert [one.filename, two.filename] == ["1.txt", "../2 Zoë\n.txt"]
    assert await content(people, made.id, one.id) == b"one"
    assert await content(people, made.id, two.id) == b""


async def test_a_change_keeps_orders_and_drops_files_by_id(people: Desk) -> None:
    made = await people.one()
    await attach(people, made.id, b"one")
    one, two = files(people, await attach(people, made.id, b"two"))
    turned = await people.change(made.id, files=[{"id": two.id}, {"id": one.id, "filename": "a lie.exe"}])
    assert files(people, turned) == [two, one]
    left = await people.change(made.id, files=[{"id": one.id}])
    assert files(people, left) == [one]
    with pytest.raises(NotFound):
        await content(people, made.id, two.id)
    with pytest.raises(Invalid, match="files"):
        await people.change(made.id, files=[{"id": two.id}])
    assert files(people, await people.change(made.id, files=[])) == []


async def test_a_file_of_another_record_is_not_to_be_had(people: Desk) -> None:
    ann, bob = await people.create({}, {})
    (file,) = files(people, await attach(people, ann.id))
    with pytest.raises(NotFound):
        await content(people, bob.id, file.id)
    with pytest.raises(Invalid):
        await people.change(bob.id, files=[{"id": file.id}])
    with pytest.raises(NotFound):
        await content(people, rec("Nobody"), file.id)
    with pytest.raises(NotFound):
        await content(people, ann.id, "attNobody00000000")


async def test_the_files_of_a_record_go_with_it(people: Desk) -> None:
    made = await people.one()
    (file,) = files(people, await attach(people, made.id))
    await people.office.store.write(Delete(table=people.table.id, by=ANN, items=(Removal(made.id),)))
    with pytest.raises(NotFound):
        await content(people, made.id, file.id)


async def test_a_record_that_is_not_there_takes_no_file(people: Desk) -> None:
    with pytest.raises(NotFound):
        await attach(people, rec("Nobody"))


@pytest.mark.parametrize("word", ["firstName", "home", "fullName", "homeAddress", "badge"])
async def test_a_field_that_holds_no_files_takes_none(people: Desk, word: str) -> None:
    made = await people.one()
    with pytest.raises(Invalid) as refused:
        await attach(people, made.id, word=word)
    assert refused.value.data["field"] == word
    assert await people.get(made.id) == made


async def test_a_field_that_there_is_not_takes_none(people: Desk) -> None:
    made = await people.one()
    asked = Upload(
        table=people.table.id,
        record=made.id,
        field="fldNothing",
        filename="x",
        type="text/plain",
        by=ANN,
    )
    with pytest.raises(UnknownField):
        await people.office.store.attach(asked, pieces())


async def test_a_file_that_breaks_off_is_not_there(people: Desk) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise LookupError("the line was cut")

    made = await people.one()
    with pytest.raises(LookupError):
        await people.office.store.attach(upload(people, made.id), broken())
    assert await people.get(made.id) == made


async def test_a_repeated_file_is_attached_once(people: Desk) -> None:
    made = await people.one()
    first = await attach(people, made.id, key="k1")
    assert await attach(people, made.id, key="k1") == first
    assert len(files(people, await people.get(made.id))) == 1
    with pytest.raises(AlreadyExists):
        await attach(people, made.id, key="k1", name="another.pdf")
