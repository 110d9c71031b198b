"""One call told fact by fact, at the level of the pure core."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.core.calls.builders import NOON, world
from titus_core.calls.evidence import outcome, result
from titus_core.calls.facts import Fact
from titus_core.calls.history import AnyCallEvent
from titus_core.calls.holding import engagements
from titus_core.calls.hunting import Directory
from titus_core.calls.instructions import Dial, Hold, Instruction, Say
from titus_core.calls.model import Call, Outcome, Result
from titus_core.calls.routing import Decision, decide
from titus_core.hunt_groups.availability import Engagement, Reason
from titus_core.kernel.ids import UserId


class Story:
    """Keeps the call, the clock and all that was recorded. `tell` tells facts one after another."""

    def __init__(self, directory: Directory | None = None, now: datetime = NOON) -> None:
        self.directory = directory or world()
        self.now = now
        self.known: Call | None = None
        self.events: list[tuple[AnyCallEvent, datetime]] = []
        self.replies: list[tuple[Instruction, ...]] = []
        self.decision: Decision | None = None

    def tell(self, *facts: Fact) -> Story:
        for fact in facts:
            self.decision = decide(self.known, fact, self.now, self.directory)
            self.known = self.decision.call
            self.events += [(event, self.now) for event in self.decision.events]
            self.replies.append(self.decision.instructions)
        return self

    def after(self, seconds: float) -> Story:
        self.now += timedelta(seconds=seconds)
        return self

    def where(self, directory: Directory) -> Story:
        """From now on the world is so."""
        self.directory = directory
        return self

    @property
    def call(self) -> Call:
        assert self.known is not None
        return self.known

    @property
    def reply(self) -> tuple[Instruction, ...]:
        return self.replies[-1]

    @property
    def spoken(self) -> list[str]:
        return [step.text for step in self.reply if isinstance(step, Say)]

    @property
    def news(self) -> list[str]:
        """The kinds of the events that the last fact caused."""
        assert self.decision is not None
        return [type(event).__name__ for event in self.decision.events]

    @property
    def rung(self) -> list[UserId | str]:
        """Who the last reply rings: users, or addresses of nobody in particular."""
        return [
            target.user_id or target.address for step in self.reply if isinstance(step, Dial) for target in step.targets
        ]

    @property
    def dial(self) -> Dial:
        return next(step for step in self.reply if isinstance(step, Dial))

    @property
    def hold(self) -> Hold:
        return next(step for step in self.reply if isinstance(step, Hold))

    @property
    def outcome(self) -> Outcome | None:
        return outcome(self.call)

    @property
    def results(self) -> list[Result | None]:
        """Of all attempts, in order."""
        return [result(self.call, wave, attempt) for wave in self.call.waves for attempt in wave.attempts]

    @property
    def passed_by(self) -> dict[UserId, Reason]:
        return {skip.user_id: skip.reason for skip in self.call.skips}

    @property
    def engaged(self) -> dict[UserId, Engagement]:
        return {engagement.user_id: engagement for engagement in engagements(self.call)}
