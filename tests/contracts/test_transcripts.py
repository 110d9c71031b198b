"""`calls.ports.AgentVisits` and `Transcripts`: which caller the agent talked to, and what was said."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.examples import CALLER, OTHER_CALLER, call_id, later
from tests.contracts.stores import Store, Tx, Write, read, write
from titus_core.calls.conversations import Conversation, ConversationState, Speaker, Summary, Turn
from titus_core.calls.transcripts import AgentVisit, Link, Transcript
from titus_core.kernel.errors import Conflict
from titus_core.kernel.files import StoredFile
from titus_core.kernel.ids import CallId, ConversationId

CONVERSATION = ConversationId("conv_1")


def visit(number: int = 1, seconds: int = 0, **changes: object) -> AgentVisit:
    return AgentVisit(**{"call_id": call_id(number), "at": later(seconds), "caller": CALLER, **changes})  # type: ignore[arg-type]


def a_transcript(name: str = CONVERSATION, turns: int = 2, **changes: object) -> Transcript:
    said = tuple(
        Turn(Speaker.CALLER if place % 2 else Speaker.AGENT, f"ä‚\U0001f600 {place}", place) for place in range(turns)
    )
    conversation = Conversation(
        id=ConversationId(name),
        state=ConversationState.DONE,
        agent_id="agent_1",
        call_id=call_id(),
        number=CALLER,
        started_at=later(1),
        seconds=70,
        turns=said,
        summary="They talked.",
        has_audio=True,
    )
    return Transcript(**{"conversation": conversation, "heard_at": later(2), **changes})  # type: ignore[arg-type]


def adding(*visits: AgentVisit) -> Write:
    def add(tx: Tx) -> None:
        for one in visits:
            tx.agent_visits.add(one)

    return add


def saving(*transcripts: Transcript) -> Write:
    def save(tx: Tx) -> None:
        for one in transcripts:
            tx.transcripts.save(one)

    return save


async def near(store: Store, start: int, end: int) -> tuple[CallId, ...]:
    return await read(store, lambda tx: tx.agent_visits.near(CALLER, later(start), later(end)))


async def test_a_visit_is_found_by_its_conversation(store: Store) -> None:
    await write(store, adding(visit(1, conversation_id=CONVERSATION), visit(2)))
    assert await read(store, lambda tx: tx.agent_visits.of(CONVERSATION)) == call_id(1)
    assert await read(store, lambda tx: tx.agent_visits.of(ConversationId("conv_2"))) is None


async def test_visits_are_found_by_caller_and_time_both_ends_included(store: Store) -> None:
    await write(store, adding(visit(3, 30), visit(1, 10), visit(2, 20), visit(4, 20, caller=OTHER_CALLER)))
    await write(store, adding(visit(5, 20, caller=None)))
    assert await near(store, 10, 30) == (call_id(1), call_id(2), call_id(3))
    assert await near(store, 11, 29) == (call_id(2),)
    assert await near(store, 31, 99) == ()


async def test_a_visit_that_has_its_transcript_is_no_candidate(store: Store) -> None:
    await write(store, adding(visit(1, 10), visit(2, 20)), saving(a_transcript(call_id=call_id(1), link=Link.OUR_ID)))
    await write(store, saving(a_transcript("conv_2")))  # belongs to nobody yet
    assert await near(store, 0, 99) == (call_id(2),)


async def test_a_visit_whose_conversation_was_named_is_no_candidate(store: Store) -> None:
    await write(store, adding(visit(1, 10, conversation_id=CONVERSATION), visit(2, 20)))
    assert await near(store, 0, 99) == (call_id(2),)


async def test_two_conversations_cannot_guess_one_call(store: Store) -> None:
    guess: dict[str, Any] = {"call_id": call_id(), "link": Link.NUMBER_AND_TIME}
    await write(store, saving(a_transcript("conv_1", **guess), a_transcript("conv_2")))
    with pytest.raises(Conflict):
        await write(store, saving(a_transcript("conv_3", **guess)))
    with pytest.raises(Conflict):
        await write(store, saving(a_transcript("conv_2", **guess, version=1)))
    await write(store, saving(a_transcript("conv_2", call_id=call_id(), link=Link.PERSON, version=1)))
    await write(store, saving(a_transcript("conv_1", 4, **guess, version=1)))


async def test_the_first_visit_of_a_call_stays(store: Store) -> None:
    await write(store, adding(visit(1, 10)))
    await write(store, adding(visit(1, 50, conversation_id=CONVERSATION)))
    assert await near(store, 10, 10) == (call_id(1),)
    assert await read(store, lambda tx: tx.agent_visits.of(CONVERSATION)) is None


async def test_a_transcript_comes_back_as_saved(store: Store) -> None:
    assert await read(store, lambda tx: tx.transcripts.get(CONVERSATION)) is None
    assert await store.reader.transcript(CONVERSATION) is None
    saved = a_transcript(
        call_id=call_id(),
        link=Link.NUMBER_AND_TIME,
        summary=Summary(text="Short.", model="m", request_id="r", input_tokens=1, output_tokens=2, cost="0.01"),
        audio=StoredFile("conversations/conv_1.mp3", 7, "00", "audio/mpeg"),
    )
    await write(store, saving(saved))
    found = await read(store, lambda tx: tx.transcripts.get(CONVERSATION))
    assert found is not None
    assert found.version == 1
    assert (found.conversation, found.summary, found.audio) == (saved.conversation, saved.summary, saved.audio)
    assert (found.call_id, found.link, found.heard_at) == (saved.call_id, saved.link, saved.heard_at)
    assert await store.reader.transcript(CONVERSATION) == found
    assert await store.reader.transcript_of(call_id()) == found


async def test_of_two_changes_of_one_version_one_is_told(store: Store) -> None:
    await write(store, saving(a_transcript()))
    with pytest.raises(Conflict):
        await write(store, saving(a_transcript()))
    await write(store, saving(a_transcript(turns=4, version=1)))
    with pytest.raises(Conflict):
        await write(store, saving(a_transcript(turns=3, version=1)))
    found = await store.reader.transcript(CONVERSATION)
    assert found is not None
    assert (found.version, len(found.conversation.turns)) == (2, 4)


async def test_of_several_of_one_call_the_one_with_most_to_read_is_shown(store: Store) -> None:
    belongs = {"call_id": call_id(), "link": Link.OUR_ID}
    await write(store, saving(a_transcript("conv_1", 1, **belongs), a_transcript("conv_2", 3, **belongs)))
    await write(store, saving(a_transcript("conv_0", 3, **{**belongs, "heard_at": later(9)})))
    found = await store.reader.transcript_of(call_id())
    assert found is not None
    assert found.id == "conv_2"
    assert await store.reader.transcript_of(call_id(7)) is None
    assert await store.reader.transcripts_of([call_id(), call_id(7)]) == {call_id(): found}
    assert await store.reader.transcripts_of([]) == {}


async def test_what_belongs_to_no_call_waits_the_latest_first(store: Store) -> None:
    await write(store, saving(a_transcript("conv_1"), a_transcript("conv_2", heard_at=later(50))))
    await write(store, saving(a_transcript("conv_3", call_id=call_id(), link=Link.PERSON)))
    assert [one.id for one in await store.reader.unlinked(9)] == ["conv_2", "conv_1"]
    assert [one.id for one in await store.reader.unlinked(1)] == ["conv_2"]


async def test_all_are_listed_the_latest_heard_of_first_page_by_page(store: Store) -> None:
    same = [a_transcript(f"conv_{number}") for number in (1, 2, 3)]
    linked = a_transcript("conv_9", heard_at=later(50), call_id=call_id(), link=Link.PERSON)
    await write(store, saving(*same, linked, a_transcript("conv_0", heard_at=later(0))))
    everything = [one.id for one in (await store.reader.conversations(9, None)).items]
    assert everything == ["conv_9", "conv_3", "conv_2", "conv_1", "conv_0"]
    for size in (1, 2, 5):
        found: list[str] = []
        after: ConversationId | None = None
        while True:
            page = await store.reader.conversations(size, after)
            found += [one.id for one in page.items]
            if page.next is None:
                break
            after = ConversationId(page.next)
        assert found == everything


async def test_after_an_unknown_one_there_is_nothing(store: Store) -> None:
    await write(store, saving(a_transcript()))
    assert (await store.reader.conversations(9, ConversationId("conv_9"))).items == ()


async def test_what_belongs_to_no_call_is_listed_page_by_page_also_when_the_last_one_seen_got_its_call(
    store: Store,
) -> None:
    await write(store, saving(*(a_transcript(f"conv_{number}") for number in (1, 2, 3))))
    await write(store, saving(a_transcript("conv_0", heard_at=later(50)), a_transcript("conv_4", heard_at=later(0))))
    seen = [one.id for one in await store.reader.unlinked(2)]
    assert seen == ["conv_0", "conv_3"]
    linked = a_transcript("conv_3", call_id=call_id(), link=Link.PERSON, version=1)
    await write(store, saving(linked))
    assert [one.id for one in await store.reader.unlinked(2, ConversationId("conv_3"))] == ["conv_2", "conv_1"]
    assert [one.id for one in await store.reader.unlinked(2, ConversationId("conv_1"))] == ["conv_4"]
    assert await store.reader.unlinked(2, ConversationId("conv_9")) == ()
