"""What happened, as data. Events are the audit trail: stored in the commit that they describe, never changed."""

from __future__ import annotations

from datetime import datetime

import msgspec

from titus_core.kernel.actor import Actor


class Event(msgspec.Struct, frozen=True, tag_field="kind", kw_only=True):
    """Base of all events; each area tags its own (`call.arrived`, `hunt_group.saved`)."""


class Envelope(msgspec.Struct, frozen=True):
    """An event with its circumstances, as handed to `tx.record`.

    `subject` is what it is about (`call:CA…`, `user:7`): all events of one subject, in order, fold to its state.
    """

    subject: str
    at: datetime
    actor: Actor
    event: Event


class Recorded(msgspec.Struct, frozen=True):
    """A stored event as readers see it. `position` grows with each event of a subject; `data` is the event as JSON."""

    position: int
    subject: str
    kind: str
    at: datetime
    actor: Actor
    data: msgspec.Raw
