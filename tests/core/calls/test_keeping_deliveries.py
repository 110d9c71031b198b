"""Requests that cannot be used yet are kept, and worked on later."""

from __future__ import annotations

from tests.core.calls.builders import ANA, BEN, CALL, CALLER, LINE, bridged, group
from tests.core.calls.office import BASE_URL, Office, at_once
from titus_core.calls.advance_hunt import NextStep
from titus_core.calls.answer_call import CallerOnLine
from titus_core.calls.delivering import Incoming
from titus_core.calls.instructions import Hangup, Reply
from titus_core.calls.keep_delivery import KeepThis
from titus_core.calls.ports import Delivery, Kept
from titus_core.calls.try_again import CountTry, TryAgain
from titus_core.kernel.ids import CallId

LINE_NEWS = CallerOnLine(call_id=CALL, from_number=CALLER, to_number=LINE)


def delivery(office: Office, route: str = "inbound", key: str = CALL) -> Delivery:
    return Delivery(route=route, key=key, token=None, query="", body="a=1", received_at=office.clock.now())


def keep(office: Office, command: KeepThis) -> Kept:
    return at_once(office.keep_delivery(command))


def test_what_nothing_works_on_yet_is_kept_with_its_answer() -> None:
    office = Office()
    reply = Reply(CALL, (Hangup(),))
    sent = delivery(office, "sms-inbound", "SM1")
    assert keep(office, KeepThis(sent, BASE_URL, reply)) == Kept("SM1", reply, BASE_URL)
    assert keep(office, KeepThis(sent, BASE_URL)).reply == reply
    assert at_once(office.store.reader.waiting(office.clock.now(), 9)) == ()


def test_what_could_not_be_worked_on_waits_and_is_worked_on_once() -> None:
    office = Office(group(ANA))
    office.staff(ANA)
    keep(office, KeepThis(delivery(office), BASE_URL, reduced=False))
    (waiting,) = at_once(office.store.reader.waiting(office.clock.now(), 9))
    at_once(CountTry(office.store)(TryAgain(waiting.id, office.clock.now())))
    assert at_once(office.store.reader.waiting(office.clock.now(), 9)) == ()
    office.clock.advance(2)
    at_once(office.answer_call(Incoming(LINE_NEWS, waiting.delivery, BASE_URL, waiting_id=waiting.id)))
    assert office.call(CALL).arrived_at is not None
    assert at_once(office.store.reader.waiting(office.clock.now(), 9)) == ()


def test_work_that_is_done_later_offers_nobody_because_nobody_hears_its_answer() -> None:
    """The caller was answered otherwise long ago: an offer now would hold people, and make the end of the dial that
    the caller really listens to look late, so that they are sent away."""
    office = Office(group(ANA, BEN))
    office.staff(ANA, BEN)
    keep(office, KeepThis(delivery(office), BASE_URL, reduced=False))
    (waiting,) = at_once(office.store.reader.waiting(office.clock.now(), 9))
    at_once(office.answer_call(Incoming(LINE_NEWS, waiting.delivery, BASE_URL, waiting_id=waiting.id)))
    assert office.call(CALL).waves == ()
    assert office.engaged == {}


def test_a_late_fact_about_someone_whom_another_call_holds_by_now_is_kept() -> None:
    """A lease ran out, someone else rang them, and then it turns out that they talked in the first call."""
    office = Office(group(ANA, wrap_up_seconds=60))
    office.staff(ANA)
    office.deliver(office.answer_call, "inbound", CALL, LINE_NEWS)
    office.clock.advance(60)
    other = CallerOnLine(call_id=CallId("CAother"), from_number=CALLER, to_number=LINE)
    office.deliver(office.answer_call, "inbound", "CAother", other)
    office.deliver(office.advance_hunt, "hunt-step", "1", NextStep(bridged(1), LINE_NEWS))
