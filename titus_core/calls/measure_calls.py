"""The figures of a time."""

from __future__ import annotations

from datetime import datetime

import msgspec

from titus_core.calls.ports import CallReader
from titus_core.calls.statistics import Figures, Tally, Yardstick
from titus_core.kernel.ids import GroupId

AT_ONCE = 500


class Span(msgspec.Struct, frozen=True):
    """Calls that became known from `since` on and before `until`."""

    since: datetime
    until: datetime


class MeasureCalls:
    """Reads the calls of the span page by page, and keeps none."""

    def __init__(self, calls: CallReader) -> None:
        self._calls = calls

    async def __call__(self, span: Span, yardstick: Yardstick, group_id: GroupId | None = None) -> Figures:
        tally, after = Tally(yardstick, group_id), None
        while True:
            page = await self._calls.settled(span.since, span.until, AT_ONCE, after)
            for call in page.items:
                tally.count(call)
            if page.next is None:
                return tally.figures()
            after = int(page.next)
