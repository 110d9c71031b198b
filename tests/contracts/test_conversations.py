"""What every `calls.ports.Conversations` must do: the memory adapter, and ElevenLabs' API as the sandbox plays it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tests.adapters.elevenlabs.stage import AGENT, CALLER
from tests.contracts.agent_desks import OUR_CALL, SUMMARY, TURNS, Desk, ElevenLabsDesk, MemoryDesk
from titus_core.calls.conversations import Conversation, ConversationState
from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.kernel.ids import CallId, ConversationId

UNKNOWN = ConversationId("conv_nobody")


@pytest.fixture(params=["memory", "elevenlabs"])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    if request.param == "memory":
        yield MemoryDesk()
    else:
        elevenlabs = ElevenLabsDesk()
        async with elevenlabs.api:
            yield elevenlabs


async def the(desk: Desk, conversation_id: ConversationId) -> Conversation:
    told = await desk.conversations.conversation(conversation_id)
    assert told is not None
    return told


async def heard(desk: Desk, conversation_id: ConversationId) -> bytes:
    return b"".join([piece async for piece in desk.conversations.audio(conversation_id)])


# --- one conversation -----------------------------------------------------------------------------------------------


async def test_one_that_is_over_tells_all_that_was_said_and_whose_it_was(desk: Desk) -> None:
    began = desk.now()
    conversation_id = await desk.begin()
    await desk.end(conversation_id)
    told = await the(desk, conversation_id)
    assert (told.id, told.state, told.agent_id) == (conversation_id, ConversationState.DONE, AGENT)
    assert (told.call_id, told.number, told.started_at) == (OUR_CALL, CALLER, began)
    assert (told.turns, told.summary, told.has_audio, told.failure) == (TURNS, SUMMARY, True, None)
    assert told.seconds == 10


async def test_one_that_goes_on_says_so_and_has_no_sound_yet(desk: Desk) -> None:
    conversation_id = await desk.begin()
    told = await the(desk, conversation_id)
    assert (told.state, told.turns, told.summary, told.has_audio) == (ConversationState.RUNNING, TURNS[:1], None, False)
    with pytest.raises(NotFound):
        await heard(desk, conversation_id)


async def test_a_failed_one_says_why(desk: Desk) -> None:
    conversation_id = await desk.begin()
    await desk.end(conversation_id, "failed")
    told = await the(desk, conversation_id)
    assert (told.state, told.failure, told.has_audio) == (ConversationState.FAILED, "the line broke", False)


async def test_what_the_provider_does_not_know_any_more_is_none(desk: Desk) -> None:
    assert await desk.conversations.conversation(UNKNOWN) is None
    conversation_id = await desk.begin()
    await desk.end(conversation_id)
    desk.forget(conversation_id)
    assert await desk.conversations.conversation(conversation_id) is None


# --- all that ended since -------------------------------------------------------------------------------------------


async def test_only_ended_ones_are_listed_the_latest_first(desk: Desk) -> None:
    since = desk.now()
    first, second = await desk.begin(), await desk.begin()
    await desk.end(second, "failed")
    await desk.begin()
    await desk.end(first)
    assert await desk.conversations.ended_since(since) == (second, first)


async def test_one_that_began_at_the_instant_is_listed_and_an_earlier_one_is_not(desk: Desk) -> None:
    await desk.end(await desk.begin())
    since = await desk.later(1)
    second = await desk.begin()
    await desk.end(second)
    assert await desk.conversations.ended_since(since) == (second,)
    assert await desk.conversations.ended_since(since + timedelta(seconds=1)) == ()


async def test_one_that_began_within_the_second_that_is_asked_from_is_listed(desk: Desk) -> None:
    since = await desk.later(0.4)
    await desk.later(0.2)
    conversation_id = await desk.begin()
    await desk.end(conversation_id)
    assert await desk.conversations.ended_since(since) == (conversation_id,)


async def test_all_are_listed_however_many_there_are(desk: Desk) -> None:
    since = desk.now()
    known = [await desk.begin() for _ in range(5)]
    for conversation_id in known:
        await desk.end(conversation_id)
    assert await desk.conversations.ended_since(since) == tuple(reversed(known))


async def test_those_of_one_call_are_found_in_any_state(desk: Desk) -> None:
    over, under_way = await desk.begin(), await desk.begin()
    await desk.end(over)
    assert set(await desk.conversations.of_call(OUR_CALL)) == {over, under_way}
    assert await desk.conversations.of_call(CallId("CA" + "00" * 16)) == ()


async def test_where_nothing_ended_nothing_is_listed(desk: Desk) -> None:
    await desk.begin()
    assert await desk.conversations.ended_since(desk.now() - timedelta(hours=1)) == ()


# --- audio ----------------------------------------------------------------------------------------------------------


async def test_what_was_said_is_had_whole_as_often_as_it_is_asked_for(desk: Desk) -> None:
    conversation_id = await desk.begin()
    await desk.end(conversation_id)
    pieces: Any = desk.conversations.audio(conversation_id)
    await anext(pieces)
    await pieces.aclose()
    sound = await heard(desk, conversation_id)
    assert sound.startswith(b"\xff\xfb")
    assert await heard(desk, conversation_id) == sound


async def test_no_audio_is_not_found_at_the_first_piece(desk: Desk) -> None:
    with pytest.raises(NotFound):
        await anext(desk.conversations.audio(UNKNOWN))


async def test_audio_that_breaks_off_is_unavailable(desk: Desk) -> None:
    conversation_id = await desk.begin()
    await desk.end(conversation_id)
    desk.break_off()
    with pytest.raises(Unavailable):
        await heard(desk, conversation_id)


# --- trouble --------------------------------------------------------------------------------------------------------


async def test_a_provider_that_cannot_be_reached_is_unavailable_to_every_question(desk: Desk) -> None:
    conversation_id = await desk.begin()
    desk.break_down()
    with pytest.raises(Unavailable):
        await desk.conversations.conversation(conversation_id)
    with pytest.raises(Unavailable):
        await desk.conversations.ended_since(desk.now())
    with pytest.raises(Unavailable):
        await heard(desk, conversation_id)
