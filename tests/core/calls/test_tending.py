"""What Titus does by itself: settle calls, ask the provider about silent ones, find calls that no webhook told of."""

from __future__ import annotations

import pytest

from tests.core.calls.builders import ANA, CALL, CALLER, LINE, PHONES, bridged, caller, dial_ended, group
from tests.core.calls.office import Office, at_once
from titus_adapters.memory.telephony import MemoryTelephony
from titus_core.calls.advance_hunt import NextStep
from titus_core.calls.answer_call import CallerOnLine
from titus_core.calls.evidence import outcome
from titus_core.calls.model import CallStatus, Direction, Outcome
from titus_core.calls.ports import LegNews
from titus_core.calls.tend_call import TendCall
from titus_core.calls.timers import GIVES_UP_AFTER, INQUIRES_AFTER, SETTLES_AFTER
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId, LegId


def news(status: CallStatus, duration: int | None = None, call_id: CallId = CALL) -> LegNews:
    return LegNews(call_id, status, None, Direction.INBOUND, CALLER, LINE, duration)


def child(status: CallStatus, duration: int | None = None) -> LegNews:
    return LegNews(LegId("CAleg1"), status, CALL, Direction.OUTBOUND, CALLER, PHONES[ANA], duration)


@pytest.fixture
def office() -> Office:
    """A caller is on the line, and one phone rings."""
    office = Office(group(ANA, screening=False))
    office.staff(ANA)
    line = CallerOnLine(call_id=CALL, from_number=CALLER, to_number=LINE)
    office.deliver(office.answer_call, "inbound", CALL, line)
    return office


def test_a_call_that_is_not_due_is_left_alone(office: Office) -> None:
    at_once(office.tend_call(CALL))
    at_once(office.tend_call(CallId("CAunknown")))
    assert office.tend() == ()
    assert office.call(CALL).version == 1


def test_a_call_that_ended_is_settled_when_it_is_due(office: Office) -> None:
    office.deliver(office.note_report, "status", "s", caller())
    office.clock.advance(SETTLES_AFTER)
    assert office.tend() == (CALL,)
    assert office.call(CALL).settled_at == office.clock.now()
    office.clock.advance(3600)
    assert office.tend() == ()


def test_an_end_that_no_webhook_told_is_asked_for(office: Office) -> None:
    office.provider.know(news(CallStatus.COMPLETED, 40), child(CallStatus.COMPLETED, 30))
    office.clock.advance(INQUIRES_AFTER)
    office.tend()
    call = office.call(CALL)
    assert (call.status, call.duration, outcome(call)) == (CallStatus.COMPLETED, 40, Outcome.ANSWERED)
    assert call.legs[0].wave == 1


def test_what_the_provider_says_is_dated_when_it_has_said_it(office: Office) -> None:
    """Simulation: the caller was asked about, hung up meanwhile, and nobody's notes may begin before that."""

    class Slow(MemoryTelephony):
        async def call(self, call_id: CallId) -> LegNews | None:
            office.clock.advance(5)
            return await super().call(call_id)

    office.clock.advance(INQUIRES_AFTER)
    provider = Slow()
    provider.know(news(CallStatus.COMPLETED, 40), child(CallStatus.COMPLETED, 30))
    office.tend_call = TendCall(office.store, office.store.reader, provider, office.clock)
    office.tend()
    assert office.call(CALL).ended_at == office.clock.now()


def test_a_call_that_goes_on_is_looked_at_again_later(office: Office) -> None:
    office.provider.know(news(CallStatus.IN_PROGRESS))
    office.clock.advance(INQUIRES_AFTER)
    assert office.tend() == (CALL,)
    office.clock.advance(INQUIRES_AFTER)
    assert office.tend() == (CALL,)
    version = office.call(CALL).version
    assert office.tend() == ()
    office.clock.advance(INQUIRES_AFTER)
    assert office.tend() == (CALL,)
    assert office.call(CALL).version == version


def test_a_provider_that_cannot_be_asked_is_asked_again_later(office: Office) -> None:
    office.provider.down = True
    office.clock.advance(INQUIRES_AFTER)
    assert office.tend() == (CALL,)
    assert office.tend() == ()
    assert office.call(CALL).live


def test_a_call_that_the_provider_does_not_know_failed(office: Office) -> None:
    office.clock.advance(INQUIRES_AFTER)
    office.tend()
    assert outcome(office.call(CALL)) is Outcome.FAILED


def test_without_an_api_a_silent_call_is_given_up_at_last(office: Office) -> None:
    office.tend_call = TendCall(office.store, office.store.reader, None, office.clock)
    office.clock.advance(INQUIRES_AFTER)
    office.tend()
    assert office.call(CALL).live
    office.clock.advance(GIVES_UP_AFTER)
    office.tend()
    assert not office.call(CALL).live


def test_a_call_that_no_webhook_told_of_is_found_and_tended(office: Office) -> None:
    lost = CallId("CAlost")
    office.provider.know(news(CallStatus.IN_PROGRESS, call_id=lost), news(CallStatus.IN_PROGRESS))
    office.provider.know(child(CallStatus.RINGING))
    assert office.find_calls() == (lost,)
    assert office.find_calls() == ()
    assert office.call(lost).from_number == CALLER
    office.provider.down = True
    with pytest.raises(Unavailable):
        office.find_calls()


def test_a_call_that_ended_here_is_not_found_again_though_the_provider_calls_it_live(office: Office) -> None:
    office.deliver(office.note_report, "status", "s", caller())
    office.provider.know(news(CallStatus.IN_PROGRESS))
    assert office.find_calls() == ()


def test_before_a_call_settles_the_provider_is_asked_for_legs_that_nobody_told_of(office: Office) -> None:
    """The browser's reports and the dial's end were lost, the caller's end was told: someone may have answered."""
    office.deliver(office.note_report, "status", "s", caller())
    office.provider.know(news(CallStatus.COMPLETED, 40), child(CallStatus.COMPLETED, 30))
    office.clock.advance(SETTLES_AFTER)
    office.tend()
    assert outcome(office.call(CALL)) is Outcome.ANSWERED
    assert office.call(CALL).settled_at is None
    office.clock.advance(SETTLES_AFTER)
    office.tend()
    assert office.call(CALL).settled_at == office.clock.now()


def test_a_leg_that_the_end_of_a_dial_names_is_asked_for_when_nobody_told_of_it() -> None:
    """A browser and a screened phone rang, one was picked up, and the provider does not say whether it was bridged."""
    office = Office(group(ANA))
    office.staff(ANA)
    office.heartbeat(ANA)
    line = CallerOnLine(call_id=CALL, from_number=CALLER, to_number=LINE)
    office.deliver(office.answer_call, "inbound", CALL, line)
    ended = dial_ended(1, CallStatus.COMPLETED, leg_id=LegId("CAleg2"), duration=5)
    office.deliver(office.advance_hunt, "hunt-step", "1", NextStep(ended, line))
    office.deliver(office.note_report, "status", "s", caller())
    browser = f"client:user_{ANA}"
    office.provider.know(
        LegNews(LegId("CAleg2"), CallStatus.COMPLETED, CALL, Direction.OUTBOUND, CALLER, browser, duration=5)
    )
    office.clock.advance(SETTLES_AFTER)
    office.tend()
    assert outcome(office.call(CALL)) is Outcome.ANSWERED


def test_nobody_is_asked_for_legs_when_every_dial_told_its_end(office: Office) -> None:
    line = CallerOnLine(call_id=CALL, from_number=CALLER, to_number=LINE)
    office.deliver(office.advance_hunt, "hunt-step", "1", NextStep(bridged(1), line))
    office.deliver(office.note_report, "status", "s", caller())
    office.provider.know(child(CallStatus.BUSY))
    office.clock.advance(SETTLES_AFTER)
    office.tend()
    call = office.call(CALL)
    assert call.legs == ()
    assert call.settled_at == office.clock.now()


def test_a_call_settles_though_the_provider_cannot_be_asked_for_its_legs(office: Office) -> None:
    office.deliver(office.note_report, "status", "s", caller())
    office.provider.down = True
    office.clock.advance(SETTLES_AFTER)
    office.tend()
    assert office.call(CALL).settled_at == office.clock.now()


def test_a_live_call_is_not_settled_by_the_way_when_its_legs_cannot_be_had(office: Office) -> None:
    class HalfThere(MemoryTelephony):
        async def legs(self, call_id: CallId) -> tuple[LegNews, ...]:
            raise Unavailable

    provider = HalfThere()
    provider.know(news(CallStatus.IN_PROGRESS))
    office.tend_call = TendCall(office.store, office.store.reader, provider, office.clock)
    office.clock.advance(INQUIRES_AFTER)
    assert office.tend() == (CALL,)
    assert office.call(CALL).live
