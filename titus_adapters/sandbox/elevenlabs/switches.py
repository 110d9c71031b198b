"""What ElevenLabs does not document, as settings: an app must live with every combination. And the sandbox's pace."""

from __future__ import annotations

from typing import Literal

import msgspec


class Switches(msgspec.Struct, frozen=True, kw_only=True):
    """Behaviour that no page of ElevenLabs settles (../shared/facts/elevenlabs-anthropic-graph.md §1); the defaults are
    the likelier reading, not a promise. All unverified."""

    registered_phone_call: bool = True
    """Has a registered call's conversation `metadata.phone_call`, as those of imported numbers have?"""

    document: Literal["xml", "json"] = "xml"
    """Is register-call's document sent as it is, or inside JSON? Documented as text; one integration met JSON."""

    conversation_id_in_document: bool = True
    """Does the document tell the conversation's id by its name, as observed?"""

    start_bound_included: bool = True
    """Does `call_start_after_unix` include that second?"""

    events_of_failed: bool = False
    """Is a failed conversation told by `post_call_transcription`?"""

    retries_signed_anew: bool = True
    """Has each retry a signature of its own moment? Otherwise the first one's, which grows too old for the last."""

    event_timestamp: Literal["number", "text"] = "number"
    """How an event's moment is spelled: the documents know both."""

    initiation_names_conversation: bool = False
    """Has the initiation webhook's body a `conversation_id`? Seen, not documented."""

    initiation_failure: Literal["go_on", "fail"] = "go_on"
    """Does a conversation begin without its context when the initiation webhook fails?"""


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How long things take, in seconds."""

    accept: float = 2.0
    """From the stream's beginning until the agent speaks."""
    analysis: float = 5.0
    """From the end of a conversation until it is `done`."""
    transcript_event: float = 1.0
    """From then until its transcript is posted."""
    audio_event: float = 4.0
    ring: float = 8.0
    """Until an outbound call is answered, or not."""
    webhook_read: float = 15.0
    """How long an answer to a webhook is waited for."""
