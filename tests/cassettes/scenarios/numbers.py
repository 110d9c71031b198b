"""Numbers and TwiML Apps at Twilio: compared with how they should be, and set up."""

from __future__ import annotations

from tests.cassettes.scenario import Given, Kind, Scenario
from tests.cassettes.scenarios.twilio_account import BASE, Twilio
from titus_adapters.twilio.numbers import Change
from titus_core.kernel.errors import NotFound


async def compare_number(on: Twilio, given: Given) -> tuple[Change, ...]:
    return await _set_up(on, given, dry_run=True)


async def set_up_number(on: Twilio, given: Given) -> tuple[Change, ...]:
    return await _set_up(on, given)


async def unknown_number(on: Twilio, given: Given) -> tuple[Change, ...]:
    return await on.numbers.set_up("+61255509999", voice="", fallback="", status="", sms="", dry_run=True)


async def compare_application(on: Twilio, given: Given) -> tuple[Change, ...]:
    return await _set_up_application(on, given, dry_run=True)


async def set_up_application(on: Twilio, given: Given) -> tuple[Change, ...]:
    return await _set_up_application(on, given)


async def _set_up(on: Twilio, given: Given, *, dry_run: bool = False) -> tuple[Change, ...]:
    return await on.numbers.set_up(
        given.number,
        voice=f"{BASE}/inbound#rc=2&rp=all",
        fallback=f"{BASE}/fallback",
        status=f"{BASE}/status#rc=3&rp=all",
        sms=f"{BASE}/sms-inbound#rc=3&rp=all",
        dry_run=dry_run,
    )


async def _set_up_application(on: Twilio, given: Given, *, dry_run: bool = False) -> tuple[Change, ...]:
    voice, status = f"{BASE}/browser", f"{BASE}/status"
    return await on.numbers.set_up_application(given.application, voice=voice, status=status, dry_run=dry_run)


SCENARIOS = (
    Scenario(
        name="number-compared",
        play=compare_number,
        needs=("number",),
        holds=lambda given, answer: all(isinstance(change, Change) for change in answer),
    ),
    Scenario(
        name="number-set-up",
        play=set_up_number,
        needs=("number",),
        kind=Kind.PLAYED,
        holds=lambda given, answer: len(answer) > 0,
    ),
    Scenario(name="number-unknown", play=unknown_number, holds=lambda given, answer: isinstance(answer, NotFound)),
    Scenario(
        name="application-compared",
        play=compare_application,
        needs=("application",),
        holds=lambda given, answer: all(isinstance(change, Change) for change in answer),
    ),
    Scenario(
        name="application-set-up",
        play=set_up_application,
        needs=("application",),
        kind=Kind.PLAYED,
        holds=lambda given, answer: len(answer) > 0,
    ),
)
