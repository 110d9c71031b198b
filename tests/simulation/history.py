"""What happened in one history: recorded step by step, so that invariants can be checked on it.

Whoever runs Titus (the pure core, the core on a store, a live server) fills it: `step` after each thing that Titus did,
`Truth` for what really happened to each caller. Times of steps are Titus's clock; `now` is the world's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from titus_core.calls.events import AgentServed, CallSettled, ScreeningAnswered, VoicemailOffered, WaveOffered
from titus_core.calls.evidence import outcome
from titus_core.calls.history import AnyCallEvent
from titus_core.calls.holding import engagements
from titus_core.calls.instructions import ConnectAgent, Dial, HandOver, Reply
from titus_core.calls.model import Call, Outcome, RingStage, Screening
from titus_core.hunt_groups.availability import Engagement, Presence
from titus_core.hunt_groups.model import HuntGroup, Strategy
from titus_core.kernel.ids import CallId, GroupId, UserId

LATER = " later"
"""Follows the route of a delivery that was kept and is worked on now: nobody hears the answer."""


AT_ONCE = timedelta(seconds=15)
"""News that come so soon after the end put nothing off that has a limit."""


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


class Step:
    """One thing that Titus did: it worked on a request, or (`delivered` None) on something that was due. `raced`:
    other things happened while it did, so it may have decided by how things were before; `told`: it was told something,
    whether or not its answer got out.

    `instructions` are what was answered, `offers` the waves that were offered, each with what became of its call."""

    def __init__(
        self,
        at: datetime,
        delivered: Delivered | None,
        changes: tuple[Change, ...],
        *,
        raced: bool = False,
        told: bool = False,
    ) -> None:
        self.at = at
        self.delivered = delivered
        self.changes = changes
        self.raced = raced
        self.told = told
        reply = None if delivered is None else delivered.reply
        self.instructions = () if reply is None else reply.instructions
        self.offers = tuple(
            [(change, event) for change in changes for event, _ in change.events if isinstance(event, WaveOffered)]
        )


class Talk(msgspec.Struct, frozen=True):
    """A conversation that is over, as it was in the world."""

    user_id: UserId
    call_id: CallId
    wave: int
    over_at: datetime


class Truth(msgspec.Struct):
    """What really happened to one caller, as no fault can change it. Times are the world's."""

    call_id: CallId
    began_at: datetime
    over_at: datetime | None = None
    dropped: bool = False
    """We ended the call while the caller was still there."""
    talked_to: list[str] = []
    talked_for: timedelta = timedelta()
    left_message: bool = False
    at_agent: bool = False
    degraded: bool = False
    """Titus could not use its store, and served the caller without."""
    blocked: bool = False


class History:
    """`slack`: by how much the processes' clocks differed at most; time limits forgive it."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.seed = seed
        self.now = now
        self.slack = timedelta()
        self.delivered: list[Delivered] = []
        self.replies: dict[tuple[str, str], Reply | None] = {}
        self.dialled: dict[tuple[CallId, int], str] = {}
        self.handed_over: set[CallId] = set()
        self.accepted: set[CallId] = set()
        """Whose callers were given to somebody in an answer that got lost."""
        self.calls: dict[CallId, Call] = {}
        self.events: dict[CallId, list[tuple[AnyCallEvent, datetime]]] = {}
        self._holds: dict[CallId, tuple[Call, tuple[Engagement, ...]]] = {}
        self.known_since: dict[CallId, datetime] = {}
        self.settled: dict[CallId, datetime] = {}
        self.settled_as: dict[CallId, Outcome | None] = {}
        self.owed: dict[CallId, str] = {}
        """For which calls someone owes the caller a call at the end, and why."""
        self.at_last_resort: dict[CallId, datetime] = {}
        self.truths: dict[CallId, Truth] = {}
        self.heard_late: set[CallId] = set()
        """Whose callers were gone for a while when some news of them came."""
        self.rung: set[tuple[CallId, int]] = set()
        """Which waves the provider really dialled."""
        self.delays: dict[CallId, timedelta] = {}
        """What the provider's own faults cost each call: unanswered tries, refused questions."""
        self.fired: Counter[str] = Counter()
        """Which faults struck, and how often."""
        self.invited: list[CallId] = []
        """For which calls the AI agent was asked, and (`invited_before`) how often before this step."""
        self.invited_before = 0
        self.refused: set[CallId] = set()
        """About which calls Titus asked the provider in vain."""
        self.is_informed = True
        """Whether all reports come, and clocks are right: then Titus can know all that is true."""
        self.is_told = True
        """Whether requests and reports come, sooner or later."""
        self.is_timely = True
        self.says_bridged = True
        self.clashes: list[str] = []
        """Who was rung, in truth, while another call had them."""
        self.talks: list[Talk] = []
        self.agent_ready = True
        self.groups: dict[GroupId, HuntGroup] = {}
        self.firsts: dict[GroupId, UserId] = {}
        """Whom the last run of each round-robin group rang first."""
        self.presence: dict[UserId, Presence] = {}
        self.heartbeats: dict[UserId, datetime] = {}
        self.engaged: Mapping[UserId, Engagement] = {}
        self.held: Mapping[UserId, Engagement] = {}
        """`engaged`, as it was after the step before."""

    def holds(self, call: Call) -> tuple[Engagement, ...]:
        """Whom this call holds (`engagements`), worked out once for each state of it."""
        known = self._holds.get(call.id)
        if known is None or known[0] is not call:
            known = self._holds[call.id] = (call, engagements(call))
        return known[1]

    def delay(self, call_id: CallId, seconds: float) -> None:
        self.delays[call_id] = self.delays.get(call_id, timedelta()) + timedelta(seconds=seconds)

    def add(self, step: Step) -> None:
        """Take the step in. Invariants of the step itself are checked before."""
        if step.delivered is not None:
            self._add_delivered(step.delivered)
        for change in step.changes:
            call = change.after
            self.known_since.setdefault(call.id, self.now)
            self._note_if_late(step, call)
            self.calls[call.id] = call
            self.events.setdefault(call.id, []).extend(change.events)
            for event, _ in change.events:
                if step.delivered is None:
                    self._add_untold(event)
                self._add_event(call, event)
        if step.changes:
            self.held = dict(self.engaged)

    def _note_if_late(self, step: Step, call: Call) -> None:
        truth = self.truths.get(call.id)
        over_at = truth.over_at if truth is not None else None
        if step.told and over_at is not None and self.now - over_at > AT_ONCE:
            self.heard_late.add(call.id)

    def _add_untold(self, event: AnyCallEvent) -> None:
        """A crash took the answer; that it was not given, Titus cannot know."""
        if isinstance(event, AgentServed):
            self.handed_over.add(event.call_id)
        elif isinstance(event, ScreeningAnswered) and event.answer is Screening.ACCEPTED:
            self.accepted.add(event.call_id)

    def _add_delivered(self, delivered: Delivered) -> None:
        self.delivered.append(delivered)
        self.replies.setdefault((delivered.route, delivered.key), delivered.reply)
        if delivered.reply is not None:
            for instruction in delivered.reply.instructions:
                if isinstance(instruction, Dial):
                    self.dialled.setdefault((delivered.reply.call_id, instruction.wave), delivered.key)
                elif isinstance(instruction, ConnectAgent):
                    self.at_last_resort.setdefault(delivered.reply.call_id, self.now)
                elif isinstance(instruction, HandOver):
                    self.handed_over.add(delivered.reply.call_id)

    def _add_event(self, call: Call, event: AnyCallEvent) -> None:
        if isinstance(event, CallSettled):
            self.settled[call.id] = self.now
            self.settled_as[call.id] = outcome(call)
        elif isinstance(event, VoicemailOffered):
            self.at_last_resort.setdefault(call.id, self.now)
        elif isinstance(event, WaveOffered):
            self._add_wave(call, event)

    def _add_wave(self, call: Call, event: WaveOffered) -> None:
        stage = call.plan.stages[event.stage] if call.plan is not None else None
        if isinstance(stage, RingStage) and stage.strategy is Strategy.ROUND_ROBIN:
            earlier = [known for known in call.waves if known.stage == event.stage and known.number < event.wave]
            began = any(attempt.user_id != stage.first for wave in earlier for attempt in wave.attempts)
            in_turn = [attempt.user_id for attempt in event.attempts if attempt.user_id not in {stage.first, None}]
            if in_turn and in_turn[0] is not None and not began:
                self.firsts[stage.group_id] = in_turn[0]
