"""Which of a Dial's legs gets the caller: rings them, and stops the others once one is ready."""

from __future__ import annotations

from titus_adapters.sandbox.twilio.engine.process import receive
from titus_adapters.sandbox.twilio.records import Call
from titus_adapters.sandbox.twilio.twiml import grammar
from titus_adapters.sandbox.twilio.twiml.documents import Document, Element
from titus_adapters.sandbox.twilio.verbs.legs import Moved, Over, PickedUp, Ready, start_leg
from titus_adapters.sandbox.twilio.verbs.line import By, HungUp, Line, interrupt

DEFAULT_TIMEOUT, LEAST_TIMEOUT = 30, 5
PLAYED = frozenset({"Number", "Client", "Sip"})


class Race:
    """The legs of one Dial; after `run`, `winner` is the one to talk, or `last` the one that ended last."""

    def __init__(self, line: Line, element: Element, document: Document) -> None:
        self._line = line
        self._board = line.board
        self._element = element
        self._document = document
        self.legs: list[Call] = []
        self.winner: Call | None = None
        self.last: Call | None = None

    @property
    def decisive(self) -> Call | None:
        """The leg that a result is about."""
        return self.winner or self.last or (self.legs[-1] if self.legs else None)

    def cut(self, legs: list[Call], by: By) -> None:
        for leg in legs:
            interrupt(self._board, leg, HungUp(by))

    async def run(self) -> None:
        """All at once, or one after another where the Dial says `sequential`; more than ten ring nobody."""
        nouns = self._nouns()
        if len(nouns) > grammar.MOST_NOUNS:
            return
        if not self._element.flag("sequential"):
            await self._wave(nouns)
            return
        for noun in nouns:
            await self._wave((noun,))
            if self.winner is not None:
                return

    def _nouns(self) -> tuple[Element, ...]:
        if not self._element.children and self._element.text:
            return (Element("Number", {}, self._element.text),)
        return tuple(child for child in self._element.children if child.name in PLAYED)

    async def _wave(self, nouns: tuple[Element, ...]) -> None:
        """Until a leg is ready, or none is left; the timeout ends only those still ringing."""
        waiting = [start_leg(self._line, self._element, noun, self._document) for noun in nouns]
        self.legs.extend(waiting)
        deadline: float | None = self._board.now() + self._timeout()
        while waiting:
            news = await receive(None if deadline is None else max(0.0, deadline - self._board.now()))
            match news:
                case None:
                    self.cut([leg for leg in waiting if leg.answered_at is None], "timeout")
                    deadline = None
                case PickedUp(leg) if leg in waiting and self._board.switches.first_pick_up_cancels_others:
                    self.cut([other for other in waiting if other is not leg], "race")
                case Ready(leg) if leg in waiting and not leg.ended:
                    self.cut([other for other in waiting if other is not leg], "race")
                    self.winner = leg
                    return
                case Over(leg) | Moved(leg) if leg in waiting:
                    waiting.remove(leg)
                    self.last = leg

    def _timeout(self) -> float:
        """What is asked for, and the seconds that Twilio adds to it."""
        asked = max(LEAST_TIMEOUT, self._element.seconds("timeout", DEFAULT_TIMEOUT))
        return asked + self._board.pace.ring_grace
