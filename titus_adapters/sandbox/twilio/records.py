"""What Twilio keeps about calls, recordings and messages: the rows behind webhooks, REST and the timeline."""

from __future__ import annotations

import msgspec

from titus_adapters.sandbox.twilio.behaviour import Manner
from titus_adapters.sandbox.twilio.world import Number

ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


class Entry(msgspec.Struct, frozen=True):
    """One line of a call's story. `kind`: call, caller, heard, twiml, leg, talk, recording, webhook, warning, error or
    note."""

    at: float
    kind: str
    text: str


class Recording(msgspec.Struct, kw_only=True, eq=False):
    sid: str
    call: Call
    source: str
    channels: int
    started_at: float
    status: str = "in-progress"
    duration: int | None = None
    ended_at: float | None = None
    media_at: float | None = None
    """From when on the file can be fetched."""
    paused_at: float | None = None
    silent: float = 0.0
    """Seconds cut out by pauses."""
    callback: str = ""
    callback_method: str = "POST"
    callback_events: tuple[str, ...] = ("completed",)


class Message(msgspec.Struct, kw_only=True, eq=False):
    sid: str
    from_: str
    to: str
    body: str
    direction: str
    status: str
    created_at: float
    updated_at: float
    sent_at: float | None = None
    error_code: int | None = None
    media: tuple[tuple[str, str], ...] = ()
    """(content type, url) of each attachment."""
    status_callback: str = ""
    messaging_service_sid: str | None = None


class Call(msgspec.Struct, kw_only=True, eq=False):
    """A call or a leg of one. The fields are live: read them after a run."""

    sid: str
    from_: str
    to: str
    direction: str
    created_at: float
    status: str = "queued"
    parent: Call | None = None
    number: Number | None = None
    party: Manner | None = None
    """Whoever is at the far end, once it is known."""
    callback: str = ""
    """Where progress is told, and which events of it: of an inbound call only the last."""
    callback_method: str = "POST"
    callback_events: tuple[str, ...] = ("completed",)
    extra: dict[str, str] = msgspec.field(default_factory=dict)
    """Form fields that every request of this call carries besides the common ones."""
    answered_at: float | None = None
    ended_at: float | None = None
    sip_code: str = ""
    answered_by: str | None = None
    legs: list[Call] = msgspec.field(default_factory=list)
    recordings: list[Recording] = msgspec.field(default_factory=list)
    timeline: list[Entry] = msgspec.field(default_factory=list)
    heard: list[str] = msgspec.field(default_factory=list)
    """What was said and played to the party, in order."""
    bridged_to: str | None = None
    """The address that this call was last joined with."""
    bridges: list[str] = msgspec.field(default_factory=list)
    talked_to_agent: bool = False
    left_message: bool = False

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    @property
    def root(self) -> Call:
        return self if self.parent is None else self.parent.root

    @property
    def duration(self) -> int:
        """Whole seconds between answer and end; 0 for a call never answered."""
        if self.answered_at is None or self.ended_at is None:
            return 0
        return round(self.ended_at - self.answered_at)
