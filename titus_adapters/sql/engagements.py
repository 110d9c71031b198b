"""Who is taken: one row a person, so two calls cannot hold the same one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from titus_adapters.sql.metadata import given, metadata, text
from titus_adapters.sql.session import Session
from titus_adapters.sql.statements import bind, change, upsert
from titus_adapters.sql.types import Utc
from titus_core.hunt_groups.availability import Engagement

engagements = sa.Table(
    "engagements",
    metadata,
    given("user_id"),
    text("call_id"),
    text("kind"),
    sa.Column("until", Utc(), nullable=False),
)
_E = engagements.c

_RELEASE = change(
    sa.delete(engagements).where(_E.user_id == bind(_E.user_id), _E.call_id == bind(_E.call_id)), "user_id"
)
_HELD_BY_ANOTHER = sa.and_(_E.until > bind(_E.until, "now"), _E.call_id != bind(_E.call_id))
_HOLD = upsert(engagements, "user_id", unless=_HELD_BY_ANOTHER)
_TALK = upsert(engagements, "user_id", unless=sa.and_(_HELD_BY_ANOTHER, _E.kind == sa.literal_column("'talking'")))


class SqlEngagements:
    """`titus_core.calls.ports.Engagements`."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def replace(self, before: Collection[Engagement], after: Collection[Engagement], now: datetime) -> None:
        held, kept = set(before), {engagement.user_id for engagement in after}
        for old in sorted(before, key=_user_id):
            if old.user_id not in kept:
                self._session.write(_RELEASE, {"user_id": old.user_id, "call_id": old.call_id})
        for new in sorted(after, key=_user_id):  # in the same order everywhere, so that two calls cannot deadlock
            if new not in held:
                statement = _TALK if new.kind == "talking" else _HOLD
                self._session.write(statement, _row(new, now), expect=1 if new.kind == "ringing" else None)


def _user_id(engagement: Engagement) -> int:
    return engagement.user_id


def _row(new: Engagement, now: datetime) -> dict[str, object]:
    return {"user_id": new.user_id, "call_id": new.call_id, "kind": new.kind, "until": new.until, "now": now}
