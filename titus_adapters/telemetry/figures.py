"""Everything that one process of Titus counts. What each figure means stands here and in
`docs/operations/telemetry.md`; a test holds the two alike. Labels are words from lists of ours: never a number, a name,
an id or a path."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from titus_adapters.telemetry.hunt_steps import step_of
from titus_adapters.telemetry.meters import Counting, Labels, Level, Timing
from titus_core.calls.events import CallSettled
from titus_core.calls.model import Outcome
from titus_core.kernel.clock import Clock
from titus_core.kernel.events import Envelope

QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.5, 5.0)
"""Seconds. 1.5 is when a caller gets the degraded answer."""

SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)
WORK = (0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0)
LAG = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

BREAKER_STATES = ("closed", "half_open", "open")


class Figures:
    """Fields are meters; methods take what is to be counted."""

    def __init__(self, version: str, clock: Clock) -> None:
        self._clock = clock
        self.requests = Timing(
            "titus_http_request_seconds",
            "HTTP requests, until their answer begins.",
            "method",
            "route",
            "status",
            bounds=QUICK,
        )
        self.webhooks = Timing(
            "titus_webhook_seconds",
            "Webhooks by what became of them, until they are answered.",
            "provider",
            "route",
            "verdict",
            bounds=QUICK,
        )
        self.refusals = Counting(
            "titus_webhook_refusals_total", "Webhooks that were turned away.", "provider", "reason"
        )
        self.fallbacks = Counting(
            "titus_fallbacks_total", "Answers to callers that Titus gave because what they asked for failed."
        )
        self.settled = Counting(
            "titus_calls_settled_total",
            "Calls that ended and settled.",
            "outcome",
            known=[(outcome.value,) for outcome in Outcome],
        )
        self.steps = Counting("titus_hunt_steps_total", "What was done for callers, step by step.", "step", "result")
        self.events = Counting("titus_events_total", "Events that were stored.", "kind")
        self.jobs = Timing("titus_job_seconds", "Tries of jobs, by what they came to.", "kind", "verdict", bounds=WORK)
        self.providers = Timing(
            "titus_provider_request_seconds",
            "Requests to providers, until their answer begins.",
            "provider",
            "result",
            bounds=SLOW,
        )
        self.breakers = Level(
            "titus_breaker",
            "Whether a provider is asked at all: 1 at the state that its circuit breaker is in.",
            "provider",
            "state",
            read=self._breaker_states,
        )
        self.units = Counting("titus_store_units_total", "Units of work that were stored, or had nothing to store.")
        self.conflicts = Counting("titus_store_conflicts_total", "Units of work that a concurrent commit won against.")
        self.ticker = Level(
            "titus_ticker_lag_seconds", "How long ago all due timers had been looked at.", read=self._ticker_lag
        )
        self.feed = Timing("titus_feed_lag_seconds", "From an event until listeners are told of it.", bounds=LAG)
        self.listeners = Level(
            "titus_feed_listeners", "Who listens to the live feed.", read=lambda: {(): self.listening}
        )
        build: dict[Labels, float] = {(version, platform.python_version()): 1}
        self.build = Level("titus_build_info", "What runs; always 1.", "version", "python", read=lambda: build)
        self.listening = 0
        self.breaker_of: dict[str, Callable[[], str]] = {}
        self._ticked_at: float | None = None

    def stored(self, events: Sequence[Envelope]) -> None:
        self.units.add()
        for envelope in events:
            event = envelope.event
            self.events.add(str(event.__struct_config__.tag))
            if (step := step_of(event)) is not None:
                self.steps.add(*step)
            elif isinstance(event, CallSettled):
                self.settled.add(event.outcome)

    def answered(self, method: str, route: str, status: int | None, seconds: float) -> None:
        self.requests.take(seconds, method, route, "none" if status is None else f"{status // 100}xx")

    def webhook(self, provider: str, route: str, verdict: str, seconds: float) -> None:
        self.webhooks.take(seconds, provider, route, verdict)
        if verdict == "fallback":
            self.fallbacks.add()

    def ticked(self) -> None:
        self._ticked_at = time.monotonic()

    def heard(self, happened_at: datetime) -> None:
        self.feed.take(max(0.0, (self._clock.now() - happened_at).total_seconds()))

    def _ticker_lag(self) -> dict[Labels, float]:
        return {} if self._ticked_at is None else {(): time.monotonic() - self._ticked_at}

    def _breaker_states(self) -> dict[Labels, float]:
        now = {provider: state_of() for provider, state_of in self.breaker_of.items()}
        return {(provider, state): float(state == it) for provider, it in now.items() for state in BREAKER_STATES}
