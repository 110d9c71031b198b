"""What was said as sound: kept once, whichever way it comes, and fetched if it does not come."""

from __future__ import annotations

from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import pytest
from msgspec.structs import replace

from tests.core.calls.builders import group
from tests.core.calls.office import Office, at_once
from titus_adapters.memory.conversations import MemoryConversations
from titus_adapters.memory.files import MemoryFiles
from titus_core.calls.absorb_conversation import AbsorbConversation
from titus_core.calls.conversation_audio import AudioCopies, Source, audio_key
from titus_core.calls.conversations import Conversation, ConversationState, Speaker, Turn
from titus_core.calls.keep_conversation_audio import KeepConversationAudio
from titus_core.calls.ports import Delivery, Mark
from titus_core.calls.take_audio import TakeAudio
from titus_core.calls.take_conversation import TakeConversation
from titus_core.calls.transcripts import Transcript
from titus_core.kernel.errors import Invalid, Unavailable
from titus_core.kernel.files import StoredFile
from titus_core.kernel.ids import ConversationId

ID = ConversationId("conv_1")
SOUND, OTHER = b"\xff\xfb what was said", b"\xff\xfb the same, encoded anew"
TOLD, PULLED = "conversations/conv_1/told.mp3", "conversations/conv_1/pulled.mp3"
DONE = Conversation(
    id=ID, state=ConversationState.DONE, turns=(Turn(Speaker.AGENT, "Hello", 0),), has_audio=True, seconds=7
)
HEARD = Conversation(id=ID, state=ConversationState.PROCESSING, has_audio=True)


async def pieces(*some: bytes) -> AsyncIterator[bytes]:
    for piece in some:
        yield piece


class Shortening(MemoryFiles):
    """A place whose files are not what was stored."""

    async def about(self, key: str) -> StoredFile | None:
        found = await super().about(key)
        return replace(found, size=1) if found is not None else None


class Desk:
    def __init__(self, files: MemoryFiles | None = None) -> None:
        self.office, self.provider, self.files = Office(group()), MemoryConversations(), files or MemoryFiles()
        store, clock = self.office.store, self.office.clock
        self.provider.sounds[ID] = OTHER
        self.copies = AudioCopies(self.files, store.reader)
        self._absorb = AbsorbConversation(store, clock)
        self._take = TakeAudio(self.copies, TakeConversation(store))
        self._keep = KeepConversationAudio(store, store.reader, self.provider, self.copies, clock)

    def told(self, conversation: Conversation = DONE) -> None:
        at_once(self._absorb(conversation))

    def sent(self, *sound: bytes, key: str = "1") -> None:
        at = self.office.clock.now()
        delivery = Delivery(route="post-call", key=key, token=None, query="", body="{}", received_at=at)
        at_once(self._take(delivery, HEARD, pieces(*sound)))

    def pull(self) -> None:
        at_once(self._keep(ID))

    def transcript(self) -> Transcript:
        found: Transcript | None = at_once(self.office.store.reader.transcript(ID))
        assert found is not None
        return found

    def kinds(self) -> list[str]:
        fed = at_once(self.office.store.feed.after(Mark(), 100))
        return [one.event.kind for one in fed if one.event.subject == f"conversation:{ID}"]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_sound_that_is_sent_is_kept(desk: Desk) -> None:
    desk.sent(SOUND[:5], SOUND[5:])
    known = desk.transcript()
    assert known.audio == StoredFile(TOLD, len(SOUND), sha256(SOUND).hexdigest(), "audio/mpeg")
    assert desk.files.contents == {TOLD: SOUND}
    assert desk.kinds() == ["conversation.told", "conversation.audio_kept"]


def test_words_and_sound_come_in_any_order() -> None:
    first, second = Desk(), Desk()
    first.told()
    first.sent(SOUND)
    second.sent(SOUND)
    second.told()
    assert first.transcript().conversation == second.transcript().conversation == DONE
    assert first.transcript().audio == second.transcript().audio
    assert first.kinds() == ["conversation.told", "conversation.audio_kept"]


def test_sent_twice_it_is_kept_once(desk: Desk) -> None:
    desk.sent(SOUND)
    desk.sent(SOUND)
    desk.sent(OTHER, key="2")
    assert desk.files.contents == {TOLD: SOUND}
    assert desk.kinds() == ["conversation.told", "conversation.audio_kept"]


def test_nothing_to_hear_is_no_sound(desk: Desk) -> None:
    desk.sent()
    assert desk.transcript().audio is None
    assert desk.files.contents == {}


def test_sound_that_breaks_off_leaves_nothing(desk: Desk) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield SOUND
        raise Invalid("full_audio", "is not base64")

    delivery = Delivery(route="r", key="1", token=None, query="", body="", received_at=desk.office.clock.now())
    with pytest.raises(Invalid):
        at_once(desk._take(delivery, HEARD, broken()))
    assert desk.files.contents == {}
    assert desk.kinds() == []


def test_a_place_that_loses_bytes_is_not_believed() -> None:
    desk = Desk(Shortening())
    with pytest.raises(Unavailable):
        desk.sent(SOUND)
    assert desk.kinds() == []


def test_sound_that_nobody_sent_is_fetched_once(desk: Desk) -> None:
    desk.told()
    desk.pull()
    desk.pull()
    known = desk.transcript().audio
    assert known is not None
    assert (known.key, known.sha256) == (PULLED, sha256(OTHER).hexdigest())
    assert desk.provider.asked == [f"audio of {ID}"]


@pytest.mark.parametrize("known", [None, replace(DONE, has_audio=False)])
def test_where_there_is_none_nobody_is_asked(desk: Desk, known: Conversation | None) -> None:
    if known is not None:
        desk.told(known)
    desk.pull()
    assert desk.provider.asked == []


def test_sound_that_was_sent_is_not_fetched(desk: Desk) -> None:
    desk.sent(SOUND)
    desk.told()
    desk.pull()
    assert desk.provider.asked == []


@pytest.mark.parametrize("sound", [None, b""])
def test_what_the_provider_does_not_have_is_asked_for_again(desk: Desk, sound: bytes | None) -> None:
    desk.told()
    if sound is None:
        desk.provider.sounds.clear()
    else:
        desk.provider.sounds[ID] = sound
    with pytest.raises(Unavailable):
        desk.pull()
    assert desk.transcript().audio is None
    assert desk.files.contents == {}


def test_of_two_ways_at_once_one_copy_stays(desk: Desk) -> None:
    desk.told()

    class Racing(MemoryConversations):
        async def audio(self, conversation_id: ConversationId) -> AsyncIterator[bytes]:
            yield OTHER
            desk.sent(SOUND)

    store, clock = desk.office.store, desk.office.clock
    at_once(KeepConversationAudio(store, store.reader, Racing(), desk.copies, clock)(ID))
    known = desk.transcript().audio
    assert known is not None
    assert known.key == TOLD
    assert desk.files.contents == {TOLD: SOUND}


def test_a_copy_that_no_commit_kept_does_not_lie_about(desk: Desk) -> None:
    desk.sent(SOUND)
    file: Any = at_once(desk.copies.store(ConversationId("conv_2"), Source.TOLD, pieces(SOUND)))
    at_once(desk.copies.settle(ConversationId("conv_2"), file))
    assert desk.files.contents == {TOLD: SOUND}


@pytest.mark.parametrize("odd", ["", "../x", "a/b", "ä", "x" * 101, "a.b", "\ud800"])
def test_an_odd_id_leads_nowhere_else(odd: str) -> None:
    key = audio_key(ConversationId(odd), Source.TOLD)
    assert key == f"conversations/{sha256(odd.encode('utf-8', 'replace')).hexdigest()}/told.mp3"
