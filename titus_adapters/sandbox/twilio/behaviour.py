"""What people and devices do when it rings, and while they are on the line."""

from __future__ import annotations

from typing import Literal

import msgspec

Activity = Literal["ring", "say", "play", "pause", "gather", "dial", "talk", "record", "agent"]


class HangUp(msgspec.Struct, frozen=True):
    """Put the receiver down `after` seconds of the first such activity."""

    during: Activity
    after: float = 1.0


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody behaves once connected. Whoever has `talks=None` leaves it to the other side to hang up."""

    talks: float | None = None
    """Seconds of conversation before they hang up."""
    presses: str | None = None
    """Keys pressed when a Gather runs (or a leg is screened); None stays silent."""
    presses_after: float = 2.0
    speaks: float = 12.0
    """Length of the message they leave when a Record runs; 0 says nothing."""
    ends_message: Literal["hangup", "#", "*", "silence"] = "hangup"
    talks_to_agent: float = 45.0
    """Seconds with whatever a Connect leads to."""
    agent_hangs_up: bool = False
    hangs_up: HangUp | None = None


class Caller(Manner, frozen=True, kw_only=True):
    """Somebody who dials one of our numbers: `number` is From, spelled as the network spells it."""

    number: str
    gives_up_after: float | None = None
    """Seconds from dialling until they leave, unless a person, the agent or voicemail has them by then."""
    forwarded_from: str | None = None


class Answers(Manner, frozen=True, kw_only=True, tag=True):
    """Picks up after so many seconds of ringing; `presses` passes a screening, silence fails it."""

    after: float = 4.0
    talks: float | None = 60.0


class CarrierVoicemail(Manner, frozen=True, kw_only=True, tag=True):
    """Nobody picks up, and the carrier's answering machine does: an answer like any other, to Twilio."""

    after: float = 20.0
    talks: float | None = 30.0


class Declines(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Presses the red button (SIP 486 or 603)."""

    after: float = 3.0
    sip: Literal["486", "603"] = "486"


class Busy(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Engaged."""


class DeadNumber(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Not in service (SIP 404): fails without ringing."""


class Unreachable(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Switched off or out of coverage (SIP 480): fails without ringing."""


class NeverAnswers(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Rings until somebody stops it."""


PhoneBehaviour = Answers | CarrierVoicemail | Declines | Busy | DeadNumber | Unreachable | NeverAnswers
"""One reaction to one ring."""
