"""Someone texts us: the message is kept once, with who it is from, its pictures, and what it says about texts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.messaging.desk import OURS, PARTY, Desk, run
from titus_adapters.memory.clock import NOON
from titus_core.calls.ports import KnownCaller
from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.messaging.events import MediaKept, MessageReceived, TextsStopped, TextsWanted
from titus_core.messaging.keywords import stops
from titus_core.messaging.model import Media, MessageId, MessageStatus, TextTold

SID = "SM" + "1" * 32


def text(body: str = "Hello", sid: str = SID, **changes: Any) -> TextTold:
    return TextTold(**{"provider_id": sid, "from_number": PARTY, "to_number": OURS, "body": body, **changes})


@pytest.fixture
def desk() -> Desk:
    return Desk()


def comes(desk: Desk, told: TextTold, waiting_id: int | None = None) -> None:
    desk.delivers(desk.receive_text, told.provider_id, told, waiting_id)


def test_it_is_kept_once_however_often_it_comes(desk: Desk) -> None:
    comes(desk, text())
    comes(desk, text())
    comes(desk, text(), waiting_id=1)
    (message,) = desk.messages
    assert (message.id, message.status, message.party, message.body) == (SID, MessageStatus.RECEIVED, PARTY, "Hello")
    assert desk.store.events(f"message:{SID}") == [MessageReceived(message_id=MessageId(SID))]


def test_whoever_is_known_is_named(desk: Desk) -> None:
    async def know(tx: Any, _: None) -> None:
        tx.known_callers.save(KnownCaller(PARTY, "rec1", "Mia Chen"))

    run(desk.store.transact(know, None))
    comes(desk, text())
    assert (desk.messages[0].participant, desk.messages[0].contact_id) == ("Mia Chen", "rec1")


@pytest.mark.parametrize("sender", ["anonymous", "+266696687", "TITUS", ""])
def test_a_withheld_sender_is_nobody(desk: Desk, sender: str) -> None:
    comes(desk, text("STOP", from_number=sender))
    assert (desk.messages[0].party, desk.messages[0].participant) == (None, None)
    assert not desk.is_stopped()


@pytest.mark.parametrize(
    ("body", "told", "expected"),
    [
        ("STOP", "", True),
        (" stop. ", "", True),
        ("Unsubscribe", "", True),
        ("start", "", False),
        ("please stop by at 5", "", None),
        ("", "", None),
        ("whatever", "STOP", True),
        ("whatever", "START", False),
        ("HELP", "HELP", None),
    ],
)
def test_words_that_mean_no_more_texts(body: str, told: str, expected: bool | None) -> None:
    assert stops(body, told) is expected


def test_who_stops_has_stopped_until_they_start_again(desk: Desk) -> None:
    comes(desk, text("STOP"))
    assert desk.is_stopped()
    desk.clock.advance(60)
    comes(desk, text("START", sid="SM" + "2" * 32))
    assert not desk.is_stopped()
    assert [type(event) for event in desk.store.events(f"number:{PARTY}")] == [TextsStopped, TextsWanted]


def test_what_no_webhook_told_is_absorbed_later(desk: Desk) -> None:
    desk.clock.advance(3600)
    assert run(desk.absorb_text(text("STOP"), NOON))
    assert not run(desk.absorb_text(text("STOP"), NOON))
    (message,) = desk.messages
    assert (message.found_late, message.created_at) == (True, NOON)
    assert desk.is_stopped()
    comes(desk, text())
    assert len(desk.messages) == 1


def test_an_old_stop_that_is_found_late_does_not_undo_a_newer_start(desk: Desk) -> None:
    desk.clock.advance(3600)
    comes(desk, text("START"))
    run(desk.absorb_text(text("STOP", sid="SM" + "2" * 32), NOON))
    assert not desk.is_stopped()


def test_pictures_are_copied(desk: Desk) -> None:
    desk.texts.pictures = {(SID, "ME1"): b"one", (SID, "ME2"): b"two"}
    comes(desk, text(media=(Media("image/jpeg", media_id="ME1"), Media(media_id="ME2"))))
    run(desk.keep_media(MessageId(SID)))
    run(desk.keep_media(MessageId(SID)))
    first, second = (media.file for media in desk.messages[0].media)
    assert first is not None
    assert second is not None
    assert (first.key, first.content_type, second.content_type) == (
        f"messages/{SID}/0",
        "image/jpeg",
        "application/octet-stream",
    )
    assert desk.files.contents[second.key] == b"two"
    kept = [event for event in desk.store.events(f"message:{SID}") if isinstance(event, MediaKept)]
    assert [event.place for event in kept] == [0, 1]


def test_what_cannot_be_had_now_is_fetched_later(desk: Desk) -> None:
    comes(desk, text(media=(Media(media_id="ME1"),)))
    desk.texts.down = True
    with pytest.raises(Unavailable):
        run(desk.keep_media(MessageId(SID)))
    desk.texts.down = False
    with pytest.raises(Unavailable):
        run(desk.keep_media(MessageId(SID)))


def test_a_picture_that_is_gone_does_not_keep_the_others_from_being_kept(desk: Desk) -> None:
    desk.texts.pictures = {(SID, "ME2"): b"two"}
    comes(desk, text(media=(Media(media_id="ME1"), Media(media_id="ME2"))))
    with pytest.raises(Unavailable):
        run(desk.keep_media(MessageId(SID)))
    assert [media.file is not None for media in desk.messages[0].media] == [False, True]


def test_a_message_that_is_not_there_has_no_pictures(desk: Desk) -> None:
    with pytest.raises(NotFound):
        run(desk.keep_media(MessageId("SM0")))


def test_a_copy_that_is_not_what_came_is_fetched_again(desk: Desk) -> None:
    desk.texts.pictures = {(SID, "ME1"): b"one"}
    comes(desk, text(media=(Media(media_id="ME1"),)))

    async def nothing(key: str) -> None:
        return None

    desk.files.about = nothing  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        run(desk.keep_media(MessageId(SID)))


def test_two_workers_that_copy_the_same_note_it_once(desk: Desk) -> None:
    desk.texts.pictures = {(SID, "ME1"): b"one"}
    comes(desk, text(media=(Media(media_id="ME1"),)))
    before = desk.messages[0]
    run(desk.keep_media(MessageId(SID)))

    class Earlier:
        async def message(self, message_id: MessageId) -> object:
            return before

    desk.keep_media._messages = Earlier()  # type: ignore[assignment]
    run(desk.keep_media(MessageId(SID)))
    assert len([event for event in desk.store.events(f"message:{SID}") if isinstance(event, MediaKept)]) == 1
