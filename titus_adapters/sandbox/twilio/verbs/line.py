"""A party on the line and what can befall it while a document runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal
from urllib.parse import urljoin

import msgspec

from titus_adapters.sandbox.twilio import progress
from titus_adapters.sandbox.twilio.behaviour import Activity, Manner
from titus_adapters.sandbox.twilio.chaos import Kind
from titus_adapters.sandbox.twilio.engine.process import sleep
from titus_adapters.sandbox.twilio.records import Call
from titus_adapters.sandbox.twilio.switchboard import Switchboard
from titus_adapters.sandbox.twilio.twiml import grammar
from titus_adapters.sandbox.twilio.twiml.documents import Document, Element

By = Literal["party", "far end", "race", "timeout", "caller", "api", "twilio"]


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where the next document comes from, and the fields that the request for it adds."""

    kind: Kind
    url: str = ""
    method: str = "POST"
    params: dict[str, str] = msgspec.field(default_factory=dict)
    twiml: str | None = None


class Stop(msgspec.Struct, frozen=True):
    """The call ends here, with this status unless it was answered."""

    status: str = ""


Next = Source | Stop | None
"""What a verb leads to; None: the verb below it."""


class HungUp(Exception):
    """The line went dead."""

    def __init__(self, by: By) -> None:
        super().__init__(by)
        self.by = by


class Redirected(Exception):
    """The call was given another document over REST."""

    def __init__(self, source: Source) -> None:
        super().__init__(source.url)
        self.source = source


class Stuck(Exception):
    """No document could be had, nor the fallback's."""


def interrupt(board: Switchboard, call: Call, error: HungUp | Redirected) -> None:
    """Cut into whatever the call is doing; a call that is over stays so."""
    board.agenda.soon(lambda: _interrupt_live(board, call, error))


def _interrupt_live(board: Switchboard, call: Call, error: HungUp | Redirected) -> None:
    if not call.ended and call.sid in board.processes:
        board.processes[call.sid].interrupt(error)


class Line:
    """One call's end that hears documents: `follow` runs them, `fallback` stands in for one that cannot be had."""

    def __init__(
        self,
        board: Switchboard,
        call: Call,
        follow: Callable[[Line, Source], Awaitable[Stop | None]],
        *,
        fallback: str = "",
        fallback_method: str = "POST",
        verbs: frozenset[str] = grammar.VERBS,
    ) -> None:
        self.board = board
        self.call = call
        self.follow = follow
        self.fallback = fallback
        self.fallback_method = fallback_method
        self.verbs = verbs

    @property
    def party(self) -> Manner:
        return self.call.party or Manner()

    def answer(self) -> None:
        progress.answer(self.board, self.call)

    def hear(self, text: str) -> None:
        self.call.heard.append(text)
        self.board.note(self.call, "heard", text)

    def begin(self, activity: Activity) -> None:
        """Note what the party is in the middle of; some hang up during it."""
        self.board.activities[self.call.sid] = activity
        whim = self.party.hangs_up
        if whim is not None and whim.during == activity:
            self.board.agenda.later(whim.after, lambda: self._leave_during(activity))

    def _leave_during(self, activity: Activity) -> None:
        if self.board.activities.get(self.call.sid) == activity:
            interrupt(self.board, self.call, HungUp("party"))

    async def wait(self, seconds: float) -> None:
        await sleep(seconds)


def note_hang_up(line: Line, gone: HungUp) -> None:
    """Tell who ended a live call."""
    if not line.call.ended:
        line.board.note(line.call, "caller", "is hung up over REST" if gone.by == "api" else "hangs up")


def action_of(element: Element, document: Document, kind: Kind, params: dict[str, str]) -> Source:
    """The request that follows a verb: its action, or else the document's own address again."""
    return Source(
        kind=kind,
        url=urljoin(document.url, element.get("action")),
        method=element.get("method", "POST"),
        params=params,
    )
