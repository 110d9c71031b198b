"""What a hunt group may look like. The bounds are `contract.md`'s and `call-routing.md`'s."""

from __future__ import annotations

import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from titus_core.hunt_groups.hours import AUSTRALIAN_STATES
from titus_core.hunt_groups.model import Hours, HuntGroup, Span, ToGroup, ToNumber
from titus_core.kernel.errors import Invalid
from titus_core.kernel.ids import UserId
from titus_core.kernel.phone import e164

RING_SECONDS = (10, 120)
"""The provider adds 5 s to a timeout of at least 5 s, so nobody can be rung for less than 10."""

WAIT_SECONDS = (20, 900)
MAX_MEMBERS = 50
MAX_PROMPT = 500
MAX_TEXT = 480
"""Three parts of a text message."""

MAX_NOTIFY = 20
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")


def check(group: HuntGroup, known: Iterable[UserId]) -> None:
    """Raise `Invalid` for the first rule that the group breaks. `known` are the users who can be members."""
    if not group.name.strip() or len(group.name) > 100:
        raise Invalid("name", "must have 1 to 100 characters")
    _within("ringSeconds", group.ring_seconds, RING_SECONDS)
    _within("maxWaitSeconds", group.max_wait_seconds, WAIT_SECONDS)
    _within("wrapUpSeconds", group.wrap_up_seconds, (0, 600))
    _within("stickyDays", group.sticky_days, (0, 365))
    _check_numbers(group)
    _check_prompts(group)
    if len(group.missed_call_text) > MAX_TEXT:
        raise Invalid("missedCallText", f"must have at most {MAX_TEXT} characters")
    if len(group.notify) > MAX_NOTIFY:
        raise Invalid("notify", f"at most {MAX_NOTIFY}")
    _check_members(group, frozenset(known))
    _check_overflow(group)
    if group.hours is not None:
        _check_hours(group.hours)


def _within(field: str, value: int, bounds: tuple[int, int]) -> None:
    low, high = bounds
    if not low <= value <= high:
        raise Invalid(field, f"must be between {low} and {high}")


def _check_numbers(group: HuntGroup) -> None:
    if group.number is not None and e164(group.number) is None:
        raise Invalid("number", "must be a number in E.164, such as +61255500001")
    for number in group.blocked:
        if e164(number) is None:
            raise Invalid("blocked", f"{number!r} is not a number in E.164")


def _check_prompts(group: HuntGroup) -> None:
    for name in group.prompts.__struct_fields__:
        if len(getattr(group.prompts, name)) > MAX_PROMPT:
            raise Invalid(f"prompts.{name}", f"must have at most {MAX_PROMPT} characters")
    if group.record and not (group.announce_recording and group.prompts.recording_notice.strip()):
        raise Invalid(
            "record", "calls may be recorded only after an announcement: set announceRecording and its prompt"
        )


def _check_members(group: HuntGroup, known: frozenset[UserId]) -> None:
    if len(group.members) > MAX_MEMBERS:
        raise Invalid("members", f"at most {MAX_MEMBERS}")
    seen: set[UserId] = set()
    for place, member in enumerate(group.members):
        where = f"members[{place}]"
        if member.user_id not in known:
            raise Invalid(f"{where}.userId", f"there is no active user {member.user_id}")
        if member.user_id in seen:
            raise Invalid(f"{where}.userId", f"user {member.user_id} is in the group already")
        seen.add(member.user_id)
        _within(f"{where}.tier", member.tier, (1, 9))
        if member.ring_seconds is not None:
            _within(f"{where}.ringSeconds", member.ring_seconds, RING_SECONDS)


def _check_overflow(group: HuntGroup) -> None:
    if len(group.overflow) > 10:
        raise Invalid("overflow", "at most 10 steps")
    for place, step in enumerate(group.overflow):
        match step:
            case ToGroup(group_id) if group_id == group.id:
                raise Invalid(f"overflow[{place}].groupId", "a group cannot overflow into itself")
            case ToNumber(number, seconds):
                if e164(number) is None:
                    raise Invalid(f"overflow[{place}].number", "must be a number in E.164")
                _within(f"overflow[{place}].ringSeconds", seconds, RING_SECONDS)
            case _:
                pass


def _check_hours(hours: Hours) -> None:
    try:
        ZoneInfo(hours.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid("hours.timezone", f"{hours.timezone!r} is not a time zone") from None
    if hours.state is not None and hours.state not in AUSTRALIAN_STATES:
        raise Invalid("hours.state", f"must be one of {', '.join(AUSTRALIAN_STATES)}")
    for day, spans in hours.weekly.items():
        for span in spans:
            _check_span(f"hours.weekly.{day}", span)


def _check_span(where: str, span: Span) -> None:
    if not (_CLOCK.fullmatch(span.start) and _CLOCK.fullmatch(span.until)) or span.start >= span.until:
        raise Invalid(where, "a span is two times HH:MM of one day, the earlier one first")
