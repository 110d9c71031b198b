"""A pattern's tree as a program for the machine."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Literal

import msgspec

from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.regex import syntax
from titus_adapters.sandbox.airtable.formula.regex.tree import Char, Choice, Group, Pattern, Place, Repeat, Sequence

MOST = 2_000
"""Instructions of a program."""


class Step(msgspec.Struct):
    """`read` goes on if the next character passes; `split` goes on at `to` and, rather later, at `other`; `save`
    remembers the place; `look` goes on if the place is of that kind."""

    kind: Literal["read", "split", "save", "look", "done"]
    test: Callable[[str], bool] | None = None
    place: str = ""
    slot: int = 0
    to: int = 0
    other: int = -1


class Program(msgspec.Struct, frozen=True):
    steps: list[Step]
    groups: int


@lru_cache(maxsize=256)
def compiled(text: str) -> Program:
    """Raises `Failed` for a pattern that is wrong or too large."""
    tree, groups = syntax.read(text)
    steps: list[Step] = []
    _add(steps, Group(0, tree))
    steps.append(Step("done"))
    return Program(steps, groups)


def _put(steps: list[Step], step: Step) -> Step:
    if len(steps) >= MOST:
        raise Failed
    steps.append(step)
    return step


def _add(steps: list[Step], node: Pattern) -> None:
    match node:
        case Char(test):
            _put(steps, Step("read", test=test))
        case Place(kind):
            _put(steps, Step("look", place=kind))
        case Sequence(items):
            for item in items:
                _add(steps, item)
        case Choice(branches):
            _choose(steps, branches)
        case Group(number, inner):
            _put(steps, Step("save", slot=2 * number))
            _add(steps, inner)
            _put(steps, Step("save", slot=2 * number + 1))
        case Repeat():
            _repeat(steps, node)


def _choose(steps: list[Step], branches: tuple[Pattern, ...]) -> None:
    ends = []
    for branch in branches[:-1]:
        fork = _put(steps, Step("split", to=len(steps) + 1))
        _add(steps, branch)
        ends.append(_put(steps, Step("split")))
        fork.other = len(steps)
    _add(steps, branches[-1])
    for end in ends:
        end.to = len(steps)


def _repeat(steps: list[Step], repeat: Repeat) -> None:
    for _ in range(repeat.least):
        _add(steps, repeat.inner)
    if repeat.most is None:
        at = len(steps)
        fork = _fork(steps, repeat)
        _put(steps, Step("split", to=at))
        fork.other = len(steps)
        _prefer(fork, repeat)
        return
    forks = [_fork(steps, repeat) for _ in range(repeat.most - repeat.least)]
    for fork in forks:
        fork.other = len(steps)
        _prefer(fork, repeat)


def _fork(steps: list[Step], repeat: Repeat) -> Step:
    fork = _put(steps, Step("split", to=len(steps) + 1))
    _add(steps, repeat.inner)
    return fork


def _prefer(fork: Step, repeat: Repeat) -> None:
    if not repeat.greedy:
        fork.to, fork.other = fork.other, fork.to
