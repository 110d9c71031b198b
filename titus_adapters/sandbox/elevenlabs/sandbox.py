"""The sandbox as its users hold it: one ElevenLabs account and its agents."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from titus_adapters.sandbox.elevenlabs import lifecycle, telephone
from titus_adapters.sandbox.elevenlabs.desk import Account, Desk, Initiation, Sent
from titus_adapters.sandbox.elevenlabs.records import Conversation
from titus_adapters.sandbox.elevenlabs.restfaults import RestFault
from titus_adapters.sandbox.elevenlabs.scripts import Script
from titus_adapters.sandbox.elevenlabs.subscription import Kind, Subscription
from titus_adapters.sandbox.elevenlabs.switches import Pace, Switches
from titus_adapters.sandbox.elevenlabs.weather import Weather
from titus_adapters.sandbox.twilio.engine.agenda import Agenda
from titus_adapters.sandbox.twilio.engine.drivers import RealTime, Sender, VirtualTime
from titus_adapters.sandbox.twilio.engine.wire import Wire
from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ONE_DAY = 86_400.0


class ElevenLabsSandbox:
    """Plays ElevenLabs towards an app that `wire` leads to.

    Time is virtual: it moves only in `run_until_idle` and `run_for`, or with the clock in `run_in_real_time`. With
    `beside` it is that sandbox's time, which alone moves it, and whoever is connected there with an agent's stream
    talks here.
    """

    def __init__(
        self,
        wire: Wire,
        *,
        account: Account | None = None,
        beside: TwilioSandbox | None = None,
        seed: int = 0,
        start: datetime = START,
        switches: Switches | None = None,
        pace: Pace | None = None,
    ) -> None:
        agenda = Agenda(start.timestamp()) if beside is None else beside.board.agenda
        self.desk = Desk(account or Account(), agenda, wire, seed)
        self.desk.switches = switches or Switches()
        self.desk.pace = pace or Pace()
        self.follows_another = beside is not None
        self.in_real_time = False
        self._send = Sender(wire)
        self._time = VirtualTime(agenda, self._send)
        if beside is not None:
            telephone.join(self.desk, beside)

    @property
    def now(self) -> float:
        """UTC seconds since the epoch, in the sandbox's time."""
        return self.desk.now()

    @property
    def conversations(self) -> list[Conversation]:
        """Oldest first."""
        return list(self.desk.conversations.values())

    def sent(self, *kinds: Kind) -> list[Sent]:
        """Attempts at webhooks, in order; of these kinds only, if any are named."""
        return [sent for sent in self.desk.sent if not kinds or sent.kind in kinds]

    def agent(self, agent_id: str, name: str = "Denise") -> None:
        """Create an agent."""
        self.desk.agent(agent_id, name)

    def script(self, *scripts: Script, number: str = "") -> None:
        """How the next conversations with this number (none: with anybody) go, the last one for ever after."""
        self.desk.scripts[number] = list(scripts)

    def subscribe(self, url: str, secret: str, *, retry_enabled: bool = False) -> Subscription:
        """Have events posted there; its other settings may be changed on what comes back."""
        self.desk.subscription = Subscription(
            url=url, secret=secret, retry_enabled=retry_enabled, created_at=self.desk.now()
        )
        return self.desk.subscription

    def ask_before(self, url: str, headers: dict[str, str] | None = None) -> None:
        """Ask there for the context of redirected conversations."""
        self.desk.initiation = Initiation(url=url, headers=headers or {})

    def connect(self, conversation: Conversation, call_sid: str = "", *, by_itself: bool = True) -> None:
        """The caller's audio arrives, as if Twilio had opened the stream; `by_itself` it ends as scripted."""
        lifecycle.connect(self.desk, conversation, call_sid or self.desk.ids.new("CA"), by_itself=by_itself)

    def hang_up(self, conversation: Conversation) -> None:
        """The caller's audio ends, now."""
        lifecycle.hang_up(self.desk, conversation)

    def set_weather(self, weather: Weather) -> None:
        """Change what happens to webhooks on their way."""
        self.desk.weather = weather

    def break_rest(self, *faults: RestFault) -> None:
        """Let the next requests of the app fail."""
        self.desk.faults.add(*faults)

    async def run_until_idle(self, horizon: float = ONE_DAY) -> None:
        """Let everything happen that is going to; give up after `horizon` virtual seconds."""
        await self._time.run_until_idle(horizon)

    async def run_for(self, seconds: float) -> None:
        """Let so much virtual time pass, whether or not anything happens in it."""
        await self._time.run_for(seconds)

    async def run_in_real_time(self, speed: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        """Let time pass by itself, `speed` times as fast as `clock` (seconds) does, until cancelled."""
        self.in_real_time = True
        await RealTime(self.desk.agenda, self._send, speed, clock).run()
