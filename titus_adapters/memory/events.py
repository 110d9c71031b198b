"""The trail: what each commit recorded, by subject, in order."""

from __future__ import annotations

from datetime import datetime

import msgspec

from titus_adapters.memory.jobs import enqueue
from titus_adapters.memory.state import State
from titus_adapters.memory.unit import Journal
from titus_core.calls.note_alert import ProviderAlerted
from titus_core.jobs.model import Causes
from titus_core.kernel.events import Envelope, Recorded


def record(state: State, causes: Causes, envelopes: tuple[Envelope, ...], journal: Journal) -> None:
    """Append them, and what they make necessary."""
    for envelope in envelopes:
        for job in causes(envelope):
            enqueue(state, job, envelope.at, journal)
        if envelope.subject not in state.trail_of:
            journal.put(state.trail_of, envelope.subject, [])
        journal.append(state.trail, envelope)
        journal.append(state.trail_of[envelope.subject], len(state.trail))


def recorded(state: State, subject: str) -> tuple[Recorded, ...]:
    """Events become JSON when they are read: a simulation writes many more than it reads."""
    return tuple(_recorded(position, state.trail[position - 1]) for position in state.trail_of.get(subject, ()))


def alerts(state: State, since: datetime, limit: int) -> tuple[Recorded, ...]:
    some = enumerate(state.trail, 1)
    found = [(one.at, place) for place, one in some if isinstance(one.event, ProviderAlerted) and one.at >= since]
    return tuple(_recorded(place, state.trail[place - 1]) for _, place in sorted(found)[:limit])


def behind(state: State, position: int, limit: int) -> tuple[Recorded, ...]:
    """The next events of any subject."""
    some = state.trail[position : position + limit]
    return tuple(_recorded(number, envelope) for number, envelope in enumerate(some, position + 1))


def _recorded(position: int, envelope: Envelope) -> Recorded:
    event = envelope.event
    kind = str(event.__struct_config__.tag)
    data = msgspec.Raw(msgspec.json.encode(event))
    return Recorded(position, envelope.subject, kind, envelope.at, envelope.actor, data)
