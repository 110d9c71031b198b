"""The sandbox as its users hold it: one Twilio account and the world around it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from titus_adapters.sandbox.twilio import calling, texting
from titus_adapters.sandbox.twilio.behaviour import Caller
from titus_adapters.sandbox.twilio.chaos import Chaos
from titus_adapters.sandbox.twilio.engine.agenda import Agenda
from titus_adapters.sandbox.twilio.engine.drivers import OnCrash, OnTime, RealTime, Sender, VirtualTime
from titus_adapters.sandbox.twilio.engine.wire import Wire
from titus_adapters.sandbox.twilio.records import Call, Message
from titus_adapters.sandbox.twilio.switchboard import Account, Finding, RestFault, Sent, Switchboard
from titus_adapters.sandbox.twilio.switches import Pace, Switches
from titus_adapters.sandbox.twilio.timeline import describe
from titus_adapters.sandbox.twilio.twiml.documents import Element
from titus_adapters.sandbox.twilio.verbs.line import HungUp, interrupt
from titus_adapters.sandbox.twilio.world import World

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ONE_DAY = 86_400.0


class TwilioSandbox:
    """Plays Twilio, the phones and the callers towards an app that `wire` leads to.

    Time is virtual: it moves only in `run_until_idle` and `run_for`, or with the clock in `run_in_real_time`.
    `strict` makes any document that Twilio would complain about an error of the run.
    """

    def __init__(
        self,
        wire: Wire,
        *,
        account: Account | None = None,
        seed: int = 0,
        start: datetime = START,
        strict: bool = False,
        switches: Switches | None = None,
        pace: Pace | None = None,
        chaos: Chaos | None = None,
        on_time: OnTime | None = None,
        on_crash: OnCrash | None = None,
    ) -> None:
        self._agenda = Agenda(start.timestamp())
        self._send = Sender(wire)
        self.in_real_time = False
        self._time = VirtualTime(self._agenda, self._send)
        self.board = Switchboard(account or Account(), self._agenda, seed=seed, strict=strict)
        self.board.switches = switches or Switches()
        self.board.pace = pace or Pace()
        self.board.chaos = chaos or Chaos()
        if on_time is not None:
            self.set_on_time(on_time)
        if on_crash is not None:
            self._send.on_crash = on_crash

    @property
    def world(self) -> World:
        return self.board.world

    @property
    def now(self) -> float:
        """UTC seconds since the epoch, in the sandbox's time."""
        return self.board.now()

    @property
    def calls(self) -> list[Call]:
        """Calls and legs, oldest first."""
        return list(self.board.calls.values())

    @property
    def messages(self) -> list[Message]:
        return list(self.board.messages.values())

    @property
    def findings(self) -> list[Finding]:
        """What Twilio's debugger would list."""
        return self.board.findings

    @property
    def warnings(self) -> list[str]:
        """What is wrong with the app's documents; empty is what tests want."""
        return [f"{finding.code} {finding.message}" for finding in self.findings if finding.level == "warning"]

    def sent(self, *kinds: str) -> list[Sent]:
        """Attempts at webhooks, in order; of these kinds only, if any are named."""
        return [sent for sent in self.board.sent if not kinds or sent.kind in kinds]

    def call(self, caller: Caller, to: str) -> Call:
        """Somebody dials one of the account's numbers, now."""
        return calling.call_in(self.board, caller, self.world.numbers[to])

    def call_from_browser(
        self, caller: Caller, to: str, application_sid: str, params: dict[str, str] | None = None
    ) -> Call:
        """A browser (`Caller(number="client:user_7")`) dials out through a TwiML App."""
        return calling.call_from_browser(self.board, caller, to, self.world.applications[application_sid], params or {})

    def hang_up(self, call: Call) -> None:
        """The party at the far end of this call or leg puts the receiver down, now."""
        interrupt(self.board, call, HungUp("party"))

    def text(self, from_: str, to: str, body: str, media: Sequence[tuple[str, str]] = ()) -> Message:
        """Somebody texts one of the account's numbers; `media` are (content type, url) pairs."""
        return texting.receive_text(self.board, from_, self.world.numbers[to], body, media)

    def set_on_time(self, on_time: OnTime) -> None:
        """Have `on_time(now)` awaited at each new instant of virtual time, before anything happens in it."""
        self._time.on_time = on_time

    def when_agent_connects(self, hook: Callable[[Call, Element], None]) -> None:
        """Have `hook(call, noun)` called when a Connect reaches its Stream or whatever stands in it."""
        self.board.on_agent = hook

    def set_chaos(self, chaos: Chaos) -> None:
        """Change the weather; outages count from now."""
        self.board.chaos, self.board.chaos_since = chaos, self.now

    def refuse_rest(self, *faults: RestFault) -> None:
        """Refuse the next REST requests, one each; `RestFault()` is the rate limit, 429 with 20429."""
        self.board.rest_faults.extend(faults)

    def describe(self, call: Call, *, webhooks: bool = True) -> list[str]:
        return describe(call, webhooks=webhooks)

    async def run_until_idle(self, horizon: float = ONE_DAY) -> None:
        """Let everything happen that is going to; give up after `horizon` virtual seconds."""
        await self._time.run_until_idle(horizon)

    async def run_for(self, seconds: float) -> None:
        """Let so much virtual time pass, whether or not anything happens in it."""
        await self._time.run_for(seconds)

    async def run_in_real_time(self, speed: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        """Let time pass by itself, `speed` times as fast as `clock` (seconds) does, until cancelled; requests overlap.

        It goes on from `start`: a server wants `start=datetime.now(UTC)`.
        """
        self.in_real_time = True
        await RealTime(self._agenda, self._send, speed, clock).run()
