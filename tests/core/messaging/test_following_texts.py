"""What became of a text is read in the provider's list where no report told of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.messaging.desk import Desk, run
from titus_adapters.memory.ledger import MemoryLedger
from titus_core.kernel.errors import Unavailable
from titus_core.messaging.follow_texts import FOLLOWED_FOR, FollowTexts
from titus_core.messaging.model import Message, MessageStatus
from titus_core.messaging.ports import ListedSent, Unsure

DELIVERED, UNKNOWN = MessageStatus.DELIVERED, MessageStatus.UNKNOWN


class Following(Desk):
    def __init__(self) -> None:
        super().__init__()
        self.ledger = MemoryLedger()
        self.follow = FollowTexts(self.store, self.store.reader, self.ledger, self.clock)

    def lists(self, message: Message, **changes: Any) -> None:
        row = {
            "provider_id": message.provider_id,
            "from_number": message.from_number,
            "to_number": message.to_number,
            "body": message.body,
            "status": DELIVERED,
            "created_at": self.clock.now(),
        }
        self.ledger.texts_sent.append(ListedSent(**{**row, **changes}))

    def is_lost(self, once: str) -> Message:
        self.texts.loses = True
        self.texts.answer(Unsure())
        return self.sends(self.queued(once))

    def status(self, message: Message) -> MessageStatus:
        run(self.follow())
        return self.message(message.id).status


@pytest.fixture
def desk() -> Following:
    return Following()


def test_a_lost_report_of_a_delivery_is_read_in_the_list(desk: Following) -> None:
    sent = desk.sends(desk.queued())
    assert desk.status(sent) is MessageStatus.ACCEPTED
    desk.lists(sent)
    assert desk.status(sent) is DELIVERED
    asked = len(desk.ledger.asked)
    assert desk.status(sent) is DELIVERED
    assert len(desk.ledger.asked) == asked


def test_a_lost_report_of_a_failure_is_read_with_its_code(desk: Following) -> None:
    sent = desk.sends(desk.queued())
    desk.lists(sent, status=MessageStatus.UNDELIVERED, error_code=21610)
    assert desk.status(sent) is MessageStatus.UNDELIVERED
    assert desk.message(sent.id).error_code == 21610
    assert desk.is_stopped()


def test_a_text_that_the_provider_lists_later_is_unknown_no_more(desk: Following) -> None:
    lost = desk.is_lost("lost")
    assert desk.status(lost) is UNKNOWN
    desk.lists(lost, provider_id="SM7")
    assert desk.status(lost) is DELIVERED
    assert desk.message(lost.id).provider_id == "SM7"


@pytest.mark.parametrize("change", [{"body": "Other words"}, {"to_number": "+61491570110"}, {"from_number": "+61"}])
def test_other_words_and_other_numbers_are_another_text(desk: Following, change: dict[str, str]) -> None:
    lost = desk.is_lost("lost")
    desk.lists(lost, provider_id="SM7", **change)
    assert desk.status(lost) is UNKNOWN


def test_what_belongs_to_another_text_is_not_taken_for_an_unknown_one(desk: Following) -> None:
    sent = desk.sends(desk.queued("first"))
    lost = desk.is_lost("lost")
    desk.lists(sent)
    assert desk.status(lost) is UNKNOWN
    assert desk.status(sent) is DELIVERED


def test_what_was_sent_before_is_not_taken_for_an_unknown_one(desk: Following) -> None:
    before = desk.clock.now()
    desk.clock.advance(3600)
    earlier = desk.sends(desk.queued("earlier"))
    lost = desk.is_lost("lost")
    desk.lists(lost, provider_id="SM7", created_at=before)
    assert desk.status(lost) is UNKNOWN
    assert desk.status(earlier) is MessageStatus.ACCEPTED


def test_many_open_texts_are_all_followed_for_a_day(desk: Following) -> None:
    sent = [desk.sends(desk.queued(f"text {number}", body=f"text {number}")) for number in range(101)]
    for one in sent:
        desk.lists(one)
    desk.clock.advance(FOLLOWED_FOR.total_seconds() + 1)
    assert desk.status(sent[0]) is MessageStatus.ACCEPTED
    desk.clock.advance(-2)
    run(desk.follow())
    assert {desk.message(one.id).status for one in sent} == {DELIVERED}


def test_while_the_list_cannot_be_had_it_is_asked_for_again_later(desk: Following) -> None:
    desk.sends(desk.queued())
    desk.ledger.down = True
    with pytest.raises(Unavailable):
        run(desk.follow())
