"""What is new about a call for people who watch: it arrived, someone was offered it or took it, it ended, its caller is
to be called back."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from titus_core.calls.events import CallSettled, WaveOffered
from titus_core.calls.evidence import is_answered
from titus_core.calls.history import AnyCallEvent, evolve
from titus_core.calls.model import Call
from titus_core.calls.owing import owed


class NewsKind(StrEnum):
    ARRIVED = "arrived"
    OFFERED = "offered"
    ANSWERED = "answered"
    ENDED = "ended"
    CALLBACK = "callback"


class News(msgspec.Struct, frozen=True):
    """`call` is the call as it was then, `at` when this became known; who was offered it is its latest wave."""

    kind: NewsKind
    at: datetime
    call: Call


class Followed(msgspec.Struct, frozen=True):
    """A call, and what later facts might tell a second time: a dial that was taken for answered may turn out not to
    be, and be answered after all."""

    call: Call
    answered: bool = False


def follow(known: Followed | None, event: AnyCallEvent, at: datetime) -> tuple[Followed, tuple[News, ...]]:
    """The call after `event`, and what is new about it. Over all events of a call, `arrived`, `answered`, `ended`
    and `callback` are told once at most: when the first event makes them so."""
    before = known.call if known is not None else None
    after = evolve(before, event, at)
    answered = is_answered(after)
    told_before = known is not None and known.answered
    news: list[News] = []
    if after.arrived_at is not None and (before is None or before.arrived_at is None):
        news.append(News(NewsKind.ARRIVED, at, after))
    if isinstance(event, WaveOffered):
        news.append(News(NewsKind.OFFERED, at, after))
    if answered and not told_before:
        news.append(News(NewsKind.ANSWERED, at, after))
    if not after.live and (before is None or before.live):
        news.append(News(NewsKind.ENDED, at, after))
    if isinstance(event, CallSettled) and owed(after, event, at) is not None:
        news.append(News(NewsKind.CALLBACK, at, after))
    return Followed(after, answered or told_before), tuple(news)
