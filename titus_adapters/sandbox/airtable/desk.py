"""The state that every part of the sandbox shares."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import ParamSpec

from titus_adapters.sandbox.airtable.accounts import PERSON, SERVICE, Token
from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.downloads import read_from_its_address
from titus_adapters.sandbox.airtable.faults import Faults
from titus_adapters.sandbox.airtable.files import Attachment
from titus_adapters.sandbox.airtable.hooks.pings import Sent
from titus_adapters.sandbox.airtable.hooks.registry import Registry
from titus_adapters.sandbox.airtable.hooks.weather import Weather
from titus_adapters.sandbox.airtable.house import House
from titus_adapters.sandbox.airtable.iterators import Iterators
from titus_adapters.sandbox.airtable.journal import Journal
from titus_adapters.sandbox.airtable.limits import Meter
from titus_adapters.sandbox.twilio.engine.agenda import Agenda
from titus_adapters.sandbox.twilio.engine.process import Body, Process

P = ParamSpec("P")

TOKEN = "patSandbox0000001.titus"  # noqa: S105 - a sandbox has no secrets
"""The account's own."""

WORKSPACE = "wspTitusSandbox00"


class Desk:
    """Bases, tokens, limits and faults; it starts processes but decides nothing. `url` None: it is reached wherever it
    was last asked at."""

    def __init__(self, agenda: Agenda, seed: int, url: str | None) -> None:
        self.agenda = agenda
        self.house = House(lambda: agenda.now(), seed, url or "http://airtable.test/airtable")
        self.moves = url is None
        self.bases: dict[str, Base] = {}
        self.tokens: dict[str, Token] = {TOKEN: Token(secret=TOKEN)}
        self.meter = Meter()
        self.iterators = Iterators(self.house)
        self.faults = Faults()
        self.journal = Journal()
        self.hooks = Registry(self)
        self.weather = Weather()
        self.pings: list[Sent] = []
        self.house.on_attachment = self._attached
        for user in (SERVICE, PERSON):
            self.house.user(user)

    def _attached(self, attachment: Attachment) -> None:
        if attachment.content is None and attachment.source:
            self.spawn(read_from_its_address, self, attachment)

    def now(self) -> float:
        return self.agenda.now()

    def spawn(self, body: Callable[P, Body], *args: P.args, **kwargs: P.kwargs) -> Process:
        """Start a process that runs `body(*args)`, at this very instant but after what is under way."""
        return Process(self.agenda, partial(body, *args, **kwargs))

    async def wait(self, seconds: float) -> None:
        """Until so much of the sandbox's time has passed; whoever moves time must do so meanwhile."""
        if seconds <= 0:
            return
        passed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        timer = self.agenda.later(seconds, lambda: None if passed.done() else passed.set_result(None))
        try:
            await passed
        finally:
            timer.cancel()
