"""A caller reaches someone: signed webhooks over HTTP, a hunt group, the right person on the phone."""

from __future__ import annotations

from tests.journeys.stage import ALICE, BEN, CALLER, PHONES, TITUS_NUMBER, Stage
from titus_adapters.sandbox.twilio.behaviour import Answers, Caller, NeverAnswers
from titus_core.calls.evidence import answered_by, result


async def test_the_second_member_answers_when_the_first_does_not() -> None:
    stage = Stage()
    await stage.staff(ALICE, BEN)
    await stage.group(ALICE, BEN)
    stage.twilio.world.phone(PHONES[ALICE], NeverAnswers())
    stage.twilio.world.phone(PHONES[BEN], Answers(presses="1", talks=60))

    ringing = stage.twilio.call(Caller(number=CALLER), TITUS_NUMBER)
    await stage.settle()

    call = await stage.call(ringing.sid)
    print("\n".join(stage.twilio.describe(ringing)))
    assert [result(call, wave, wave.attempts[0]).value for wave in call.waves] == ["no_answer", "answered"]
    assert answered_by(call).user_id == BEN
    assert await stage.outcome(ringing.sid) == "answered"
    assert call.settled_at is not None
