"""Collaborators. Kept is the user's id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from titus_adapters.sandbox.airtable.base.model import Field, Stored
from titus_adapters.sandbox.airtable.cells.kind import Kind
from titus_adapters.sandbox.airtable.refusals import bad_value

if TYPE_CHECKING:
    from titus_adapters.sandbox.airtable.base.base import Base
    from titus_adapters.sandbox.airtable.cells.intake import Intake


def _user(intake: Intake, field: Field, sent: Any) -> str:
    if isinstance(sent, str) and intake.typecast:
        user = intake.base.house.user_named(sent)
    elif isinstance(sent, dict):
        name = sent.get("id") or sent.get("email")
        user = intake.base.house.user_named(name) if isinstance(name, str) else None
    else:
        user = None
    if user is None:
        raise bad_value(field.name)
    return user.id


def _one(intake: Intake, field: Field, sent: Any) -> Stored:
    return _user(intake, field, sent)


def _many(intake: Intake, field: Field, sent: Any) -> Stored:
    if not isinstance(sent, list):
        raise bad_value(field.name)
    return list(dict.fromkeys(_user(intake, field, one) for one in sent)) or None


def show_user(base: Base, user_id: str) -> dict[str, Any]:
    user = base.house.users.get(user_id)
    if user is None:
        return {"id": user_id}
    return {"id": user.id, "email": user.email} | ({"name": user.name} if user.name else {})


def tell_user(base: Base, user_id: str) -> dict[str, Any]:
    return show_user(base, user_id) | {"permissionLevel": base.permission_of(user_id)}


def user_name(base: Base, user_id: str) -> str:
    user = base.house.users.get(user_id)
    return (user.name or user.email) if user is not None else user_id


def _names(base: Base, _: Field, stored: Stored) -> list[Any]:
    return [user_name(base, user_id) for user_id in stored]


PERSON = Kind(
    accept=_one,
    show=lambda base, _, stored: show_user(base, stored),
    tell=lambda base, _, stored: tell_user(base, stored),
    value=lambda base, _, stored: user_name(base, stored),
)
PEOPLE = Kind(
    accept=_many,
    show=lambda base, _, stored: [show_user(base, one) for one in stored],
    tell=lambda base, _, stored: [tell_user(base, one) for one in stored],
    value=_names,
)
