"""Calls that one of us makes: asked for, dialled at most once, connected, and told how they ended."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from tests.core.calls.builders import (
    ANA,
    BEN,
    CAI,
    CALL,
    CALLER,
    LINE,
    PHONES,
    bridged,
    caller,
    dial_ended,
    group,
    picked_up,
)
from tests.core.calls.office import Office, at_once
from tests.core.calls.story import Story
from titus_adapters.memory.clock import CountingIds
from titus_adapters.memory.dialler import MemoryDialler
from titus_adapters.memory.events import recorded
from titus_core.accounts.model import Role, User
from titus_core.calls.call_from_browser import BrowserCall, CallFromBrowser
from titus_core.calls.connect_call import ConnectCall, OperatorOnLine
from titus_core.calls.dialling import DialId, DialRequest, DialRequested, DialState, NotPlaced, Placed, Uncertain
from titus_core.calls.events import CallPlaced, CallReported
from titus_core.calls.facts import SettleDue
from titus_core.calls.instructions import Accept, Dial, Hangup, Reply, Say
from titus_core.calls.look_for_call import NOT_FOUND, SEVERAL, LookForCall
from titus_core.calls.model import CallStatus, Direction, Outcome
from titus_core.calls.place_call import CallOut, PlaceCall, Telling, told
from titus_core.calls.placing import NOT_ALLOWED, NOT_REACHED, colleague_plan, number_plan
from titus_core.calls.ports import KnownCaller
from titus_core.calls.routing import decide
from titus_core.jobs.causes import Kind, causes_of
from titus_core.kernel.actor import SYSTEM, Actor
from titus_core.kernel.errors import AlreadyExists, Unavailable
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import CallId, UserId
from titus_core.kernel.phone import PhoneNumber

CLIENT = PhoneNumber("+61491570110")
RECORDED = group(BEN, record=True)
S = CallStatus
FOUND = CallId("CA" + "f" * 32)


class Desk(Office):
    """An office that calls out."""

    def __init__(self, *, our_number: PhoneNumber | None = LINE) -> None:
        super().__init__(RECORDED)
        self.staff(ANA, BEN)
        self.knows(KnownCaller(CLIENT, "rec1", "Mia Tran"))
        self.dialler = MemoryDialler()
        self.place_call = PlaceCall(self.store, self.dialler, self.clock, CountingIds())
        self.look_for_call = LookForCall(self.store, self.dialler, self.clock)
        self.connect_call = ConnectCall(self.store, self.calendar)
        self.call_from_browser = CallFromBrowser(self.store, self.calendar, our_number)

    def ask(self, **changes: Any) -> DialRequest:
        plain: dict[str, Any] = {
            "actor": Actor("user", "ana", ANA),
            "user_id": ANA,
            "from_number": LINE,
            "callback": PHONES[ANA],
            "to": CLIENT,
        }
        return at_once(self.place_call(CallOut(**{**plain, **changes})))

    def look(self, dial_id: str) -> None:
        at_once(self.look_for_call(DialId(dial_id)))

    def operator(self, dial_id: str, call_id: CallId = CALL) -> Reply:
        fact = OperatorOnLine(call_id=call_id, dial_id=DialId(dial_id), from_number=LINE, to_number=PHONES[ANA])
        reply = self.deliver(self.connect_call, "outbound", call_id, fact)
        assert reply is not None
        return reply

    def browser(self, **changes: Any) -> Reply:
        plain: dict[str, Any] = {"call_id": CALL, "identity": "client:user_1", "wanted": "x", "caller": ANA}
        fact = BrowserCall(**{**plain, **changes})
        reply = self.deliver(self.call_from_browser, "browser-outbound", CALL, fact)
        assert reply is not None
        return reply

    def known(self) -> DialRequest:
        (request,) = at_once(self.store.reader.dial_requests(None, 9))
        return request

    def tell(self, dial_id: str, result: Any) -> DialRequest:
        return at_once(self.store.transact(told, Telling(DialId(dial_id), result, self.clock.now())))

    def trail(self, dial_id: str) -> list[str]:
        return [event.kind for event in recorded(self.store._state, f"dial:{dial_id}")]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def placed(**changes: Any) -> CallPlaced:
    plain: dict[str, Any] = {
        "call_id": CALL,
        "from_number": LINE,
        "to_number": CLIENT,
        "placed_by": ANA,
        "plan": number_plan(CLIENT, LINE, (RECORDED,)),
    }
    return CallPlaced(**{**plain, **changes})


# --- asking ---------------------------------------------------------------------------------------------------------


def test_a_request_is_stored_dialled_and_becomes_a_call(desk: Desk) -> None:
    request = desk.ask(participant="whoever")
    assert (request.state, request.participant, request.contact_id) == (DialState.PLACED, "Mia Tran", "rec1")
    assert desk.known() == request
    assert request.call_id is not None
    call = desk.call(request.call_id)
    assert (call.direction, call.from_number, call.to_number) == (Direction.OUTBOUND, LINE, CLIENT)
    assert (call.placed_by, call.participant, call.waves) == (ANA, "Mia Tran", ())
    assert desk.trail(request.id) == ["dial.requested", "dial.settled"]


def test_a_stranger_keeps_the_name_that_the_client_gave(desk: Desk) -> None:
    assert desk.ask(to=CALLER, participant="A stranger").participant == "A stranger"


@pytest.mark.parametrize(
    ("answer", "state"), [(NotPlaced("no such number"), DialState.FAILED), (Uncertain("silence"), DialState.UNKNOWN)]
)
def test_what_the_provider_did_not_confirm_is_said_so(desk: Desk, answer: Any, state: DialState) -> None:
    desk.dialler.answers = [answer]
    request = desk.ask()
    assert (request.state, request.reason, request.call_id) == (state, answer.reason, None)


def test_a_key_dials_once(desk: Desk) -> None:
    first = desk.ask(key="k")
    assert desk.ask(key="k") == first
    with pytest.raises(AlreadyExists):
        desk.ask(key="k", to=CALLER)
    assert desk.ask(key="k", user_id=BEN).id != first.id
    assert [one.placed_by for one in desk.dialler.dialled] == [ANA, BEN]


def test_what_is_proved_stays_whatever_is_told_later(desk: Desk) -> None:
    request = desk.ask()
    assert desk.tell(request.id, Uncertain("late")) == request


# --- looking --------------------------------------------------------------------------------------------------------


def test_a_look_finds_the_one_call_that_fits(desk: Desk) -> None:
    desk.dialler.answers = [Uncertain("silence")]
    request = desk.ask()
    desk.dialler.found = (FOUND,)
    desk.look(request.id)
    assert (desk.known().state, desk.known().call_id, desk.known().reason) == (DialState.PLACED, FOUND, None)
    assert desk.call(FOUND).to_number == CLIENT
    desk.look(request.id)  # nothing is left to look for
    assert len(desk.dialler.dialled) == 1


def test_a_crash_leaves_it_dialling_and_a_look_says_unknown(desk: Desk) -> None:
    class Crash(Exception):
        pass

    async def crash(request: DialRequest) -> Any:
        raise Crash

    desk.dialler.dial = crash  # type: ignore[method-assign]
    with pytest.raises(Crash):
        desk.ask()
    assert desk.known().state is DialState.DIALLING
    desk.dialler.down = True
    with pytest.raises(Unavailable):
        desk.look(desk.known().id)
    assert desk.known().state is DialState.UNKNOWN
    desk.dialler.down = False
    desk.look(desk.known().id)
    assert (desk.known().state, desk.known().reason) == (DialState.UNKNOWN, NOT_FOUND)


def test_a_look_takes_no_call_of_another_request_and_guesses_among_none(desk: Desk) -> None:
    other = desk.ask(key="other")
    desk.dialler.answers = [Uncertain("silence")]
    request = desk.ask(key="mine")
    assert other.call_id is not None
    desk.dialler.found = (other.call_id, FOUND, CallId("CA" + "e" * 32))
    desk.look(request.id)
    state = {one.id: (one.state, one.reason) for one in at_once(desk.store.reader.dial_requests(None, 9))}
    assert state[request.id] == (DialState.UNKNOWN, SEVERAL)
    desk.dialler.found = (other.call_id, FOUND)
    desk.look(request.id)
    assert {one.call_id for one in at_once(desk.store.reader.dial_requests(None, 9))} == {other.call_id, FOUND}


def test_a_look_that_comes_after_the_webhook_changes_nothing(desk: Desk) -> None:
    desk.dialler.answers = [Uncertain("silence")]
    request = desk.ask()

    async def look(asked: DialRequest) -> tuple[CallId, ...]:
        desk.operator(asked.id)
        return ()

    desk.dialler.look_for = look  # type: ignore[method-assign, assignment]
    desk.look(request.id)
    assert (desk.known().state, desk.known().call_id) == (DialState.PLACED, CALL)
    desk.look("nothing")


# --- connecting -----------------------------------------------------------------------------------------------------


def test_who_picks_up_gets_whom_they_asked_for(desk: Desk) -> None:
    desk.dialler.answers = [Placed(CALL)]
    request = desk.ask()
    (dial,) = desk.operator(request.id).instructions
    assert isinstance(dial, Dial)
    assert [(target.address, target.announced) for target in dial.targets] == [(CLIENT, True)]
    assert (dial.caller_id, dial.record, dial.about) == (LINE, True, None)
    assert desk.operator(request.id).instructions == (dial,)  # a repetition


def test_the_webhook_may_be_faster_than_the_answer(desk: Desk) -> None:
    desk.dialler.answers = [Uncertain("silence")]
    request = desk.ask()
    assert isinstance(desk.operator(request.id).instructions[0], Dial)
    assert (desk.known().state, desk.known().call_id) == (DialState.PLACED, CALL)


def test_a_request_belongs_to_one_call(desk: Desk) -> None:
    request = desk.ask()
    assert desk.operator(request.id, FOUND).instructions == (Say(NOT_ALLOWED), Hangup())
    assert desk.call(FOUND).refusal == "not asked for"
    assert desk.operator("nothing").instructions == (Say(NOT_ALLOWED), Hangup())


# --- browsers -------------------------------------------------------------------------------------------------------


def test_a_browser_calls_a_number(desk: Desk) -> None:
    (dial,) = desk.browser(number=CLIENT).instructions
    assert isinstance(dial, Dial)
    call = desk.call(CALL)
    assert (call.from_number, call.to_number, call.placed_by, call.participant) == (LINE, CLIENT, ANA, "Mia Tran")
    assert desk.browser(number=CALLER).instructions == (dial,)  # a repetition, whatever it says


def test_a_browser_calls_a_stranger(desk: Desk) -> None:
    desk.browser(number=CALLER)
    assert (desk.call(CALL).participant, desk.call(CALL).contact_id) == (None, None)


def test_a_browser_calls_a_colleague_and_shows_who_it_is(desk: Desk) -> None:
    desk.heartbeat(BEN)
    (dial,) = desk.browser(colleague=BEN).instructions
    assert isinstance(dial, Dial)
    assert [target.address for target in dial.targets] == ["client:user_2"]
    assert (dial.caller_id, dial.record) == (None, False)
    assert dial.about is not None
    assert dial.about.number == "client:user_1"


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"caller": None}, "unknown identity"),
        ({"caller": UserId(99), "number": CLIENT}, "unknown identity"),
        ({"caller": CAI, "number": CLIENT}, "not allowed"),
        ({"fault": "to: is a number at a premium rate"}, "to: is a number at a premium rate"),
        ({"colleague": UserId(99)}, "nobody to call"),
        ({"colleague": CAI}, "nobody to call"),
    ],
)
def test_a_browser_that_may_not_is_turned_away(desk: Desk, wanted: dict[str, Any], why: str) -> None:
    async def hire(tx: Any, _: None) -> None:
        worker = Role.SUPPORT_WORKER
        user = User(id=CAI, email="c@titus.example", name="Cai", role=worker, password_hash="", active=False)
        tx.users.save(user)

    at_once(desk.store.transact(hire, None))
    assert desk.browser(**wanted).instructions == (Say(NOT_ALLOWED), Hangup())
    assert (desk.call(CALL).refusal, desk.call(CALL).from_number) == (why, "client:user_1")


def test_without_a_number_of_ours_only_colleagues_are_called() -> None:
    desk = Desk(our_number=None)
    desk.browser(number=CLIENT)
    assert desk.call(CALL).refusal == "no number of ours"


# --- how such calls go ----------------------------------------------------------------------------------------------


def test_the_plan_follows_the_group_of_our_number() -> None:
    plan = number_plan(CLIENT, LINE, (RECORDED,))
    assert (plan.record, plan.announcement is not None, plan.caller_id) == (True, True, LINE)
    for groups in ((), (group(BEN, record=False),), (group(BEN, record=True, announce_recording=False),)):
        plain = number_plan(CLIENT, LINE, groups)
        assert (plain.record, plain.announcement) == (False, None)


def test_the_other_side_hears_the_notice_and_is_joined() -> None:
    story = Story()
    story.tell(placed())
    notice = RECORDED.prompts.recording_notice
    assert story.tell(picked_up(CLIENT)).reply == (Say(notice), Accept())
    assert story.tell(bridged(1), caller()).outcome is Outcome.ANSWERED


def test_who_picks_up_when_it_is_over_is_let_go() -> None:
    story = Story()
    story.tell(placed(), caller())
    assert story.tell(picked_up(CLIENT)).reply == (Hangup(),)


def test_every_order_of_reports_makes_the_same_call() -> None:
    """Who placed it may be told before, between or after what the provider says of its first leg."""
    facts: tuple[CallPlaced | CallReported, ...] = (
        placed(),
        caller(S.INITIATED, direction=Direction.OUTBOUND, from_number=LINE, to_number=PHONES[ANA]),
        caller(S.IN_PROGRESS, direction=Direction.INBOUND, to_number="x"),
        caller(S.COMPLETED, direction=Direction.OUTBOUND, duration=9),
    )
    stories = [Story(directory=None) for _ in range(24)]
    calls = set()
    for story, order in zip(stories, permutations(facts), strict=True):
        for fact in order:
            story.known = decide(story.known, fact, story.now, None).call
        calls.add((story.call.direction, story.call.to_number, story.call.status, story.call.duration, story.outcome))
    assert calls == {(Direction.OUTBOUND, CLIENT, S.COMPLETED, 9, Outcome.FAILED)}


def test_without_recording_they_are_just_joined() -> None:
    story = Story()
    story.tell(placed(plan=number_plan(CLIENT, LINE, ())))
    assert story.tell(picked_up(CLIENT)).reply == (Accept(),)


def test_who_is_not_reached_is_told_and_the_call_failed() -> None:
    story = Story()
    story.tell(placed())
    assert story.tell(dial_ended(1, S.BUSY)).reply == (Say(NOT_REACHED), Hangup())
    assert story.tell(caller()).outcome is Outcome.FAILED


def test_whom_this_call_dialled_it_never_dials_again() -> None:
    story = Story()
    assert isinstance(story.tell(placed()).reply[0], Dial)
    assert story.tell(placed()).reply == (Hangup(),)
    assert len(story.call.waves) == 1


def test_who_hung_up_in_the_meantime_gets_nothing() -> None:
    story = Story()
    story.tell(caller(S.COMPLETED, direction=Direction.OUTBOUND))
    assert story.tell(placed()).reply == ()


def test_a_report_does_not_make_it_inbound() -> None:
    story = Story()
    story.tell(placed(), caller(S.IN_PROGRESS, direction=Direction.INBOUND, to_number="x"))
    assert (story.call.direction, story.call.to_number) == (Direction.OUTBOUND, CLIENT)


def test_a_call_that_settled_without_us_keeps_its_outcome() -> None:
    story = Story()
    story.tell(caller(S.COMPLETED, direction=Direction.OUTBOUND))
    story.after(31).tell(SettleDue(call_id=CALL))
    assert story.outcome is Outcome.ANSWERED
    story.tell(placed(refusal="x"))
    assert (story.outcome, story.call.plan, story.call.refusal, story.call.placed_by) == (
        Outcome.ANSWERED,
        None,
        None,
        ANA,
    )


def test_a_colleagues_plan_is_never_recorded() -> None:
    plan = colleague_plan(BEN)
    assert (plan.record, plan.caller_id, len(plan.stages)) == (False, None, 1)


def test_whoever_calls_out_is_engaged_until_it_is_over(desk: Desk) -> None:
    desk.dialler.answers = [Placed(CALL)]
    desk.ask()
    assert (desk.engaged[ANA].kind, desk.engaged[ANA].call_id) == ("talking", CALL)
    desk.deliver(desk.note_report, "status", "end", caller(S.COMPLETED))
    assert ANA not in desk.engaged


def test_every_request_is_looked_at_later(desk: Desk) -> None:
    """Long after asking the provider can take: so a crash in between is seen by somebody."""
    asked = DialRequested(dial_id=DialId("d1"), placed_by=ANA, callback=PHONES[ANA], to=CLIENT)
    (job,) = causes_of(tuple(Kind))(Envelope("dial:d1", desk.clock.now(), SYSTEM, asked))
    assert (job.kind, job.subject, job.wait_seconds) == (Kind.LOOK_FOR_CALL, "d1", 60)
