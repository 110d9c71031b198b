"""Say, Play and Pause."""

from __future__ import annotations

from urllib.parse import urljoin

from titus_adapters.sandbox.twilio.behaviour import Activity
from titus_adapters.sandbox.twilio.switches import Pace
from titus_adapters.sandbox.twilio.twiml.documents import Document, Element
from titus_adapters.sandbox.twilio.verbs.line import Line, Next

ACTIVITIES: dict[str, Activity] = {"Say": "say", "Play": "play", "Pause": "pause"}


async def speak(line: Line, element: Element, document: Document) -> Next:
    """One of the three, to its end."""
    if element.name != "Pause":
        line.answer()
    line.begin(ACTIVITIES[element.name])
    utter(line, element, document)
    await line.wait(length(element, line.board.pace))
    return None


def utter(line: Line, element: Element, document: Document) -> None:
    """Let the party hear the beginning of it."""
    if element.name == "Say":
        line.hear(element.text)
    elif element.name == "Play":
        line.hear(f"♪ {urljoin(document.url, element.text) if element.text else element.get('digits')}")


def length(element: Element, pace: Pace) -> float:
    """Seconds; `loop=0` goes on until somebody hangs up."""
    if element.name == "Pause":
        return element.seconds("length", 1)
    once = pace.play if element.name == "Play" else max(1.0, len(element.text) / pace.letters_per_second)
    loops = element.seconds("loop", 1)
    return once * loops if loops else pace.longest_call
