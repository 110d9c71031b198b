"""Carries documents out, verb by verb and one after another, until the call ends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from titus_adapters.sandbox.twilio import progress
from titus_adapters.sandbox.twilio.alerts import alert
from titus_adapters.sandbox.twilio.twiml.documents import Document, Element
from titus_adapters.sandbox.twilio.verbs.connect import connect
from titus_adapters.sandbox.twilio.verbs.dial import dial
from titus_adapters.sandbox.twilio.verbs.flow import hang_up, redirect, reject
from titus_adapters.sandbox.twilio.verbs.gather import gather
from titus_adapters.sandbox.twilio.verbs.line import HungUp, Line, Next, Redirected, Source, Stop, Stuck, note_hang_up
from titus_adapters.sandbox.twilio.verbs.loading import APOLOGY, load
from titus_adapters.sandbox.twilio.verbs.record import record
from titus_adapters.sandbox.twilio.verbs.speech import speak

MOST_REDIRECTS = 10
LEAVES_NOTHING = frozenset({"Dial", "Redirect", "Hangup", "Reject"})
"""Verbs that make those below them pointless, which is worth a word; a Gather's are meant for silence."""
VERBS: dict[str, Callable[[Line, Element, Document], Awaitable[Next]]] = {
    "Say": speak,
    "Play": speak,
    "Pause": speak,
    "Gather": gather,
    "Dial": dial,
    "Record": record,
    "Redirect": redirect,
    "Hangup": hang_up,
    "Reject": reject,
    "Connect": connect,
}


async def run(line: Line, source: Source) -> None:
    """A whole call from its first document to its end."""
    while not line.call.ended:
        try:
            await _run_once(line, source)
        except Redirected as redirected:
            line.board.note(line.call, "note", "redirected over REST")
            source = redirected.source


async def _run_once(line: Line, source: Source) -> None:
    try:
        stop = await _follow_or_apologise(line, source)
    except HungUp as gone:
        _hung_up(line, gone)
        return
    refused = stop.status if stop is not None and line.call.answered_at is None else ""
    if not refused:
        line.answer()
    progress.end(line.board, line.call, refused)


async def _follow_or_apologise(line: Line, source: Source) -> Stop | None:
    try:
        return await follow(line, source)
    except Stuck:
        apology = Element("Say", {}, APOLOGY)
        await speak(line, apology, Document((apology,)))
        return Stop()


def _hung_up(line: Line, gone: HungUp) -> None:
    note_hang_up(line, gone)
    ringing = line.call.answered_at is None
    progress.end(line.board, line.call, line.board.switches.gone_while_ringing if ringing else "")


async def follow(line: Line, source: Source) -> Stop | None:
    """Documents until one hangs up (Stop) or runs out of verbs (None)."""
    redirects = 0
    while True:
        document = await load(line, source)
        redirects = redirects + 1 if _only_redirects(document) else 0
        if redirects > MOST_REDIRECTS:
            alert(line.board, line.call, 11215, "Too many redirects", url=document.url)
            raise Stuck
        following = await _carry_out(line, document)
        if not isinstance(following, Source):
            return following
        source = following


async def _carry_out(line: Line, document: Document) -> Next:
    for place, element in enumerate(document.verbs):
        if element.name not in line.verbs:
            line.board.note(line.call, "note", f"<{element.name}> is not acted out")
            continue
        following = await VERBS[element.name](line, element, document)
        if following is not None:
            _mention_unreachable(line, document, place)
            return following
    return None


def _mention_unreachable(line: Line, document: Document, place: int) -> None:
    left = [element.name for element in document.verbs[place + 1 :]]
    if left and document.verbs[place].name in LEAVES_NOTHING:
        line.board.note(line.call, "note", f"never reached: {', '.join(left)}")


def _only_redirects(document: Document) -> bool:
    return bool(document.verbs) and document.verbs[0].name == "Redirect"
