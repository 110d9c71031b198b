"""How a provider stands with us: whether what we need of it works, and will go on working."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec.structs import replace


class Level(StrEnum):
    """`WARNING`: it works, or nobody could tell, and somebody should look at it. `DOWN`: it does not work until
    somebody does something."""

    OK = "ok"
    WARNING = "warning"
    DOWN = "down"


class Seen(msgspec.Struct, frozen=True):
    """What one look found. `detail` is in words, for people who run Titus; anybody may read it, so it names nobody."""

    level: Level
    detail: str = ""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The last look at a provider; `name` is that of its settings. `since`: as long as it has been at this level."""

    name: str
    level: Level
    detail: str
    since: datetime
    checked_at: datetime
    version: int = 0


def after(before: Standing | None, name: str, seen: Seen, at: datetime) -> Standing:
    """The standing once this was seen."""
    new = Standing(name=name, level=seen.level, detail=seen.detail, since=at, checked_at=at)
    if before is None:
        return new
    since = before.since if before.level is seen.level else at
    return replace(new, since=since, version=before.version)
