"""Made-up people, groups and calls, rich enough that a field which gets lost on the way is noticed.

Numbers are from the ranges that ACMA reserves for fiction: 0491 570 006 and the like, and (0x) 5550 xxxx.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from titus_core.accounts.model import Role, Session, User, token_hash
from titus_core.calls.events import CallArrived, CallReported, CallSettled
from titus_core.calls.instructions import Dial, Reply, Say, TakeVoicemail, Target
from titus_core.calls.model import (
    Agent,
    AgentStage,
    Attempt,
    Call,
    CallStatus,
    Direction,
    Leg,
    NumberStage,
    Plan,
    Recording,
    RecordingState,
    RingStage,
    Screening,
    Skip,
    VoicemailStage,
    Wave,
    WaveEnd,
)
from titus_core.calls.ports import CallerKind, Delivery, KnownCaller
from titus_core.hunt_groups.availability import Engagement, Presence, Reason
from titus_core.hunt_groups.model import (
    Closure,
    Endpoint,
    Hours,
    HuntGroup,
    Member,
    Prompts,
    Span,
    Strategy,
    ToAgent,
    ToGroup,
    ToNumber,
    ToVoicemail,
    Voice,
)
from titus_core.hunt_groups.ports import Availability
from titus_core.kernel.actor import TWILIO, Actor
from titus_core.kernel.events import Envelope, Event
from titus_core.kernel.ids import CallId, GroupId, LegId, RecordingId, UserId
from titus_core.kernel.phone import PhoneNumber

NOW = datetime(2026, 3, 4, 2, 15, 30, 123456, tzinfo=UTC)
BRISBANE = timezone(timedelta(hours=10))

CALLER = PhoneNumber("+61491570006")
OTHER_CALLER = PhoneNumber("+61491570156")
ON_CALL = PhoneNumber("+61491570157")
OFFICE = PhoneNumber("+61255500001")

ALICE, BOB, CAROL = UserId(1), UserId(2), UserId(3)
FRONT_DESK = GroupId(1)

ODD_TEXT = 'Zoë “Ngā” O’Brien-李 🦘\n\t"quoted" \\u0041 \\ {"a": 1} \x7f %s :name $1 ?'
"""Everything that a careless store trips over, but NUL, which PostgreSQL cannot keep."""


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def call_id(n: int = 1) -> CallId:
    return CallId(f"CA{n:032x}")


def leg_id(n: int = 1) -> LegId:
    return LegId(f"CA{n + 0xF000:032x}")


def a_call(n: int = 1, **fields: object) -> Call:
    """A call that is known and nothing else."""
    known: dict[str, object] = {"id": call_id(n), "seen_at": NOW, "news_at": NOW, "from_number": CALLER, **fields}
    return Call(**known)  # type: ignore[arg-type]


def an_answered_call(n: int, by: UserId | None, at: datetime, over: datetime | None = None, **fields: object) -> Call:
    """A call that this member took `at` this instant and, if `over`, talked until then."""
    leg = LegId(f"{leg_id(n)}")
    attempt = Attempt("Someone", Endpoint.BROWSER, f"client:user_{by}", screened=False, user_id=by)
    end = WaveEnd(CallStatus.COMPLETED, over, True, leg, 60) if over is not None else None
    status = CallStatus.COMPLETED if over is not None else CallStatus.IN_PROGRESS
    return a_call(
        n,
        caller=CALLER,
        waves=(Wave(1, 0, 20, at, (attempt,), end),),
        legs=(Leg(leg, attempt.address, 1, status, answered_at=at, ended_at=over),),
        **fields,
    )


def a_rich_call(n: int = 1) -> Call:
    """A call with every field set to something unlike its default."""
    ended = later(95.5)
    screened = Attempt(ODD_TEXT, Endpoint.PHONE, str(ON_CALL), True, ALICE, Screening.DECLINED)
    browser = Attempt("Bob", Endpoint.BROWSER, "client:user_2", False, BOB, None)
    outside = Attempt("On call", Endpoint.PHONE, str(ON_CALL), True, None, Screening.ACCEPTED)
    return Call(
        id=call_id(n),
        direction=Direction.OUTBOUND,
        from_number=CALLER,
        to_number=OFFICE,
        caller=CALLER,
        participant=ODD_TEXT,
        contact_id="rec0000000000001",
        found="live list",
        refusal="blocked",
        plan=a_plan(),
        stage=2,
        status=CallStatus.COMPLETED,
        duration=95,
        waves=(
            Wave(1, 0, 20, NOW, (screened, browser), WaveEnd(CallStatus.NO_ANSWER, later(20), False, None, 0)),
            Wave(2, 1, 25, later(21), (outside,), WaveEnd(CallStatus.COMPLETED, ended, True, leg_id(2), 70)),
            Wave(3, 2, 25, later(96), ()),
        ),
        skips=(Skip(1, 0, CAROL, ODD_TEXT, Reason.DO_NOT_DISTURB, NOW),),
        legs=(
            Leg(leg_id(1), "client:user_2", 1, CallStatus.FAILED, 0, 480, None, later(20)),
            Leg(leg_id(2), str(ON_CALL), None, CallStatus.COMPLETED, 70, None, later(25), ended),
        ),
        recordings=(Recording(RecordingId("RE" + "0" * 32), RecordingState.COMPLETED, True, 12, 2),),
        agent=Agent(later(30), ODD_TEXT),
        voicemail_offered_at=later(40),
        held_since=later(50),
        strandings=3,
        seen_at=NOW,
        arrived_at=later(0.000001),
        ended_at=ended,
        settled_at=later(130),
        news_at=later(130),
    )


def a_plan() -> Plan:
    members = (Member(ALICE, 1, 15, Endpoint.PHONE), Member(BOB, 2))
    ring = RingStage(
        FRONT_DESK, ODD_TEXT, Strategy.RING_ALL, 20, "wait", False, 30, members, BOB, some_hours(), some_closures()
    )
    return Plan(
        stages=(ring, NumberStage(ON_CALL, 25), AgentStage(), VoicemailStage()),
        budget_seconds=180,
        group_id=FRONT_DESK,
        group_name=ODD_TEXT,
        record=True,
        announcement="notice-1",
        prompts=Prompts(greeting=ODD_TEXT, hold="Please hold."),
        voice=Voice("Polly.Nicole", "en-AU"),
    )


def some_hours() -> Hours:
    return Hours("Australia/Sydney", {"mon": (Span("08:30", "12:00"), Span("13:00", "24:00")), "sun": ()}, "NSW")


def some_closures() -> tuple[Closure, ...]:
    return (Closure(date(2026, 12, 24), date(2027, 1, 3), "Shutdown"), Closure(date(2026, 4, 3), open=True))


def a_group(n: int = 1, **fields: object) -> HuntGroup:
    known: dict[str, object] = {"id": GroupId(n), "name": f"Group {n}", "created_at": NOW, "updated_at": NOW, **fields}
    return HuntGroup(**known)  # type: ignore[arg-type]


def a_rich_group(n: int = 1) -> HuntGroup:
    """A group with every field set to something unlike its default (but the version)."""
    return HuntGroup(
        id=GroupId(n),
        name=ODD_TEXT[:100],
        number=OFFICE,
        strategy=Strategy.LONGEST_IDLE,
        ring_seconds=35,
        max_wait_seconds=240,
        when_busy="wait",
        screening=False,
        wrap_up_seconds=45,
        announce_recording=False,
        record=False,
        sticky_days=14,
        hours=some_hours(),
        closures=some_closures(),
        blocked=(OTHER_CALLER,),
        prompts=Prompts("Hello.", "", ODD_TEXT, "Nobody is here."),
        voice=Voice("Polly.Nicole", "en-AU"),
        notify=("desk@example.org",),
        overflow=(ToGroup(GroupId(2)), ToNumber(ON_CALL, 40), ToAgent(), ToVoicemail()),
        members=(Member(ALICE, 1, 15, Endpoint.PHONE), Member(BOB, 2, None, Endpoint.BROWSER)),
        active=False,
        created_at=NOW,
        updated_at=later(1),
    )


def a_user(n: int = 1, **fields: object) -> User:
    known: dict[str, object] = {
        "id": UserId(n),
        "email": f"person{n}@example.org",
        "name": f"Person {n}",
        "role": Role.OFFICE_STAFF,
        "password_hash": "plain$1$secret",
        "created_at": NOW,
        "updated_at": NOW,
        **fields,
    }
    return User(**known)  # type: ignore[arg-type]


def a_rich_user(n: int = 1) -> User:
    return User(
        id=UserId(n),
        email="zoë@example.org",
        name=ODD_TEXT,
        role=Role.TEAM_LEADER,
        password_hash=f"plain$1${ODD_TEXT}",
        job_title=ODD_TEXT,
        phone=ON_CALL,
        active=False,
        created_at=NOW,
        updated_at=later(1),
    )


def a_session(token: str, user_id: UserId = ALICE, created: datetime = NOW) -> Session:
    return Session(token_hash(token), user_id, created, created + timedelta(seconds=1.5))


def an_engagement(user_id: UserId = ALICE, call: int = 1, seconds: float = 50) -> Engagement:
    return Engagement(user_id, call_id(call), "ringing", later(seconds))


def an_availability(user_id: UserId = ALICE, presence: Presence = Presence.AVAILABLE, at: float = 0) -> Availability:
    return Availability(user_id, presence, later(at))


def a_delivery(key: str = "CA1:inbound", token: str | None = None, route: str = "inbound") -> Delivery:
    return Delivery(
        route=route,
        key=key,
        token=token,
        query="step=1&from=%2B61491570006",
        body=f"CallerName={ODD_TEXT}",
        received_at=NOW,
    )


def a_reply() -> Reply:
    targets = (Target(Endpoint.PHONE, str(ON_CALL), True, ALICE), Target(Endpoint.BROWSER, "client:user_2", False))
    return Reply(
        call_id(), (Say(ODD_TEXT), Dial(1, targets, 20, True, CALLER), TakeVoicemail(60)), Voice("Polly.Olivia")
    )


CONTACTS = ("rec0000000000001", "rec0000000000002")


def a_known_caller(
    number: PhoneNumber = CALLER, name: str = ODD_TEXT, contact: str = CONTACTS[0], kind: CallerKind = CallerKind.CLIENT
) -> KnownCaller:
    return KnownCaller(number, contact, name, BOB, kind)


def envelope(event: Event, subject: str | None = None, at: datetime = NOW, actor: Actor = TWILIO) -> Envelope:
    return Envelope(subject or f"call:{call_id()}", at, actor, event)


def some_events() -> tuple[Event, ...]:
    return (
        CallArrived(call_id=call_id(), from_number=CALLER, to_number=OFFICE, participant=ODD_TEXT, plan=a_plan()),
        CallReported(call_id=call_id(), status=CallStatus.COMPLETED, duration=95),
        CallSettled(call_id=call_id(), outcome="answered"),
    )
