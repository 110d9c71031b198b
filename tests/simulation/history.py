"""What happened in one history: recorded step by step, so that invariants can be checked on it.

Whoever runs Titus (the pure core, the core on a store, a live server) fills it: `step` after each thing that Titus did,
`Truth` for what really happened to each caller. Times of steps are Titus's clock; `now` is the world's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from titus_core.calls.events import CallSettled, VoicemailOffered
from titus_core.calls.evidence import outcome
from titus_core.calls.history import AnyCallEvent
from titus_core.calls.instructions import Dial, HandOver, Reply
from titus_core.calls.model import Call, Outcome
from titus_core.hunt_groups.availability import Engagement, Presence
from titus_core.kernel.ids import CallId, UserId


class Delivered(msgspec.Struct, frozen=True):
    """One request that Titus acknowledged. `asked` False: a report; `again`: its key came before; `fresh`: the
    provider asks it for the first time."""

    route: str
    key: str
    fact: object
    reply: Reply | None
    asked: bool
    again: bool = False
    fresh: bool = False


class Change(msgspec.Struct, frozen=True):
    """What one step did to one call: its new state, and the events that were recorded with it."""

    before: Call | None
    after: Call
    events: tuple[tuple[AnyCallEvent, datetime], ...]


class Step(msgspec.Struct, frozen=True):
    """One thing that Titus did: it worked on a request, or (`delivered` None) on something that was due."""

    at: datetime
    delivered: Delivered | None
    changes: tuple[Change, ...]


class Truth(msgspec.Struct):
    """What really happened to one caller, as no fault can change it. Times are the world's."""

    call_id: CallId
    began_at: datetime
    over_at: datetime | None = None
    dropped: bool = False
    """We ended the call while the caller was still there."""
    talked_to: list[str] = []
    left_message: bool = False
    at_agent: bool = False
    blocked: bool = False


class History:
    """`slack`: by how much Titus's clock was set back altogether; time limits forgive it."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.seed = seed
        self.now = now
        self.slack = timedelta()
        self.delivered: list[Delivered] = []
        self.replies: dict[tuple[str, str], Reply | None] = {}
        self.dialled: dict[tuple[CallId, int], str] = {}
        self.handed_over: set[CallId] = set()
        self.calls: dict[CallId, Call] = {}
        self.events: dict[CallId, list[tuple[AnyCallEvent, datetime]]] = {}
        self.settled: dict[CallId, datetime] = {}
        self.settled_as: dict[CallId, Outcome | None] = {}
        self.at_last_resort: dict[CallId, datetime] = {}
        self.truths: dict[CallId, Truth] = {}
        self.is_informed = True
        """Whether all reports come, and clocks are right: then Titus can know all that is true."""
        self.clashes: list[str] = []
        """Who was rung, in truth, while another call had them."""
        self.presence: dict[UserId, Presence] = {}
        self.engaged: Mapping[UserId, Engagement] = {}

    def add(self, step: Step) -> None:
        """Take the step in. Invariants of the step itself are checked before."""
        if step.delivered is not None:
            self._add_delivered(step.delivered)
        for change in step.changes:
            call = change.after
            self.calls[call.id] = call
            self.events.setdefault(call.id, []).extend(change.events)
            for event, _ in change.events:
                self._add_event(call, event)

    def _add_delivered(self, delivered: Delivered) -> None:
        self.delivered.append(delivered)
        self.replies.setdefault((delivered.route, delivered.key), delivered.reply)
        if delivered.reply is not None:
            for instruction in delivered.reply.instructions:
                if isinstance(instruction, Dial):
                    self.dialled.setdefault((delivered.reply.call_id, instruction.wave), delivered.key)
                elif isinstance(instruction, HandOver):
                    self.handed_over.add(delivered.reply.call_id)

    def _add_event(self, call: Call, event: AnyCallEvent) -> None:
        if isinstance(event, CallSettled):
            self.settled[call.id] = self.now
            self.settled_as[call.id] = outcome(call)
        elif isinstance(event, VoicemailOffered):
            self.at_last_resort.setdefault(call.id, self.now)
