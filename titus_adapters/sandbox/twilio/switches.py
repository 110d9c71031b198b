"""What Twilio does not document, as settings: an app must live with every combination. And the sandbox's pace."""

from __future__ import annotations

from typing import Literal

import msgspec


class Switches(msgspec.Struct, frozen=True, kw_only=True):
    """Behaviour that no page of Twilio settles; the defaults are the likelier reading, not a promise."""

    action_after_hangup: Literal["never", "canceled", "no-answer"] = "canceled"
    """Is the Dial action requested once the caller is gone, and how is an unanswered Dial spelled then? The documents
    say that the session ends and later verbs don't run; field reports know both spellings. CallStatus is `completed`.
    Unverified."""

    first_pick_up_cancels_others: bool = False
    """While one leg hears its `url` document, are the other legs hung up (True) or do they ring on until one of them
    gets through (False)? Unverified."""

    unregistered_client: Literal["no-answer", "failed"] = "no-answer"
    """How a Dial to a browser that is not registered ends, at once and without DialCallDuration. Unverified."""

    dial_bridged: bool = True
    """Is DialBridged among the action's fields? Documented, but absent from older captures."""

    gone_while_ringing: Literal["no-answer", "canceled"] = "no-answer"
    """How an inbound call ends whose caller leaves before it was answered (Dial with answerOnBridge). Inferred."""

    after_unanswered_bridge: Literal["ringing", "in-progress"] = "ringing"
    """CallStatus of an inbound call whose Dial with answerOnBridge found nobody. Unverified; the documents say only
    that answerOnBridge works for a Dial that comes first."""

    leg_of_gone_caller: Literal["canceled", "no-answer"] = "canceled"
    """How a leg ends that still rang when the caller left. Unverified."""

    record_action_status: Literal["completed", "in-progress"] = "completed"
    """CallStatus in the Record action when the caller ended the message by hanging up. Unverified."""

    api_hangup_requests_action: bool = False
    """Is the Dial action requested when the call is ended over REST rather than by the caller? Unverified."""

    redirect_unanswered: bool = True
    """May REST give an inbound call another document while it still rings (Dial with answerOnBridge)? Otherwise 21220.
    Unverified."""


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How long things take that nobody scripts, in seconds."""

    set_up: float = 0.5
    """From dialling a leg until it rings."""
    ring_grace: float = 5.0
    """What Twilio adds to every Dial timeout (documented)."""
    letters_per_second: float = 15.0
    """Speed of Say."""
    play: float = 5.0
    """Length of any played file: the sandbox does not fetch it."""
    webhook_retry_gap: float = 0.2
    recording_ready: float = 2.0
    """From the end of a recording to its `completed` callback."""
    media_ready: float = 1.0
    """From that callback until the file can be fetched; 404 before."""
    text_step: float = 1.0
    """Between queued, sent and delivered."""
    calls_per_second: float = 1.0
    """Calls created over REST start no faster (documented default)."""
    machine_detection: float = 3.2
    longest_call: float = 4 * 3600.0
    """Twilio ends every call then."""
