"""Runs a program over a text, all its threads at once, a character at a time: never back, so always to an end."""

from __future__ import annotations

from collections.abc import Iterator

from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.regex.classes import in_word
from titus_adapters.sandbox.airtable.formula.regex.program import Program, Step

MOST = 500_000
"""Instructions that one search may take; about a second."""

Saved = tuple[int | None, ...]
Match = tuple[tuple[int, int] | None, ...]
"""Where the whole and each group begin and end; None for a group that took no part."""


def search(program: Program, text: str, start: int = 0) -> Match | None:
    """The leftmost match from `start` on, the one that the pattern prefers; raises `Failed` if it takes too long."""
    return _Machine(program, text).run(start)


class _Machine:
    def __init__(self, program: Program, text: str) -> None:
        self._steps = program.steps
        self._text = text
        self._empty: Saved = (None,) * (2 * program.groups + 2)
        self._spent = 0

    def run(self, start: int) -> Match | None:
        threads: list[tuple[int, Saved]] = []
        best: Saved | None = None
        for at in range(start, len(self._text) + 1):
            seen: set[int] = set()
            ready = [one for thread in threads for one in self._reachable(*thread, at, seen)]
            if best is None:
                ready += self._reachable(0, self._empty, at, seen)
            threads, best = self._advance(ready, at, best)
            if not threads and best is not None:
                break
        return None if best is None else _match(best)

    def _advance(
        self, ready: list[tuple[int, Saved]], at: int, best: Saved | None
    ) -> tuple[list[tuple[int, Saved]], Saved | None]:
        """The threads that read this character; a finished one cuts off those that are preferred less."""
        character = self._text[at : at + 1]
        moved: list[tuple[int, Saved]] = []
        for number, saved in ready:
            step = self._steps[number]
            if step.kind == "done":
                return moved, saved
            if character and step.test is not None and step.test(character):
                moved.append((number + 1, saved))
        return moved, best

    def _reachable(self, number: int, saved: Saved, at: int, seen: set[int]) -> Iterator[tuple[int, Saved]]:
        """The reading and finished steps that a thread gets to without reading, in order of preference."""
        waiting = [(number, saved)]
        while waiting:
            number, saved = waiting.pop()
            if number in seen:
                continue
            seen.add(number)
            self._spent += 1
            if self._spent > MOST:
                raise Failed
            step = self._steps[number]
            match step.kind:
                case "split":
                    if step.other >= 0:
                        waiting.append((step.other, saved))
                    waiting.append((step.to, saved))
                case "save":
                    waiting.append((number + 1, (*saved[: step.slot], at, *saved[step.slot + 1 :])))
                case "look":
                    if self._is_there(step, at):
                        waiting.append((number + 1, saved))
                case _:
                    yield number, saved

    def _is_there(self, step: Step, at: int) -> bool:
        match step.place:
            case "start":
                return at == 0
            case "end":
                return at == len(self._text)
            case _:
                border = self._word(at - 1) != self._word(at)
                return border == (step.place == "border")

    def _word(self, at: int) -> bool:
        return 0 <= at < len(self._text) and in_word(self._text[at])


def _match(saved: Saved) -> Match:
    pairs = zip(saved[::2], saved[1::2], strict=True)
    return tuple((start, end) if start is not None and end is not None else None for start, end in pairs)
