"""Calls at Twilio: `calls.ports.Telephony`, `Dialler` and `CallLedger`."""

from __future__ import annotations

from tests.cassettes.scenario import Given, Kind, Scenario
from tests.cassettes.scenarios.twilio_account import NO_NUMBER, Twilio
from titus_adapters.twilio.ledger import TwilioLedger
from titus_core.calls.dialling import DialId, Dialled, DialRequest, NotPlaced, Placed
from titus_core.calls.ports import LegNews
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId, UserId
from titus_core.kernel.phone import PhoneNumber


async def call(on: Twilio, given: Given) -> LegNews | None:
    return await on.telephony.call(CallId(given.call))


async def unknown_call(on: Twilio, given: Given) -> LegNews | None:
    return await on.telephony.call(CallId(f"CA{0:032d}"))


async def legs(on: Twilio, given: Given) -> tuple[LegNews, ...]:
    return await on.telephony.legs(CallId(given.call))


async def live_calls(on: Twilio, given: Given) -> tuple[LegNews, ...]:
    return await on.telephony.live_calls()


async def dial(on: Twilio, given: Given) -> Dialled:
    return await on.dialler.dial(_request(given, given.phone))


async def dial_nobody(on: Twilio, given: Given) -> Dialled:
    return await on.dialler.dial(_request(given, NO_NUMBER))


async def look_for_call(on: Twilio, given: Given) -> tuple[CallId, ...]:
    return await on.dialler.look_for(_request(given, given.phone))


async def listed_calls(on: Twilio, given: Given) -> tuple[LegNews, ...]:
    return await TwilioLedger(on.api, page=given.page).calls(given.since)


def _request(given: Given, phone: str) -> DialRequest:
    return DialRequest(
        id=DialId("d1"),
        placed_by=UserId(1),
        from_number=PhoneNumber(given.number),
        callback=PhoneNumber(phone),
        to=PhoneNumber("+61491570110"),
        requested_at=given.since,
    )


SCENARIOS = (
    Scenario(name="call", play=call, needs=("call",), holds=lambda given, answer: answer.id == given.call),
    Scenario(name="call-unknown", play=unknown_call, holds=lambda given, answer: answer is None),
    Scenario(
        name="call-legs",
        play=legs,
        needs=("call",),
        holds=lambda given, answer: all(leg.parent == given.call for leg in answer),
    ),
    Scenario(
        name="calls-live",
        play=live_calls,
        holds=lambda given, answer: all(leg.parent is None and not leg.status.ended for leg in answer),
    ),
    Scenario(
        name="call-placed",
        play=dial,
        needs=("number", "phone"),
        kind=Kind.COSTS,
        holds=lambda given, answer: isinstance(answer, Placed),
    ),
    Scenario(
        name="call-refused",
        play=dial_nobody,
        needs=("number",),
        kind=Kind.PLAYED,
        holds=lambda given, answer: isinstance(answer, NotPlaced),
    ),
    Scenario(
        name="calls-looked-for",
        play=look_for_call,
        needs=("number", "phone"),
        holds=lambda given, answer: all(call_id.startswith("CA") for call_id in answer),
    ),
    Scenario(
        name="calls-listed",
        play=listed_calls,
        holds=lambda given, answer: len({leg.id for leg in answer}) == len(answer),
    ),
    Scenario(
        name="calls-listed-while-busy",
        play=listed_calls,
        kind=Kind.PLAYED,
        holds=lambda given, answer: len({leg.id for leg in answer}) == len(answer),
    ),
    Scenario(
        name="calls-refused",
        play=listed_calls,
        kind=Kind.PLAYED,
        holds=lambda given, answer: isinstance(answer, Unavailable),
    ),
)
