"""What every `messaging.ports.TextSender`, `MediaSource` and `TextLedger` must do: the memory adapters, and Twilio's
API as the sandbox plays it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.adapters.twilio.exchange import CALLER, MEMBER, OFFICE
from tests.contracts.carriers import UNSUBSCRIBED, Carrier, MemoryCarrier, TwilioCarrier
from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.messaging.model import Direction, Message, MessageId, MessageStatus
from titus_core.messaging.ports import (
    NotTaken,
    Rejected,
    Taken,
    Unsure,
)

UNKNOWN, NO_PICTURE = "MM" + "f" * 32, "ME" + "f" * 32


@pytest.fixture(params=["memory", "twilio"])
async def carrier(request: pytest.FixtureRequest) -> AsyncIterator[Carrier]:
    if request.param == "memory":
        yield MemoryCarrier()
    else:
        twilio = TwilioCarrier()
        async with twilio.sender:
            yield twilio


def a_text(carrier: Carrier, **changes: Any) -> Message:
    text = Message(
        id=MessageId("TX1"),
        direction=Direction.OUTBOUND,
        status=MessageStatus.SENDING,
        from_number=OFFICE,
        to_number=MEMBER,
        party=None,
        body="Hello & good-bye ä‚😀",
        created_at=carrier.now(),
        updated_at=carrier.now(),
    )
    return replace(text, **changes)


# --- sending --------------------------------------------------------------------------------------------------------


async def test_each_text_is_taken_under_a_name_of_its_own(carrier: Carrier) -> None:
    taken = [await carrier.sender.send(a_text(carrier, id=MessageId(f"TX{number}"))) for number in range(3)]
    assert all(isinstance(one, Taken) and one.status is MessageStatus.ACCEPTED for one in taken)
    assert len({one.provider_id for one in taken if isinstance(one, Taken)}) == 3


async def test_what_was_taken_without_an_answer_is_found(carrier: Carrier) -> None:
    carrier.lose_answer()
    text = a_text(carrier)
    assert await carrier.sender.send(text) == Unsure()
    (found,) = await carrier.sender.find(text)
    assert isinstance(found, Taken)


async def test_what_never_arrived_is_not_found(carrier: Carrier) -> None:
    carrier.lose_text()
    text = a_text(carrier)
    assert await carrier.sender.send(text) == Unsure()
    assert await carrier.sender.find(text) == ()


@pytest.mark.parametrize("change", [{"body": "Something else"}, {"to_number": CALLER}, {"from_number": "+61255500002"}])
async def test_other_words_and_other_numbers_are_another_text(carrier: Carrier, change: dict[str, str]) -> None:
    assert isinstance(await carrier.sender.send(a_text(carrier)), Taken)
    assert await carrier.sender.find(a_text(carrier, **change)) == ()


async def test_an_older_text_with_the_same_words_is_another_one(carrier: Carrier) -> None:
    assert isinstance(await carrier.sender.send(a_text(carrier)), Taken)
    await carrier.later(3600)
    assert await carrier.sender.find(a_text(carrier)) == ()


async def test_of_texts_with_the_same_words_all_are_found(carrier: Carrier) -> None:
    taken = {await carrier.sender.send(a_text(carrier, id=MessageId(name))) for name in ("TX1", "TX2")}
    assert set(await carrier.sender.find(a_text(carrier, id=MessageId("TX2")))) == taken


async def test_a_refused_text_is_refused_with_a_code_and_not_found(carrier: Carrier) -> None:
    carrier.unsubscribe()
    text = a_text(carrier)
    assert await carrier.sender.send(text) == Rejected(UNSUBSCRIBED)
    assert await carrier.sender.find(text) == ()


async def test_what_a_busy_carrier_sends_back_may_be_given_again(carrier: Carrier) -> None:
    carrier.be_busy()
    text = a_text(carrier)
    assert isinstance(await carrier.sender.send(text), NotTaken)
    assert await carrier.sender.find(text) == ()
    assert isinstance(await carrier.sender.send(text), Taken)


async def test_where_nobody_is_reached_nothing_is_taken_and_nothing_can_be_looked_up(carrier: Carrier) -> None:
    text = a_text(carrier)
    carrier.break_down()
    assert isinstance(await carrier.sender.send(text), NotTaken)
    with pytest.raises(Unavailable):
        await carrier.sender.find(text)


# --- what came in ---------------------------------------------------------------------------------------------------


async def test_texts_that_came_in_are_listed_from_the_instant_on(carrier: Carrier) -> None:
    carrier.comes("before")
    since = await carrier.later(3600)
    sids = {carrier.comes(body) for body in ("then", "STOP")}
    await carrier.later(60)
    listed = await carrier.ledger.received(since)
    assert {one.told.provider_id for one in listed} == sids
    assert {one.told.body for one in listed} == {"then", "STOP"}
    assert {(one.told.from_number, one.told.to_number, one.came_at) for one in listed} == {(CALLER, OFFICE, since)}


async def test_what_came_in_within_the_second_that_is_asked_from_is_listed(carrier: Carrier) -> None:
    since = await carrier.later(0.4)
    await carrier.later(0.2)
    sid = carrier.comes("just now")
    assert [one.told.provider_id for one in await carrier.ledger.received(since)] == [sid]


async def test_all_texts_are_listed_however_many_there_are(carrier: Carrier) -> None:
    sids = {carrier.comes(f"number {number}") for number in range(5)}
    listed = await carrier.ledger.received(carrier.now() - timedelta(hours=1))
    assert len(listed) == 5
    assert {one.told.provider_id for one in listed} == sids


async def test_what_we_sent_did_not_come_in(carrier: Carrier) -> None:
    since = carrier.now()
    await carrier.sender.send(a_text(carrier))
    await carrier.later(60)
    assert await carrier.ledger.received(since) == ()


async def test_a_list_that_cannot_be_had_is_unavailable(carrier: Carrier) -> None:
    carrier.comes("unheard")
    carrier.break_down()
    with pytest.raises(Unavailable):
        await carrier.ledger.received(carrier.now() - timedelta(hours=1))


# --- pictures -------------------------------------------------------------------------------------------------------

FIRST, SECOND = "ME" + "1" * 32, "ME" + "2" * 32


async def seen(carrier: Carrier, provider_id: str, media_id: str) -> bytes:
    return b"".join([piece async for piece in carrier.media.media(provider_id, media_id)])


async def test_listed_pictures_can_be_fetched_each_by_itself(carrier: Carrier) -> None:
    carrier.comes("photos", FIRST, SECOND)
    (listed,) = await carrier.ledger.received(carrier.now())
    assert {(media.content_type, media.media_id) for media in listed.told.media} == {
        ("image/jpeg", FIRST),
        ("image/jpeg", SECOND),
    }
    pictures = [await seen(carrier, listed.told.provider_id, media.media_id) for media in listed.told.media]
    assert all(pictures)
    assert pictures[0] != pictures[1]


async def test_a_picture_that_nobody_has_is_not_found_at_the_first_piece(carrier: Carrier) -> None:
    sid, other = carrier.comes("photo", FIRST), carrier.comes("another", SECOND)
    for provider_id, media_id in ((UNKNOWN, FIRST), (sid, NO_PICTURE), (other, FIRST), ("", ""), ("../Calls", FIRST)):
        with pytest.raises(NotFound):
            await anext(carrier.media.media(provider_id, media_id))


async def test_a_picture_that_breaks_off_is_unavailable(carrier: Carrier) -> None:
    sid = carrier.comes("photo", FIRST)
    carrier.break_off()
    with pytest.raises(Unavailable):
        await seen(carrier, sid, FIRST)


async def test_a_picture_of_a_carrier_that_cannot_be_reached_is_unavailable(carrier: Carrier) -> None:
    sid = carrier.comes("photo", FIRST)
    carrier.break_down()
    with pytest.raises(Unavailable):
        await seen(carrier, sid, FIRST)
