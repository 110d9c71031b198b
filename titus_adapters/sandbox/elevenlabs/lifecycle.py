"""How a conversation goes: initiated, in progress, processing, done; or failed."""

from __future__ import annotations

from titus_adapters.sandbox.elevenlabs import deliveries
from titus_adapters.sandbox.elevenlabs.desk import Desk
from titus_adapters.sandbox.elevenlabs.events import audio_event, initiation_failure_event, transcript_event
from titus_adapters.sandbox.elevenlabs.records import Conversation
from titus_adapters.sandbox.twilio.engine.process import receive, sleep

SAID_GOODBYE = "Client disconnected: 1000"


def connect(desk: Desk, conversation: Conversation, call_sid: str, *, by_itself: bool) -> None:
    """The caller's audio arrives: they talk until `hang_up`; `by_itself`: or until the script's end."""
    conversation.call_sid, conversation.stream_sid = call_sid, desk.ids.new("MZ")
    talks = conversation.script.talks if by_itself else None
    desk.processes[conversation.id] = desk.spawn(_talk, desk, conversation, talks)


def hang_up(desk: Desk, conversation: Conversation) -> None:
    """The caller's audio ends. Nothing happens to a conversation that is over or never began."""
    if conversation.id in desk.processes:
        desk.processes[conversation.id].tell("gone")


def fail(desk: Desk, conversation: Conversation, reason: str) -> None:
    """It breaks off, for good."""
    conversation.status, conversation.failure, conversation.termination = "failed", reason, reason
    conversation.ended_at = desk.now()
    desk.note(conversation, f"fails: {reason}")
    if desk.switches.events_of_failed:
        desk.spawn(_tell_transcript, desk, conversation)


def ring(desk: Desk, conversation: Conversation) -> None:
    """The agent rings somebody."""
    desk.spawn(_ring, desk, conversation)


async def _ring(desk: Desk, conversation: Conversation) -> None:
    await sleep(desk.pace.ring)
    reaction = conversation.script.answer
    if reaction == "answered":
        connect(desk, conversation, conversation.call_sid, by_itself=True)
        return
    conversation.status, conversation.failure = "failed", f"the call was not answered: {reaction}"
    conversation.ended_at = desk.now()
    desk.note(conversation, f"not answered: {reaction}")
    await deliveries.tell(desk, "initiation_failure", conversation, initiation_failure_event(desk, conversation))


async def _talk(desk: Desk, conversation: Conversation, talks: float | None) -> None:
    if await receive(desk.pace.accept) is None:
        conversation.status, conversation.accepted_at = "in-progress", desk.now()
        desk.note(conversation, "the agent answers")
        if await _breaks_off(desk, conversation, talks):
            return
    conversation.ended_at, conversation.termination = desk.now(), SAID_GOODBYE
    conversation.status = "processing"
    desk.note(conversation, f"is over after {conversation.seconds(desk.now())} s")
    await sleep(desk.pace.analysis)
    _finish(desk, conversation)


async def _breaks_off(desk: Desk, conversation: Conversation, talks: float | None) -> bool:
    """Wait until one of them hangs up; or until it fails."""
    script = conversation.script
    if script.failure is None:
        await receive(talks)
        return False
    if await receive(script.fails_after) is not None:
        return False
    fail(desk, conversation, script.failure)
    return True


def _finish(desk: Desk, conversation: Conversation) -> None:
    conversation.status = "done"
    desk.note(conversation, "is analysed")
    desk.spawn(_tell_transcript, desk, conversation)
    if conversation.has_audio:
        desk.spawn(_tell_audio, desk, conversation)


async def _tell_transcript(desk: Desk, conversation: Conversation) -> None:
    await sleep(desk.pace.transcript_event)
    await deliveries.tell(desk, "transcription", conversation, transcript_event(desk, conversation))


async def _tell_audio(desk: Desk, conversation: Conversation) -> None:
    await sleep(desk.pace.audio_event)
    await deliveries.tell(desk, "audio", conversation, audio_event(desk, conversation))
