"""`messaging.ports.Messages`, `OptOuts` and `MessageReader`."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.contracts.examples import CALLER, OTHER_CALLER, call_id, later
from tests.contracts.stores import Store, Tx, Write, read, write
from titus_core.kernel.errors import Conflict
from titus_core.kernel.files import StoredFile
from titus_core.kernel.ids import UserId
from titus_core.kernel.phone import PhoneNumber
from titus_core.messaging.model import Direction, Media, Message, MessageId, MessageStatus, Purpose, outgoing_id
from titus_core.messaging.ports import MessageFilter

ID = outgoing_id("missed-call:1")
FILE = StoredFile("messages/MM1/0", 12, "0" * 64, "image/jpeg")


def a_message(name: str = ID, **changes: object) -> Message:
    message = Message(
        id=MessageId(name),
        direction=Direction.OUTBOUND,
        status=MessageStatus.QUEUED,
        from_number="+61255500001",
        to_number=CALLER,
        party=CALLER,
        body="Sorry we missed you ä‚😀",
        media=(Media("image/jpeg", "https://files.example/1.jpg", "ME1", FILE), Media()),
        purpose=Purpose.MISSED_CALL,
        participant="Mia",
        contact_id="rec1",
        call_id=call_id(),
        sent_by=UserId(3),
        found_late=True,
        created_at=later(1),
        updated_at=later(2),
    )
    return replace(message, **changes)


def saving(*messages: Message) -> Write:
    def save(tx: Tx) -> None:
        for one in messages:
            tx.messages.save(one)

    return save


async def listed(store: Store, limit: int = 9, after: int | None = None, **where: object) -> list[str]:
    page = await store.reader.messages(MessageFilter(**where), limit, after)  # type: ignore[arg-type]
    return [one.id for one in page.items]


async def test_what_is_stored_is_read_whole(store: Store) -> None:
    await write(store, saving(a_message()))
    stored = replace(a_message(), number=1, version=1)
    assert await store.reader.message(ID) == stored
    assert await read(store, lambda tx: tx.messages.get(ID)) == stored
    assert await store.reader.message(MessageId("SM9")) is None


async def test_one_is_found_by_the_providers_name(store: Store) -> None:
    await write(store, saving(a_message(), a_message("SM2", provider_id="SM2")))
    found = await read(store, lambda tx: tx.messages.of_provider("SM2"))
    assert found is not None
    assert found.id == "SM2"
    assert await read(store, lambda tx: tx.messages.of_provider("SM3")) is None


async def test_under_one_id_there_is_one(store: Store) -> None:
    await write(store, saving(a_message()))
    with pytest.raises(Conflict):
        await write(store, saving(a_message(body="again")))


@pytest.mark.parametrize("version", [1, 3])
async def test_another_version_than_the_stored_one_conflicts(store: Store, version: int) -> None:
    await write(store, saving(a_message()))
    await write(store, saving(a_message(version=1, status=MessageStatus.SENDING)))
    with pytest.raises(Conflict):
        await write(store, saving(a_message(version=version)))
    stored = await store.reader.message(ID)
    assert stored is not None
    assert (stored.status, stored.version, stored.number) == (MessageStatus.SENDING, 2, 1)


async def test_which_texts_nobody_can_tell_of(store: Store) -> None:
    statuses = [MessageStatus.SENDING, MessageStatus.UNKNOWN, MessageStatus.QUEUED, MessageStatus.ACCEPTED]
    await write(store, saving(*(a_message(f"TX{place}", status=one) for place, one in enumerate(statuses))))
    named = a_message("TX8", status=MessageStatus.SENDING, provider_id="SM8")
    await write(store, saving(named, a_message("TX9", status=MessageStatus.SENDING, party=OTHER_CALLER)))
    found = await read(store, lambda tx: tx.messages.unnamed(CALLER))
    assert [one.id for one in found] == ["TX0", "TX1"]


async def test_whether_someone_was_texted_lately(store: Store) -> None:
    await write(store, saving(a_message()))

    async def texted(party: PhoneNumber, purpose: Purpose, since: int) -> bool:
        return await read(store, lambda tx: tx.messages.texted(party, purpose, later(since)))

    assert await texted(CALLER, Purpose.MISSED_CALL, 1)
    assert not await texted(CALLER, Purpose.MISSED_CALL, 2)
    assert not await texted(CALLER, Purpose.NOTICE, 1)
    assert not await texted(OTHER_CALLER, Purpose.MISSED_CALL, 1)


async def test_lists_are_narrowed_and_paged_latest_first(store: Store) -> None:
    names = ["SM1", "SM2", "SM3", "SM4"]
    for name in names:
        party, status = (OTHER_CALLER, MessageStatus.SENT) if name == "SM2" else (CALLER, MessageStatus.UNKNOWN)
        await write(store, saving(a_message(name, party=party, status=status)))
    assert await listed(store) == names[::-1]
    assert await listed(store, party=OTHER_CALLER) == ["SM2"]
    assert await listed(store, party=CALLER, status=MessageStatus.UNKNOWN) == ["SM4", "SM3", "SM1"]
    page = await store.reader.messages(MessageFilter(party=CALLER), 2, None)
    assert [one.id for one in page.items] == ["SM4", "SM3"]
    assert page.next is not None
    assert await listed(store, 2, int(page.next), party=CALLER) == ["SM1"]


async def test_a_withheld_sender_is_nobodys_party(store: Store) -> None:
    await write(store, saving(a_message(party=None)))
    assert await listed(store, party=CALLER) == []
    assert await listed(store) == [ID]


async def test_the_latest_word_on_texts_counts(store: Store) -> None:
    async def has(number: PhoneNumber = CALLER) -> bool:
        return await read(store, lambda tx: tx.opt_outs.has(number))

    assert not await has()
    await write(store, lambda tx: tx.opt_outs.set(CALLER, stopped=True, at=later(10)))
    assert await has()
    assert not await has(OTHER_CALLER)
    await write(store, lambda tx: tx.opt_outs.set(CALLER, stopped=False, at=later(5)))
    assert await has()
    await write(store, lambda tx: tx.opt_outs.set(CALLER, stopped=False, at=later(20)))
    assert not await has()
    await write(store, lambda tx: tx.opt_outs.set(CALLER, stopped=True, at=later(15)))
    assert not await has()
