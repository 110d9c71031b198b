"""The sandbox as its users hold it: Airtable, with bases of their own."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from titus_adapters.sandbox.airtable.accounts import SCOPES, SERVICE, Token
from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.loading import load_schema
from titus_adapters.sandbox.airtable.desk import WORKSPACE, Desk
from titus_adapters.sandbox.airtable.faults import Fault
from titus_adapters.sandbox.airtable.handle import BaseHandle
from titus_adapters.sandbox.airtable.hooks.hook import Hook
from titus_adapters.sandbox.airtable.hooks.pings import Sent
from titus_adapters.sandbox.airtable.hooks.weather import Weather
from titus_adapters.sandbox.airtable.house import House, User
from titus_adapters.sandbox.airtable.journal import Asked
from titus_adapters.sandbox.airtable.switches import Limits, Pace, Switches
from titus_adapters.sandbox.twilio.engine.agenda import Agenda
from titus_adapters.sandbox.twilio.engine.drivers import RealTime, Sender, VirtualTime
from titus_adapters.sandbox.twilio.engine.wire import Wire, wire_to

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ONE_DAY = 86_400.0


class AirtableSandbox:
    """Plays Airtable. `wire` leads to whoever is told by webhooks, and to where attachments are read from; without one
    nobody is reached.

    Time is virtual: it moves only in `run_until_idle` and `run_for`, or with the clock in `run_in_real_time`. With
    `clock` (UTC seconds since the epoch) it is that clock's time, and `catch_up` does what has become due. `url` is
    where the sandbox is reached (`…/airtable`); None: wherever it was last asked at.
    """

    def __init__(
        self,
        wire: Wire | None = None,
        *,
        start: datetime = START,
        clock: Callable[[], float] | None = None,
        seed: int = 0,
        url: str | None = None,
        switches: Switches | None = None,
        pace: Pace | None = None,
        limits: Limits | None = None,
    ) -> None:
        agenda = Agenda(start.timestamp() if clock is None else clock())
        if clock is not None:
            agenda.now = clock
        self.desk = Desk(agenda, seed, url)
        self.desk.house.switches = switches or Switches()
        self.desk.house.pace = pace or Pace()
        self.desk.house.limits = limits or Limits()
        self.in_real_time = False
        self.follows_a_clock = clock is not None
        self._send = Sender(wire if wire is not None else wire_to({}))
        self._time = VirtualTime(agenda, self._send)

    @property
    def now(self) -> float:
        """UTC seconds since the epoch, in the sandbox's time."""
        return self.desk.now()

    @property
    def house(self) -> House:
        """Switches, pace and limits, which may be changed at any time; users and files."""
        return self.desk.house

    @property
    def requests(self) -> list[Asked]:
        """What was asked, oldest first."""
        return list(self.desk.journal.asked)

    @property
    def bases(self) -> list[BaseHandle]:
        return [BaseHandle(base) for base in self.desk.bases.values()]

    def base(
        self,
        schema: dict[str, Any] | None = None,
        *,
        id: str | None = None,
        name: str = "Titus sandbox",
        workspace_id: str = WORKSPACE,
    ) -> BaseHandle:
        """A new base with the tables of `schema`, which is as `GET /v0/meta/bases/{id}/tables` answers it."""
        base = Base(self.house, id or self.house.ids.new("app"), name, workspace_id)
        load_schema(base, schema or {"tables": []})
        self.desk.bases[base.id] = base
        return BaseHandle(base)

    def user(self, user: User) -> User:
        return self.house.user(user)

    def token(
        self,
        secret: str = "",
        *,
        user: User = SERVICE,
        scopes: frozenset[str] = SCOPES,
        bases: frozenset[str] | None = None,
        oauth: bool = False,
    ) -> str:
        """A token with just these scopes and bases (None: all)."""
        secret = secret or f"{self.house.ids.new('pat')}.{self.house.ids.key().hex()}"
        self.house.user(user)
        self.desk.tokens[secret] = Token(secret=secret, user_id=user.id, scopes=scopes, bases=bases, oauth=oauth)
        return secret

    def break_rest(self, *faults: Fault) -> None:
        """Let the next requests of the app fail."""
        self.desk.faults.add(*faults)

    def set_switches(self, switches: Switches) -> None:
        """Change what Airtable leaves open; all that is calculated is calculated anew."""
        self.house.switches = switches
        for base in self.desk.bases.values():
            base.rewire()

    def set_weather(self, weather: Weather) -> None:
        """Change what happens to pings on their way."""
        self.desk.weather = weather

    def hooks(self, base_id: str) -> list[Hook]:
        """The webhooks of a base."""
        return self.desk.hooks.of(self.desk.bases[base_id])

    @property
    def pings(self) -> list[Sent]:
        """Attempts at pings, in order."""
        return list(self.desk.pings)

    def kill_iterators(self) -> int:
        """Every offset is dead, as after a restart of Airtable."""
        return self.desk.iterators.kill()

    def lock(self, base_id: str, seconds: float = 30.0) -> None:
        """As if somebody else had asked this base too often."""
        self.desk.meter.lock(base_id, self.now + seconds)

    def use_quota(self, count: int, workspace_id: str = WORKSPACE) -> None:
        """As if so many requests had been made this month."""
        self.desk.meter.use(workspace_id, self.now, count)

    async def run_until_idle(self, horizon: float = ONE_DAY) -> None:
        """Let everything happen that is going to; give up after `horizon` virtual seconds."""
        await self._time.run_until_idle(horizon)

    async def run_for(self, seconds: float) -> None:
        """Let so much virtual time pass, whether or not anything happens in it."""
        await self._time.run_for(seconds)

    async def catch_up(self) -> None:
        """Let happen what is due by the clock that was given."""
        await self._time.run_for(max(0.0, self.now - self.desk.agenda.virtual_now))

    async def run_in_real_time(self, speed: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        """Let time pass by itself, `speed` times as fast as `clock` (seconds) does, until cancelled.

        It goes on from `start`: a server wants `start=datetime.now(UTC)`.
        """
        self.in_real_time = True
        await RealTime(self.desk.agenda, self._send, speed, clock).run()
