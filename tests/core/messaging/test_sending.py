"""A text is stored, marked, given to the provider once, and what became of it is noted in any order."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from msgspec.structs import replace

from tests.core.messaging.desk import FIXED, PARTY, Desk, run
from titus_core.kernel.errors import AlreadyExists, Invalid, Refused, Unavailable
from titus_core.messaging.events import MessageMoved, MessageQueued
from titus_core.messaging.model import Direction, MessageId, MessageStatus, Purpose, status_of
from titus_core.messaging.note_status import StatusTold
from titus_core.messaging.ports import NotTaken, Rejected, Taken, Unsure

SENT, DELIVERED = MessageStatus.SENT, MessageStatus.DELIVERED


@pytest.fixture
def desk() -> Desk:
    return Desk()


def told(desk: Desk, status: MessageStatus, message_id: MessageId | None, code: int | None = None) -> None:
    fact = StatusTold(provider_id="SM" + "0" * 31 + "1", status=status, message_id=message_id, error_code=code)
    desk.delivers(desk.note_status, f"SM1:{status}", fact)


def test_it_is_stored_first_and_then_sent_once(desk: Desk) -> None:
    message = desk.queued()
    assert (message.status, message.direction, message.party) == (MessageStatus.QUEUED, Direction.OUTBOUND, PARTY)
    assert desk.texts.sent == []
    sent = desk.sends(message)
    assert (sent.status, sent.provider_id) == (MessageStatus.ACCEPTED, "SM" + "0" * 31 + "1")
    assert desk.sends(message) == sent
    assert len(desk.texts.sent) == 1
    trail = desk.store.events(f"message:{message.id}")
    assert trail[0] == MessageQueued(message_id=message.id, purpose=Purpose.STAFF)
    assert [event.status for event in trail[1:]] == [MessageStatus.SENDING, MessageStatus.ACCEPTED]


def test_under_one_name_there_is_one_text(desk: Desk) -> None:
    first = desk.queued("thank-you")
    assert desk.queued("thank-you") == desk.message(first.id)
    assert desk.queued("other").id != first.id
    assert len(desk.messages) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "+61491570110"},
        {"body": "Something else"},
        {"participant": "Mia"},
        {"media_urls": ("https://files.example/1.jpg",)},
    ],
)
def test_another_text_under_the_same_name_is_refused_and_not_called_sent(desk: Desk, changes: Any) -> None:
    first = desk.queued("thank-you")
    with pytest.raises(AlreadyExists):
        desk.queued("thank-you", **changes)
    assert desk.messages == [desk.message(first.id)]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("to", {"to": FIXED}),
        ("body", {"body": " "}),
        ("body", {"body": "x" * 1601}),
        ("mediaUrls", {"media_urls": ("https://files.example/1.jpg",) * 11}),
        ("mediaUrls[1]", {"media_urls": ("https://files.example/1.jpg", "ftp://files.example")}),
        ("mediaUrls[0]", {"media_urls": ("https://files.example/a b",)}),
    ],
)
def test_what_no_provider_takes_is_refused_before_it_is_stored(desk: Desk, field: str, changes: Any) -> None:
    with pytest.raises(Invalid) as refused:
        desk.queued(**changes)
    assert refused.value.data["field"] == field
    assert desk.messages == []


def test_a_picture_needs_no_words(desk: Desk) -> None:
    message = desk.queued(body="", media_urls=("https://files.example/1.jpg",))
    assert [media.url for media in message.media] == ["https://files.example/1.jpg"]


def test_whoever_wants_no_texts_gets_none(desk: Desk) -> None:
    before = desk.queued("before")
    desk.stops(PARTY)
    with pytest.raises(Refused):
        desk.queued("after")
    assert desk.queued("before").id == before.id
    refused = desk.sends(before)
    assert (refused.status, refused.refusal) == (MessageStatus.REFUSED, "stopped")
    assert desk.texts.sent == []


def test_what_was_certainly_not_taken_is_sent_later(desk: Desk) -> None:
    message = desk.queued()
    desk.texts.answer(NotTaken(7.0))
    with pytest.raises(Unavailable) as later:
        desk.sends(message)
    assert later.value.data["retry_after"] == 7.0
    assert desk.message(message.id).status is MessageStatus.QUEUED
    assert desk.sends(message).status is MessageStatus.ACCEPTED
    assert len(desk.texts.sent) == 1


def test_a_refusal_of_the_provider_is_final(desk: Desk) -> None:
    message = desk.queued()
    desk.texts.answer(Rejected(21211))
    failed = desk.sends(message)
    assert (failed.status, failed.error_code) == (MessageStatus.FAILED, 21211)
    desk.sends(message)
    assert not desk.is_stopped()


def test_whoever_stopped_at_the_provider_has_stopped_here_too(desk: Desk) -> None:
    desk.texts.answer(Rejected(21610))
    desk.sends(desk.queued())
    assert desk.is_stopped()


def test_an_answer_that_got_lost_is_looked_for(desk: Desk) -> None:
    desk.texts.answer(Unsure())
    assert desk.sends(desk.queued()).status is MessageStatus.ACCEPTED
    assert len(desk.texts.sent) == 1


def test_what_the_provider_does_not_list_is_unknown_and_never_sent_again(desk: Desk) -> None:
    message = desk.queued()
    desk.texts.loses = True
    desk.texts.answer(Unsure())
    assert desk.sends(message).status is MessageStatus.UNKNOWN
    assert desk.sends(message).status is MessageStatus.UNKNOWN
    assert desk.texts.sent == []


def lost_twice(desk: Desk) -> tuple[MessageId, MessageId]:
    """Two texts with the same words for the same person; no answer came for either."""
    desk.texts.answer(Unsure(), Unsure())
    return desk.queued("first").id, desk.queued("second").id


def test_another_text_with_the_same_words_is_not_taken_for_it(desk: Desk) -> None:
    before = desk.sends(desk.queued("before"))
    desk.texts.loses = True
    desk.texts.answer(Unsure())
    lost = desk.sends(desk.queued("lost"))
    assert (lost.status, lost.provider_id) == (MessageStatus.UNKNOWN, None)
    assert desk.message(before.id).provider_id is not None


def test_of_two_alike_that_both_got_through_each_is_found(desk: Desk) -> None:
    one, other = lost_twice(desk)
    found = [desk.sends(desk.message(one)), desk.sends(desk.message(other))]
    assert [message.status for message in found] == [MessageStatus.ACCEPTED] * 2
    assert found[0].provider_id != found[1].provider_id


def marked(desk: Desk, *message_ids: MessageId) -> None:
    """Workers died between the mark and the answer."""

    async def work(tx: Any, _: None) -> None:
        stored = [await tx.messages.get(message_id) for message_id in message_ids]
        for message in stored:
            tx.messages.save(replace(message, status=MessageStatus.SENDING))

    run(desk.store.transact(work, None))


@pytest.mark.parametrize(("got_through", "status"), [(1, MessageStatus.UNKNOWN), (2, MessageStatus.ACCEPTED)])
def test_of_two_alike_nobody_can_tell_which_got_through(desk: Desk, got_through: int, status: MessageStatus) -> None:
    one, other = desk.queued("first"), desk.queued("second")
    marked(desk, one.id, other.id)
    desk.texts.sent += [one, other][:got_through]
    assert [desk.sends(one).status, desk.sends(other).status] == [status] * 2
    told(desk, DELIVERED, one.id)
    assert desk.message(one.id).status is DELIVERED


def test_what_a_report_named_meanwhile_is_found_by_that_name(desk: Desk) -> None:
    message = desk.queued()
    marked(desk, message.id)
    desk.texts.sent.append(message)
    told(desk, SENT, message.id)
    marked(desk, message.id)
    assert desk.sends(message).provider_id == "SM" + "0" * 31 + "1"


def crashed(desk: Desk) -> MessageId:
    """The worker died between the mark and the answer."""
    message = desk.queued()
    marked(desk, message.id)
    return message.id


def test_after_a_crash_it_is_never_sent_by_itself(desk: Desk) -> None:
    message_id = crashed(desk)
    run(desk.send_text(message_id))
    assert desk.message(message_id).status is MessageStatus.UNKNOWN
    assert desk.texts.sent == []


def test_after_a_crash_what_the_provider_has_is_found(desk: Desk) -> None:
    message_id = crashed(desk)
    desk.texts.sent.append(desk.message(message_id))
    run(desk.send_text(message_id))
    assert desk.message(message_id).status is MessageStatus.ACCEPTED


def test_while_the_provider_cannot_be_asked_it_is_asked_again_later(desk: Desk) -> None:
    message_id = crashed(desk)
    desk.texts.down = True
    with pytest.raises(Unavailable):
        run(desk.send_text(message_id))
    assert desk.message(message_id).status is MessageStatus.SENDING


def test_a_report_in_between_is_not_undone(desk: Desk) -> None:
    """The provider answers 429 to a repeated request, and reports on the first one."""
    message = desk.queued()

    class Racing:
        async def send(self, marked: object) -> NotTaken:
            fact = StatusTold(provider_id="SM7", status=SENT, message_id=message.id)
            await desk.note_status(desk.incoming(fact))
            return NotTaken()

    desk.send_text._sender = Racing()  # type: ignore[assignment]
    with pytest.raises(Unavailable):
        desk.sends(message)
    assert desk.message(message.id).status is SENT


def test_a_report_may_come_before_the_answer(desk: Desk) -> None:
    message = desk.queued()

    class Racing:
        async def send(self, marked: object) -> Taken:
            fact = StatusTold(provider_id="SM7", status=SENT, message_id=message.id)
            await desk.note_status(desk.incoming(fact))
            return Taken("SM7", MessageStatus.ACCEPTED)

    desk.send_text._sender = Racing()  # type: ignore[assignment]
    sent = desk.sends(message)
    assert (sent.status, sent.provider_id, sent.version) == (SENT, "SM7", 3)


@pytest.mark.parametrize("order", list(permutations((MessageStatus.ACCEPTED, SENT, DELIVERED))))
def test_every_order_of_reports_ends_alike(desk: Desk, order: tuple[MessageStatus, ...]) -> None:
    message = desk.queued()
    desk.sends(message)
    for status in order:
        told(desk, status, message.id)
    assert desk.message(message.id).status is DELIVERED


def test_a_report_resolves_what_was_unknown(desk: Desk) -> None:
    message_id = crashed(desk)
    run(desk.send_text(message_id))
    told(desk, DELIVERED, message_id)
    message = desk.message(message_id)
    assert (message.status, message.provider_id) == (DELIVERED, "SM" + "0" * 31 + "1")


def test_a_report_without_our_id_is_known_by_the_providers(desk: Desk) -> None:
    message = desk.queued()
    desk.sends(message)
    told(desk, MessageStatus.UNDELIVERED, None, code=30003)
    after = desk.message(message.id)
    assert (after.status, after.error_code) == (MessageStatus.UNDELIVERED, 30003)
    assert not desk.is_stopped()


def test_a_report_may_tell_that_someone_has_stopped(desk: Desk) -> None:
    message = desk.queued()
    desk.sends(message)
    told(desk, MessageStatus.FAILED, message.id, code=21610)
    assert desk.is_stopped()


def test_a_report_of_what_is_not_ours_is_kept_and_changes_nothing(desk: Desk) -> None:
    told(desk, SENT, None)
    told(desk, SENT, None)
    assert desk.messages == []


def test_a_report_that_waited_is_worked_on_once_more(desk: Desk) -> None:
    message = desk.queued()
    fact = StatusTold(provider_id="SM7", status=SENT, message_id=message.id)
    kept = desk.delivers(desk.note_status, "k", fact, waiting_id=1)
    assert kept.key == "k"
    assert desk.message(message.id).status is SENT
    assert isinstance(desk.store.events(f"message:{message.id}")[-1], MessageMoved)


def test_words_that_nobody_documents_say_that_the_provider_has_it() -> None:
    assert status_of("queued") is MessageStatus.ACCEPTED
    assert status_of("delivered") is DELIVERED


def test_a_message_that_is_not_there_is_not_sent(desk: Desk) -> None:
    run(desk.send_text(MessageId("TX0")))
    assert desk.texts.sent == []
