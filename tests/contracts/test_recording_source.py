"""What every `calls.ports.RecordingSource` must do: the memory adapter, and Twilio's API as the sandbox plays it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Protocol

import pytest

from tests.adapters.twilio.exchange import SandboxExchange
from titus_adapters.memory.recordings import MemoryRecordings
from titus_core.calls.ports import RecordingSource
from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.kernel.ids import RecordingId

UNKNOWN = RecordingId("RE" + "f" * 32)


class Provider(Protocol):
    @property
    def source(self) -> RecordingSource: ...
    async def records(self) -> RecordingId:
        """A call is recorded, and the recording can be had."""
        ...

    def break_off(self) -> None:
        """From now on every answer ends too early."""
        ...

    def break_down(self) -> None:
        """From now on nothing is answered."""
        ...


class MemoryProvider:
    def __init__(self) -> None:
        self.source = MemoryRecordings()

    async def records(self) -> RecordingId:
        recording_id = RecordingId(f"RE{len(self.source.sounds):032x}")
        self.source.sounds[recording_id] = b"\xff\xfb sound"
        return recording_id

    def break_off(self) -> None:
        self.source.breaks_after = 1

    def break_down(self) -> None:
        self.source.down = True


class TwilioProvider:
    """The same over HTTP, in process: TwilioRecordings → the sandbox's REST."""

    def __init__(self) -> None:
        self.exchange = SandboxExchange()
        self.source = self.exchange.recordings
        self.records = self.exchange.record_a_call

    def break_off(self) -> None:
        self.exchange.transport.cuts = True

    def break_down(self) -> None:
        self.exchange.break_down()


@pytest.fixture(params=["memory", "twilio"])
async def provider(request: pytest.FixtureRequest) -> AsyncIterator[Provider]:
    if request.param == "memory":
        yield MemoryProvider()
    else:
        twilio = TwilioProvider()
        async with twilio.source:
            yield twilio


async def heard(source: RecordingSource, recording_id: RecordingId) -> bytes:
    return b"".join([piece async for piece in source.audio(recording_id)])


async def test_a_recording_is_had_whole_as_often_as_it_is_asked_for(provider: Provider) -> None:
    recording_id = await provider.records()
    sound = await heard(provider.source, recording_id)
    assert sound.startswith(b"\xff\xfb")
    assert await heard(provider.source, recording_id) == sound


async def test_whoever_stops_listening_leaves_it_as_it_was(provider: Provider) -> None:
    recording_id = await provider.records()
    pieces: Any = provider.source.audio(recording_id)
    assert await anext(pieces)
    await pieces.aclose()
    assert await heard(provider.source, recording_id)


async def test_one_that_nobody_has_is_not_found_at_the_first_piece(provider: Provider) -> None:
    pieces = provider.source.audio(UNKNOWN)
    with pytest.raises(NotFound):
        await anext(pieces)


async def test_one_that_was_deleted_is_gone_and_others_are_not(provider: Provider) -> None:
    first, second = await provider.records(), await provider.records()
    await provider.source.delete(first)
    with pytest.raises(NotFound):
        await heard(provider.source, first)
    assert await heard(provider.source, second)


@pytest.mark.parametrize("recording_id", [UNKNOWN, "RE1", "../Calls", ""])
async def test_deleting_what_the_provider_does_not_have_is_well(provider: Provider, recording_id: str) -> None:
    await provider.source.delete(RecordingId(recording_id))
    known = await provider.records()
    for _ in range(2):
        await provider.source.delete(known)


async def test_one_that_breaks_off_is_unavailable_and_never_a_short_one(provider: Provider) -> None:
    recording_id = await provider.records()
    provider.break_off()
    with pytest.raises(Unavailable):
        await heard(provider.source, recording_id)


async def test_a_provider_that_cannot_be_reached_is_unavailable_to_every_question(provider: Provider) -> None:
    recording_id = await provider.records()
    provider.break_down()
    with pytest.raises(Unavailable):
        await heard(provider.source, recording_id)
    with pytest.raises(Unavailable):
        await provider.source.delete(recording_id)
