"""Recordings at Twilio: `calls.ports.RecordingSource` and `CallLedger`."""

from __future__ import annotations

from tests.cassettes.scenario import Given, Kind, Scenario
from tests.cassettes.scenarios.twilio_account import Twilio
from titus_adapters.twilio.ledger import TwilioLedger
from titus_core.calls.ports import ToldRecording
from titus_core.kernel.errors import NotFound
from titus_core.kernel.ids import RecordingId


async def listed_recordings(on: Twilio, given: Given) -> tuple[ToldRecording, ...]:
    return await TwilioLedger(on.api, page=given.page).recordings(given.since)


async def sound(on: Twilio, given: Given) -> bytes:
    return b"".join([piece async for piece in on.recordings.audio(RecordingId(given.recording))])


async def no_sound(on: Twilio, given: Given) -> bytes:
    return b"".join([piece async for piece in on.recordings.audio(RecordingId(f"RE{0:032d}"))])


async def delete_recording(on: Twilio, given: Given) -> None:
    """Twice: the second time there is nothing left to delete."""
    await on.recordings.delete(RecordingId(given.recording))
    await on.recordings.delete(RecordingId(given.recording))


def _has_sound(given: Given, answer: bytes) -> bool:
    return answer.startswith((b"\xff", b"ID3"))


SCENARIOS = (
    Scenario(
        name="recordings-listed",
        play=listed_recordings,
        holds=lambda given, answer: all(told.call_id.startswith("CA") for told in answer),
    ),
    Scenario(name="recording", play=sound, needs=("recording",), holds=_has_sound),
    Scenario(name="recording-unknown", play=no_sound, holds=lambda given, answer: isinstance(answer, NotFound)),
    Scenario(
        name="recording-deleted",
        play=delete_recording,
        needs=("recording",),
        kind=Kind.PLAYED,
        holds=lambda given, answer: answer is None,
    ),
)
