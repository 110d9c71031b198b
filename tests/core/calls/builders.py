"""People, groups and facts to tell stories about calls with. Everybody is made up; the numbers are reserved ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from titus_core.calls.events import CallArrived, CallReported, LegReported, RecordingReported
from titus_core.calls.facts import CallerIsStranded, CallerWaits, DialEnded, KeyPressed, LegPickedUp, MessageTaken
from titus_core.calls.hunting import Directory
from titus_core.calls.model import CallStatus, Plan, RecordingState, Screening
from titus_core.calls.planning import Roster, make_plan
from titus_core.hunt_groups.availability import Engagement, MemberState, Presence, Reason
from titus_core.hunt_groups.model import Endpoint, HuntGroup, Member
from titus_core.kernel.ids import CallId, GroupId, LegId, RecordingId, UserId
from titus_core.kernel.phone import PhoneNumber

NOON = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
"""A Wednesday at noon in Brisbane."""

CALL = CallId("CA" + "0" * 32)
CALLER = PhoneNumber("+61491570156")
LINE = PhoneNumber("+61255500001")
ON_CALL = PhoneNumber("+61255500009")

ANA, BEN, CAI, DEB = UserId(1), UserId(2), UserId(3), UserId(4)
NAMES = {ANA: "Ana Ferris", BEN: "Ben Okoro", CAI: "Cai Lindqvist", DEB: "Deb Marlow"}
PHONES = {
    ANA: PhoneNumber("+61491570006"),
    BEN: PhoneNumber("+61491570157"),
    CAI: PhoneNumber("+61491570158"),
    DEB: PhoneNumber("+61491570159"),
}

MAIN = GroupId(1)
AFTER_HOURS = GroupId(2)


def group(*members: Member | UserId, **changes: Any) -> HuntGroup:
    """A group that serves every number, sequentially, twenty seconds each, without recording."""
    people = tuple(m if isinstance(m, Member) else Member(m) for m in members)
    plain: dict[str, Any] = {"id": MAIN, "name": "Support line", "record": False, "members": people}
    return HuntGroup(**{**plain, **changes})


def state(user_id: UserId, **changes: Any) -> MemberState:
    """Someone who can be rung on their phone."""
    plain: dict[str, Any] = {
        "name": NAMES.get(user_id, f"Person {user_id}"),
        "phone": PHONES.get(user_id, PhoneNumber(f"+6149157{user_id:04}")),
        "presence": Presence.AVAILABLE,
    }
    return MemberState(user_id, **{**plain, **changes})


def at_browser(user_id: UserId, **changes: Any) -> MemberState:
    """Someone whose browser is ready, and who has no phone."""
    return state(user_id, **{"phone": None, "heartbeat_at": NOON + timedelta(hours=1), **changes})


def engaged(user_id: UserId, kind: Any = "talking", until: datetime = NOON + timedelta(hours=1)) -> MemberState:
    """Someone whom another call keeps."""
    return state(user_id, engagement=Engagement(user_id, CallId("CAother"), kind, until))


def world(
    *members: MemberState | UserId, agent: bool = False, closed: dict[GroupId, Reason] | None = None
) -> Directory:
    states = [m if isinstance(m, MemberState) else state(m) for m in members]
    return Directory({member.user_id: member for member in states}, closed or {}, agent)


def plan(serving: HuntGroup | None, *others: HuntGroup, call_id: CallId = CALL, **roster: Any) -> Plan:
    groups = (serving, *others) if serving is not None else others
    return make_plan(serving, call_id, Roster(groups=groups, **roster))


def arrived(serving: HuntGroup | Plan | None, *others: HuntGroup, **changes: Any) -> CallArrived:
    made = serving if isinstance(serving, Plan) else plan(serving, *others)
    plain: dict[str, Any] = {"call_id": CALL, "from_number": CALLER, "to_number": LINE, "caller": CALLER, "plan": made}
    return CallArrived(**{**plain, **changes})


def dial_ended(wave: int, status: CallStatus = CallStatus.NO_ANSWER, **more: Any) -> DialEnded:
    return DialEnded(call_id=CALL, wave=wave, status=status, **more)


def bridged(wave: int, leg: str = "CAleg1", **more: Any) -> DialEnded:
    return dial_ended(wave, CallStatus.COMPLETED, bridged=True, leg_id=LegId(leg), **more)


def not_bridged(wave: int, leg: str = "CAleg1", **more: Any) -> DialEnded:
    return dial_ended(wave, CallStatus.COMPLETED, bridged=False, leg_id=LegId(leg), **more)


def waits(turn: int = 1, **more: Any) -> CallerWaits:
    return CallerWaits(call_id=CALL, turn=turn, **more)


def stranded(**more: Any) -> CallerIsStranded:
    return CallerIsStranded(call_id=CALL, error_code="11205", **more)


def leg(status: CallStatus, address: str = PHONES[ANA], leg_id: str = "CAleg1", **more: Any) -> LegReported:
    return LegReported(call_id=CALL, leg_id=LegId(leg_id), status=status, address=address, **more)


def picked_up(address: str = PHONES[ANA], leg_id: str = "CAleg1", wave: int | None = 1) -> LegPickedUp:
    return LegPickedUp(call_id=CALL, leg_id=LegId(leg_id), address=address, wave=wave)


def pressed(
    answer: Screening = Screening.ACCEPTED, address: str = PHONES[ANA], leg_id: str = "CAleg1", wave: int | None = 1
) -> KeyPressed:
    return KeyPressed(call_id=CALL, leg_id=LegId(leg_id), address=address, answer=answer, wave=wave)


def caller(status: CallStatus = CallStatus.COMPLETED, **more: Any) -> CallReported:
    return CallReported(call_id=CALL, status=status, **more)


def recording(state: RecordingState, recording_id: str = "RE1", **more: Any) -> RecordingReported:
    return RecordingReported(call_id=CALL, recording_id=RecordingId(recording_id), state=state, **more)


def message(recording_id: str | None = "RE1", duration: int | None = 7) -> MessageTaken:
    found = RecordingId(recording_id) if recording_id is not None else None
    return MessageTaken(call_id=CALL, recording_id=found, duration=duration)


def browser(user_id: UserId, **more: Any) -> Member:
    return Member(user_id, endpoint=Endpoint.BROWSER, **more)


def phone(user_id: UserId, **more: Any) -> Member:
    return Member(user_id, endpoint=Endpoint.PHONE, **more)
