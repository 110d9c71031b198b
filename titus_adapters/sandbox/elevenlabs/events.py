"""What webhooks say (../shared/reference/elevenlabs/webhook_*.json)."""

from __future__ import annotations

import base64

import msgspec

from titus_adapters.sandbox.elevenlabs.desk import Desk
from titus_adapters.sandbox.elevenlabs.records import Conversation
from titus_adapters.sandbox.elevenlabs.shapes import Json, detail
from titus_adapters.sandbox.twilio.rest.media import mp3


def transcript_event(desk: Desk, conversation: Conversation) -> bytes:
    data = detail(desk, conversation)
    if desk.subscription.exclude_transcript:
        del data["transcript"]
    return _event(desk, "post_call_transcription", data)


def audio_event(desk: Desk, conversation: Conversation) -> bytes:
    sound = base64.b64encode(sound_of(desk, conversation)).decode()
    return _event(desk, "post_call_audio", {**_whose(conversation), "full_audio": sound})


def initiation_failure_event(desk: Desk, conversation: Conversation) -> bytes:
    reason = conversation.script.answer
    status = "failed" if reason == "unknown" else reason
    body = {
        "CallSid": conversation.call_sid,
        "CallStatus": status,
        "CallDuration": "0",
        "To": conversation.number,
        "From": conversation.line,
        "Direction": "outbound-api",
    }
    metadata = {"type": "twilio", "body": body}
    data = {**_whose(conversation), "failure_reason": reason, "metadata": metadata}
    return _event(desk, "call_initiation_failure", data)


def sound_of(desk: Desk, conversation: Conversation) -> bytes:
    """MP3 of the right length and weight, with nothing to hear, and named after the conversation."""
    return mp3(max(1, conversation.seconds(desk.now())), conversation.id, conversation.script.kbit)


def _whose(conversation: Conversation) -> Json:
    return {"agent_id": conversation.agent.id, "conversation_id": conversation.id}


def _event(desk: Desk, kind: str, data: Json) -> bytes:
    """Compact JSON in UTF-8; the signature is over exactly these bytes."""
    at = int(desk.now())
    shown = at if desk.switches.event_timestamp == "number" else str(at)
    return msgspec.json.encode({"type": kind, "event_timestamp": shown, "data": data})
