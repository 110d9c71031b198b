"""The AI agent asks what it should know of a caller: answered by the call as it is, and kept as it came."""

from __future__ import annotations

from tests.core.calls.builders import CALL, NOON, group
from tests.core.calls.office import Office, at_once
from titus_core.calls.brief_agent import BriefAgent, BriefingAsked
from titus_core.calls.model import Call
from titus_core.calls.ports import CallTx, Delivery
from titus_core.kernel.ids import CallId

DELIVERY = Delivery(route="initiation", key="1", token=None, query="", body="{}", received_at=NOON)


def test_the_call_is_answered_and_the_question_kept_once() -> None:
    office = Office(group())

    async def save(tx: CallTx, _: None) -> None:
        tx.calls.save(Call(id=CALL, seen_at=NOON, news_at=NOON))

    at_once(office.store.transact(save, None))
    brief = BriefAgent(office.store)
    for _ in range(2):
        call = at_once(brief(BriefingAsked(DELIVERY, CALL)))
        assert call is not None
        assert call.id == CALL
    assert office.store.deliveries() == (DELIVERY,)


def test_an_unknown_call_and_none_are_kept_too() -> None:
    office = Office(group())
    brief = BriefAgent(office.store)
    assert at_once(brief(BriefingAsked(DELIVERY, CallId("CAnone")))) is None
    assert at_once(brief(BriefingAsked(DELIVERY, None))) is None
    assert office.store.deliveries() == (DELIVERY,)
