"""A hunt group as JSON. Reading is strict: a field that does not exist is refused, so that a typing mistake in a
setting cannot silently leave the old one in force."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from titus_core.hunt_groups import model
from titus_core.hunt_groups.model import HuntGroup, Strategy, Weekday
from titus_core.hunt_groups.save_group import GroupDraft
from titus_core.kernel.ids import GroupId
from titus_http.routes.inputs import RowId, phone


class MemberBody(model.Member, frozen=True, rename="camel", forbid_unknown_fields=True):
    user_id: RowId  # type: ignore[assignment]


class SpanBody(model.Span, frozen=True, rename="camel", forbid_unknown_fields=True):
    pass


class HoursBody(model.Hours, frozen=True, rename="camel", forbid_unknown_fields=True):
    weekly: dict[Weekday, tuple[SpanBody, ...]]  # type: ignore[assignment]


class ClosureBody(model.Closure, frozen=True, rename="camel", forbid_unknown_fields=True):
    pass


class PromptsBody(model.Prompts, frozen=True, rename="camel", forbid_unknown_fields=True):
    pass


class VoiceBody(model.Voice, frozen=True, rename="camel", forbid_unknown_fields=True):
    pass


class ToGroupBody(model.ToGroup, frozen=True, rename="camel", forbid_unknown_fields=True):
    group_id: RowId  # type: ignore[assignment]


class ToAgentBody(model.ToAgent, frozen=True, forbid_unknown_fields=True):
    pass


class ToVoicemailBody(model.ToVoicemail, frozen=True, forbid_unknown_fields=True):
    pass


class ToNumberBody(model.ToNumber, frozen=True, rename="camel", forbid_unknown_fields=True):
    pass


OverflowBody: TypeAlias = ToGroupBody | ToAgentBody | ToVoicemailBody | ToNumberBody
Words = Annotated[str, msgspec.Meta(max_length=200)]
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class GroupBody(msgspec.Struct, frozen=True, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """What is not named keeps its value, or in a new group its default."""

    name: str | UnsetType = UNSET
    number: str | UnsetType | None = UNSET
    strategy: Strategy | UnsetType = UNSET
    ring_seconds: int | UnsetType = UNSET
    max_wait_seconds: int | UnsetType = UNSET
    when_busy: Literal["overflow", "wait"] | UnsetType = UNSET
    screening: bool | UnsetType = UNSET
    wrap_up_seconds: int | UnsetType = UNSET
    announce_recording: bool | UnsetType = UNSET
    record: bool | UnsetType = UNSET
    sticky_days: int | UnsetType = UNSET
    hours: HoursBody | UnsetType | None = UNSET
    closures: tuple[ClosureBody, ...] | UnsetType = UNSET
    blocked: tuple[str, ...] | UnsetType = UNSET
    prompts: PromptsBody | UnsetType = UNSET
    voice: VoiceBody | UnsetType = UNSET
    notify: tuple[Words, ...] | UnsetType = UNSET
    missed_call_text: str | UnsetType = UNSET
    overflow: tuple[OverflowBody, ...] | UnsetType = UNSET
    members: tuple[MemberBody, ...] | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class GroupView(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A hunt group as clients see it."""

    id: int
    name: str
    number: str | None
    strategy: Strategy
    ring_seconds: int
    max_wait_seconds: int
    when_busy: Literal["overflow", "wait"]
    screening: bool
    wrap_up_seconds: int
    announce_recording: bool
    record: bool
    sticky_days: int
    hours: model.Hours | None
    closures: tuple[model.Closure, ...]
    blocked: tuple[str, ...]
    prompts: model.Prompts
    voice: model.Voice
    notify: tuple[str, ...]
    missed_call_text: str
    overflow: tuple[model.OverflowStep, ...]
    members: tuple[model.Member, ...]
    active: bool


def draft(body: GroupBody) -> GroupDraft:
    """The body in the core's words, telephone numbers in E.164. Raises `Invalid`."""
    said: dict[str, Any] = msgspec.to_builtins(body)
    if said.get("number") is not None:
        said["number"] = phone(said["number"], "number")
    if "blocked" in said:
        said["blocked"] = [phone(number, f"blocked[{place}]") for place, number in enumerate(said["blocked"])]
    if "notify" in said:
        said["notify"] = [_to_be_told(entry.strip(), place) for place, entry in enumerate(said["notify"])]
    for place, step in enumerate(said.get("overflow", ())):
        if "number" in step:
            step["number"] = phone(step["number"], f"overflow[{place}].number")
    return msgspec.convert(said, GroupDraft)


def _to_be_told(entry: str, place: int) -> str:
    """A telephone number in E.164, or a mail address as it is."""
    return entry if _MAIL.fullmatch(entry) else phone(entry, f"notify[{place}]")


def whole_draft(body: GroupBody) -> GroupDraft:
    """As `draft`, for replacing a group: what is not named gets its default."""
    defaults = HuntGroup(id=GroupId(0), name="")
    said = msgspec.structs.asdict(draft(body))
    return GroupDraft(**{k: getattr(defaults, k) if value is UNSET else value for k, value in said.items()})


def view(group: HuntGroup) -> GroupView:
    return GroupView(**{name: getattr(group, name) for name in GroupView.__struct_fields__})
