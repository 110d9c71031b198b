"""How much of the five requests a second that Airtable allows is used to read a base, and how often Airtable says that
it is too much. Against the sandbox with 300 ms for each request, in stepped time: a minute takes a moment, each request
is counted at its exact time, and no machine is too slow for it. So this is about the gate and its readers, not about
this machine; what a real network adds is played by delays that differ."""

from __future__ import annotations

import asyncio
import logging
from itertools import pairwise
from typing import NamedTuple

from tests.adapters.airtable.stepped import SlowLine, SteppedTime
from tests.contracts.records.base import BASE, METADATA
from titus_adapters.airtable.api import AirtableApi
from titus_adapters.airtable.cells import Anything
from titus_adapters.airtable.settings import RATE, AirtableSettings
from titus_adapters.sandbox.airtable.part import airtable_part
from titus_adapters.sandbox.airtable.sandbox import AirtableSandbox
from titus_adapters.sandbox.airtable.transport import SandboxTransport
from titus_adapters.sandbox.app import create_sandbox_app

ALLOWED = 5.0
LATENCY = 0.3
REQUESTS = 1_000
READERS = 8
UNEVEN = [0.0, 0.035, 0.01, 0.04, 0.005, 0.02, 0.03]
"""Seconds more on the way there, one request after the other."""

WAYS = {
    "one table after the other": (1, RATE, [0.0]),
    "one after the other, 250 ms apart": (1, 4.0, [0.0]),
    f"{READERS} tables at a time": (READERS, RATE, [0.0]),
    f"{READERS} tables, delays that differ by 40 ms": (READERS, RATE, UNEVEN),
    f"{READERS} tables, at 5 a second, delays that differ": (READERS, 5.0, UNEVEN),
}


class Found(NamedTuple):
    share: float
    refused: int
    seconds: float


def main() -> None:
    logging.getLogger("httpx").setLevel(logging.WARNING)
    print(f"Airtable's rate: {REQUESTS} pages, {LATENCY * 1000:.0f} ms each, in stepped time against the sandbox")
    for name, (readers, rate, delays) in WAYS.items():
        found = asyncio.run(_read(readers, rate, delays))
        print(f"  {name:48} {found.share:6.1%} of the rate, {found.refused} x 429, {found.seconds:.0f} s")


async def _read(readers: int, rate: float, delays: list[float]) -> Found:
    time = SteppedTime()
    sandbox = AirtableSandbox(clock=time.now)
    sandbox.base(METADATA, id=BASE)
    app = create_sandbox_app(airtable_part(sandbox, speed=None))
    line = SlowLine(SandboxTransport(app), time, LATENCY, delays)
    settings = AirtableSettings(api_key="patAny", base_id=BASE, base_url="http://airtable.test/airtable", rate=rate)
    async with AirtableApi(settings, line, time=time) as api:
        left = iter(range(REQUESTS))

        async def reader() -> None:
            for _ in left:
                await api.read(f"/v0/{BASE}/tblStock000000000", Anything, hurry=False)

        for error in await time.run(*(reader() for _ in range(readers))):
            if error is not None:
                raise error
    asked = [one.at for one in sandbox.requests]
    assert all(one <= later for one, later in pairwise(asked))
    took = asked[-1] - asked[0]
    return Found((REQUESTS - 1) / took / ALLOWED, sum(one.status == 429 for one in sandbox.requests), took)
