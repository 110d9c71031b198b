"""Reads the stored events from one place on, and tells what is new about calls. Nothing is written for it."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from titus_core.calls.history import AnyCallEvent
from titus_core.calls.news import Followed, News, follow
from titus_core.calls.ports import CallReader, Fed, Feed, Mark
from titus_core.kernel.events import Recorded
from titus_core.kernel.ids import CallId

AT_ONCE = 200
"""Events read at a time."""

KEPT = 500
"""Calls kept in mind; another one is folded again from its events."""

_SUBJECT = "call:"
_DECODER = msgspec.json.Decoder(AnyCallEvent)


class Told(msgspec.Struct, frozen=True):
    """`mark` is where to go on for whoever has heard this."""

    mark: Mark
    news: News


class FollowCalls:
    """One reading of the feed, from `mark` on; call it for what comes next. It moves on only with what it answers."""

    def __init__(self, feed: Feed, calls: CallReader, mark: Mark) -> None:
        self._feed = feed
        self._calls = calls
        self._known: dict[CallId, Followed | None] = {}
        self.mark = mark

    async def __call__(self) -> tuple[Told, ...]:
        """What the next events tell; nothing if they tell nothing, or there are none (then `mark` stays)."""
        batch = await self._feed.after(self.mark, AT_ONCE)
        for fed in batch:
            await self._recall(fed.event)
        # From here on nothing waits: whoever fails or is cancelled before has not moved.
        told: list[Told] = []
        for fed in batch:
            told += self._tell(fed)[self.mark.skip :]
            self.mark = fed.mark
        for call_id in list(self._known)[:-KEPT]:
            del self._known[call_id]
        return tuple(told)

    def _tell(self, fed: Fed) -> list[Told]:
        event = _decoded(fed.event)
        if event is None:
            return []
        # Whoever changed last comes last: the first to be forgotten has been silent for longest.
        followed, news = follow(self._known.pop(event.call_id), event, fed.event.at)
        self._known[event.call_id] = followed
        # Someone may hear the first of several and then lose the line: they go on before this event, and skip.
        part = replace(fed.mark, position=fed.mark.position - 1)
        marks = [*(replace(part, skip=count) for count in range(1, len(news))), fed.mark]
        return [Told(mark, one) for mark, one in zip(marks, news, strict=False)]

    async def _recall(self, recorded: Recorded) -> None:
        """Know the call as it was before this event, unless it is known."""
        event = _decoded(recorded)
        if event is None or event.call_id in self._known:
            return
        known = None
        for earlier in await self._calls.events(event.call_id):
            one = _decoded(earlier)
            if earlier.position < recorded.position and one is not None:
                known, _ = follow(known, one, earlier.at)
        self._known[event.call_id] = known


def _decoded(recorded: Recorded) -> AnyCallEvent | None:
    """None: it is not about a call, or of a kind that only a newer Titus beside us knows."""
    if not recorded.subject.startswith(_SUBJECT):
        return None
    try:
        event: AnyCallEvent = _DECODER.decode(recorded.data)
    except msgspec.ValidationError:
        return None
    return event
