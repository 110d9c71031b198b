"""Conversations that nobody told of are asked for; their words are put into a few sentences, once."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.core.calls.builders import group
from tests.core.calls.office import Office, at_once
from titus_adapters.memory.conversations import MemoryConversations
from titus_adapters.memory.summaries import MemorySummariser
from titus_core.calls.absorb_conversation import AbsorbConversation
from titus_core.calls.conversations import Conversation, ConversationState, Speaker, Summary, Turn
from titus_core.calls.ports import Delivery
from titus_core.calls.pull_conversation import PullConversation
from titus_core.calls.summarise_call import SummariseCall
from titus_core.calls.take_conversation import ConversationDelivery, TakeConversation
from titus_core.calls.transcripts import Transcript, as_text, summary_of
from titus_core.kernel.errors import NotFound, Refused, Unavailable
from titus_core.kernel.ids import ConversationId

ID = ConversationId("conv_1")
WORDS = (Turn(Speaker.AGENT, "Hello", 0), Turn(Speaker.CALLER, "I need help", 3))
TOLD = Conversation(id=ID, state=ConversationState.DONE, turns=WORDS, summary="Theirs.")
MORE = (*WORDS, Turn(Speaker.AGENT, "Goodbye", 9))


class Desk:
    def __init__(self, *known: Conversation) -> None:
        self.office, self.provider, self.summariser = Office(group()), MemoryConversations(*known), MemorySummariser()
        store, clock = self.office.store, self.office.clock
        self.absorb = AbsorbConversation(store, clock)
        self._pull = PullConversation(self.provider, self.absorb, clock)
        self._summarise = SummariseCall(store, store.reader, self.summariser, clock)

    def pull(self) -> None:
        at_once(self._pull(ID))

    def summarise(self) -> None:
        at_once(self._summarise(ID))

    def transcript(self) -> Transcript | None:
        found: Transcript | None = at_once(self.office.store.reader.transcript(ID))
        return found

    def summary(self) -> Summary | None:
        found = self.transcript()
        assert found is not None
        return found.summary


def test_what_was_asked_for_is_kept() -> None:
    desk = Desk(TOLD)
    desk.pull()
    desk.pull()
    found = desk.transcript()
    assert found is not None
    assert (found.conversation, found.version) == (TOLD, 1)
    assert as_text(found.conversation) == "Agent: Hello\nCaller: I need help"
    assert summary_of(found) == "Theirs."


def test_one_that_goes_on_is_asked_for_again() -> None:
    desk = Desk(replace(TOLD, state=ConversationState.RUNNING, turns=()))
    with pytest.raises(Unavailable, match="not written down yet"):
        desk.pull()
    found = desk.transcript()
    assert found is not None
    assert as_text(found.conversation) is None


def test_one_that_was_prepared_and_never_took_place_is_given_up() -> None:
    desk = Desk(replace(TOLD, state=ConversationState.RUNNING, turns=()))
    desk.provider.known[ID] = replace(desk.provider.known[ID], started_at=desk.office.clock.now())
    desk.office.clock.advance(5 * 3600)
    with pytest.raises(Unavailable):
        desk.pull()
    desk.office.clock.advance(1)
    desk.pull()


def test_one_that_failed_is_kept_as_it_is() -> None:
    desk = Desk(replace(TOLD, state=ConversationState.FAILED, turns=(), failure="no-answer"))
    desk.pull()
    assert desk.transcript() is not None


def test_one_that_nobody_knows_is_given_up() -> None:
    with pytest.raises(NotFound):
        Desk().pull()


def test_words_are_summarised_once() -> None:
    desk = Desk(TOLD)
    desk.pull()
    desk.summariser.say("She needs help.", "Something else.")
    desk.summarise()
    desk.summarise()
    found = desk.transcript()
    assert found is not None
    assert summary_of(found) == "She needs help."
    assert desk.summariser.asked == [WORDS]


def test_without_words_nobody_is_asked() -> None:
    desk = Desk(replace(TOLD, turns=()))
    desk.summarise()
    desk.pull()
    desk.summarise()
    assert desk.summariser.asked == []


@pytest.mark.parametrize("error", [Unavailable, Refused])
def test_what_the_model_cannot_do_leaves_nothing(error: type[Exception]) -> None:
    desk = Desk(TOLD)
    desk.pull()
    desk.summariser.decline() if error is Refused else desk.summariser.fail()
    with pytest.raises(error):
        desk.summarise()
    assert desk.summary() is None


def test_a_summary_that_more_words_overtook_is_made_anew() -> None:
    desk = Desk(TOLD)
    desk.pull()

    class Slow(MemorySummariser):
        async def summarise(self, turns: tuple[Turn, ...]) -> Summary:
            await desk.absorb(replace(TOLD, turns=MORE))
            return await super().summarise(turns)

    store = desk.office.store
    job = SummariseCall(store, store.reader, Slow(), desk.office.clock)
    with pytest.raises(Unavailable):
        at_once(job(ID))
    assert desk.summary() is None
    at_once(job(ID))
    summary = desk.summary()
    assert summary is not None
    assert summary.turns == len(MORE)


def test_a_summary_of_fewer_words_gives_way_to_one_of_more() -> None:
    desk = Desk(TOLD)
    desk.pull()
    desk.summarise()
    at_once(desk.absorb(replace(TOLD, turns=MORE)))
    desk.summariser.say("Of all of it.")
    desk.summarise()
    desk.summariser.say("Once more.")
    desk.summarise()
    summary = desk.summary()
    assert summary is not None
    assert (summary.text, summary.turns) == ("Of all of it.", len(MORE))


def test_a_summary_that_came_meanwhile_stays() -> None:
    desk = Desk(TOLD)
    desk.pull()

    class Slow(MemorySummariser):
        async def summarise(self, turns: tuple[Turn, ...]) -> Summary:
            desk.summariser.say("The first one.")
            desk.summarise()
            return await super().summarise(turns)

    store = desk.office.store
    at_once(SummariseCall(store, store.reader, Slow(), desk.office.clock)(ID))
    summary = desk.summary()
    assert summary is not None
    assert summary.text == "The first one."


@pytest.mark.parametrize("later", ["", None, "Theirs, told again."])
def test_what_the_provider_tells_later_takes_no_summary_of_ours_away(later: str | None) -> None:
    desk = Desk(TOLD)
    desk.pull()
    desk.summariser.say("Ours.")
    desk.summarise()
    at_once(desk.absorb(replace(TOLD, summary=later, turns=())))
    found = desk.transcript()
    assert found is not None
    assert summary_of(found) == "Ours."
    assert found.conversation.turns == WORDS
    assert found.conversation.summary == "Theirs."


def test_what_comes_by_itself_is_kept_with_its_delivery_once() -> None:
    desk = Desk()
    take, at = TakeConversation(desk.office.store), desk.office.clock.now()
    delivery = Delivery(route="post-call", key="1", token=None, query="", body="{}", received_at=at)
    for _ in range(2):
        at_once(take(ConversationDelivery(delivery, TOLD)))
    found = desk.transcript()
    assert found is not None
    assert found.version == 1
    at_once(take(ConversationDelivery(replace(delivery, key="2"), None)))
    assert desk.transcript() == found
