"""Members who take calls in their browser: rung while its heartbeat is fresh, and beside their phone."""

from __future__ import annotations

from typing import Any

import pytest
from defusedxml import ElementTree

from tests.journeys.stage import ALICE, BEN, CALLER, PHONES, TITUS_NUMBER, Stage
from titus_adapters.sandbox.twilio.behaviour import Answers, Caller, NeverAnswers
from titus_core.calls.evidence import result
from titus_core.calls.ports import KnownCaller
from titus_core.hunt_groups.model import Endpoint, HuntGroup, Member
from titus_core.kernel.ids import GroupId, UserId
from titus_core.kernel.phone import PhoneNumber


async def office(endpoint: Endpoint) -> Stage:
    stage = Stage()
    await stage.staff(ALICE, BEN)
    members = (Member(ALICE, endpoint=endpoint), Member(BEN, endpoint=Endpoint.PHONE))
    group = HuntGroup(id=GroupId(1), name="Intake", members=members)
    await stage.store.transact(_save, group)
    stage.twilio.world.phone(PHONES[BEN], Answers(presses="1"))
    return stage


async def call(stage: Stage) -> list[tuple[UserId | None, str, str]]:
    """A call; who was rung where, and what came of it."""
    ringing = stage.twilio.call(Caller(number=CALLER), TITUS_NUMBER)
    await stage.settle()
    assert stage.twilio.warnings == []
    known = await stage.call(ringing.sid)
    return [(a.user_id, a.endpoint.value, str(result(known, wave, a))) for wave in known.waves for a in wave.attempts]


async def test_a_browser_answers_without_being_asked_to_press_anything() -> None:
    stage = await office(Endpoint.BROWSER)
    await stage.heartbeat(ALICE)
    stage.twilio.world.client("user_1", Answers(after=3, talks=30))
    assert await call(stage) == [(ALICE, "browser", "answered")]


async def test_a_browser_that_is_silent_for_long_is_not_rung() -> None:
    stage = await office(Endpoint.BROWSER)
    await stage.heartbeat(ALICE)
    stage.twilio.world.client("user_1", Answers())
    await stage.twilio.run_for(60)
    assert await call(stage) == [(BEN, "phone", "answered")]
    assert stage.twilio.world.rang("client:user_1") == 0


async def test_a_browser_that_closed_a_moment_ago_costs_no_time() -> None:
    stage = await office(Endpoint.BROWSER)
    await stage.heartbeat(ALICE)
    stage.twilio.world.client("user_1", Answers(), registered=False)
    assert await call(stage) == [(ALICE, "browser", "no_answer"), (BEN, "phone", "answered")]


@pytest.mark.parametrize(
    ("browser", "phone", "expected"),
    [
        (Answers(after=2), NeverAnswers(), ["answered", "lost_race"]),
        (NeverAnswers(), Answers(after=2, presses="1"), ["lost_race", "answered"]),
    ],
)
async def test_both_ring_at_once_and_one_of_them_wins(browser: Any, phone: Any, expected: list[str]) -> None:
    stage = await office(Endpoint.BOTH)
    await stage.heartbeat(ALICE)
    stage.twilio.world.client("user_1", browser)
    stage.twilio.world.phone(PHONES[ALICE], phone)
    told = await call(stage)
    assert [endpoint for _, endpoint, _ in told] == ["browser", "phone"]
    assert [found for _, _, found in told] == expected


async def test_a_browser_is_told_who_calls_and_for_which_group() -> None:
    stage = await office(Endpoint.BOTH)
    await stage.heartbeat(ALICE)
    stage.twilio.world.client("user_1", Answers(after=3, talks=30))
    await stage.store.transact(_know, KnownCaller(PhoneNumber(CALLER), "rec1", "Mia <Tran> & Co"))
    await call(stage)
    (asked,) = stage.twilio.sent("incoming")
    client = ElementTree.fromstring(asked.body).find("Dial/Client")
    assert client is not None
    assert client.findtext("Identity") == "user_1"
    assert {told.get("name"): told.get("value") for told in client.findall("Parameter")} == {
        "callSid": asked.call_sid,
        "name": "Mia <Tran> & Co",
        "number": CALLER,
        "group": "Intake",
    }
    assert ElementTree.fromstring(asked.body).find("Dial/Number/Parameter") is None


async def _know(tx: Any, caller: KnownCaller) -> None:
    tx.known_callers.save(caller)


async def _save(tx: Any, group: HuntGroup) -> None:
    tx.hunt_groups.save(group)
