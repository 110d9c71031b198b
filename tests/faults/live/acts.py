"""What happens in a live world: who rings in when, and which server is killed when. All drawn from the seed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from random import Random

import msgspec
from msgspec.structs import replace

from tests.faults.live import people
from tests.faults.live.people import MOBILES
from tests.faults.live.processes import Process
from titus_adapters.sandbox.twilio.behaviour import Caller
from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox
from titus_http.bootstrap import TEST_BASE_URL
from titus_http.webhooks.twilio.links import Links

LINKS = Links(TEST_BASE_URL)


EAGER = 3
"""Where it is of interest what follows calls, few of them are taken."""


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be played. `per_second` callers ring in each second of the world; its time runs `speed` times as fast
    as the machine's, at most. `database` is a DATABASE_URL. `afterwards`: what follows a call is played too, by every
    provider, and their answers to Titus go wrong at times."""

    seed: int
    calls: int
    kills: int
    database: str
    folder: Path
    servers: int = 1
    workers: int = 0
    afterwards: bool = False
    per_second: float = 1.0
    speed: float = 20.0

    @property
    def lasts(self) -> float:
        """Seconds of the world in which callers ring in."""
        return self.calls / self.per_second


async def play(script: Script, twilio: TwilioSandbox, processes: Sequence[Process]) -> list[float]:
    """Until all callers have rung in and all kills are done; how long the restarts took."""
    random = Random(script.seed)  # noqa: S311 (not a secret)
    _connect_telephones(twilio, random, EAGER if script.afterwards else 55)
    await asyncio.gather(*(process.start() for process in processes))
    at = 0.0
    for number in range(script.calls):
        at += random.expovariate(script.per_second)
        who, line = people.caller(random, number), people.line_of(random.randint(1, people.GROUPS))
        if script.afterwards and number % 3:
            who = replace(who, number=MOBILES[number % len(MOBILES)], gives_up_after=None)
        twilio.board.agenda.later(at, partial(_ring_in, twilio, who, line))
    return await _kill(script, twilio, processes, random)


def _connect_telephones(twilio: TwilioSandbox, random: Random, eager: int) -> None:
    """As advised, most numbers have a document elsewhere to fall back on; as `titus twilio setup` does, some ask us."""
    for group in range(1, people.GROUPS + 1):
        fallback = LINKS.fallback() if group % 4 == 0 else "https://elsewhere.example/fallback.xml"
        twilio.world.number(
            people.line_of(group),
            voice_url=LINKS.inbound(),
            voice_fallback_url=fallback,
            status_callback=LINKS.status(),
        )
    for user_id in people.STAFF:
        twilio.world.phone(people.phone_of(user_id), *people.reactions(random, eager))
    twilio.world.phone(people.ON_CALL, *people.reactions(random, eager))


def _ring_in(twilio: TwilioSandbox, who: Caller, line: str) -> None:
    twilio.call(who, line)


async def _kill(script: Script, twilio: TwilioSandbox, processes: Sequence[Process], random: Random) -> list[float]:
    """One process at a time, at random moments while callers ring in."""
    began, restarts = twilio.now, []
    for moment in sorted(random.uniform(0.05, 0.95) * script.lasts for _ in range(script.kills)):
        await _until_then(twilio, began + moment)
        restarts.append(await random.choice(processes).restart())
    await _until_then(twilio, began + script.lasts)
    return restarts


async def _until_then(twilio: TwilioSandbox, moment: float) -> None:
    while twilio.now < moment:  # noqa: ASYNC110 (the world's time, which may stand still)
        await asyncio.sleep(0.01)
