"""A caller whom nobody served is owed a call until a person closes it."""

from __future__ import annotations

import pytest

from tests.journeys.stage import ALICE, CALLER, TITUS_NUMBER, Stage
from titus_adapters.sandbox.twilio.behaviour import Answers, Caller, NeverAnswers
from titus_core.callbacks.ports import Which
from titus_core.kernel.phone import PhoneNumber

PHONE = "+61491570156"


async def due(stage: Stage) -> list[tuple[str, str]]:
    page = await stage.store.reader.callbacks(Which.DUE, 10, None)
    return [(one.call_id, one.outcome) for one in page.items]


@pytest.mark.parametrize(("gives_up_after", "outcome"), [(None, "voicemail"), (8.0, "caller_hung_up")])
async def test_a_caller_whom_nobody_served_is_owed_a_call(gives_up_after: float | None, outcome: str) -> None:
    stage = Stage()
    await stage.staff(ALICE)
    await stage.group(ALICE)
    stage.twilio.world.phone(PHONE, NeverAnswers())
    call_id = stage.twilio.call(Caller(number=CALLER, gives_up_after=gives_up_after), TITUS_NUMBER).sid
    await stage.settle()
    assert await due(stage) == [(call_id, outcome)]


async def test_a_caller_who_was_answered_is_owed_nothing() -> None:
    stage = Stage()
    await stage.staff(ALICE)
    await stage.group(ALICE)
    stage.twilio.world.phone(PHONE, Answers(after=4, presses="1", talks=60))
    stage.twilio.call(Caller(number=CALLER), TITUS_NUMBER)
    await stage.settle()
    assert await due(stage) == []


async def test_a_blocked_caller_is_owed_nothing() -> None:
    stage = Stage()
    await stage.staff(ALICE)
    await stage.group(ALICE, blocked=(PhoneNumber(CALLER),))
    call_id = stage.twilio.call(Caller(number=CALLER), TITUS_NUMBER).sid
    await stage.settle()
    assert await stage.outcome(call_id) == "failed"
    assert await due(stage) == []
