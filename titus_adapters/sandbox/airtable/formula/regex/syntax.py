"""The text of a pattern → its tree. What RE2 has and this has not is an error, never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterator

from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.regex import classes
from titus_adapters.sandbox.airtable.formula.regex.tree import Char, Choice, Group, Pattern, Place, Repeat, Sequence

LONGEST = 1_000
"""Characters of a pattern."""

DEEPEST = 30
MOST_TIMES = 1_000
_PLACES = {"b": Place("border"), "B": Place("inside"), "A": Place("start"), "z": Place("end")}
_COUNTS = re.compile(r"\{(\d{1,4})(,(\d{0,4}))?\}")
_OPENING = re.compile(r"\?(?:(?P<flags>[imsU]+)(?P<end>[):])|P?<\w+>|(?P<plain>:))")


class Reader(Iterator[str]):
    """The characters of a pattern, one after another."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise Failed
        self.text = text
        self.at = 0
        self.groups = 0
        self.folded = False

    @property
    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def __next__(self) -> str:
        if self.at >= len(self.text):
            raise StopIteration
        self.at += 1
        return self.text[self.at - 1]

    def take(self, wanted: str) -> bool:
        taken = self.peek == wanted
        self.at += taken
        return taken

    def need(self) -> str:
        if not self.peek:
            raise Failed
        return next(self)

    def match(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        found = expression.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found


def read(text: str) -> tuple[Pattern, int]:
    """The tree, and how many groups it has; raises `Failed`."""
    reader = Reader(text)
    tree = _choice(reader, 0)
    if reader.peek:
        raise Failed
    return tree, reader.groups


def _choice(reader: Reader, depth: int) -> Pattern:
    if depth > DEEPEST:
        raise Failed
    branches = [_sequence(reader, depth)]
    while reader.take("|"):
        branches.append(_sequence(reader, depth))
    return branches[0] if len(branches) == 1 else Choice(tuple(branches))


def _sequence(reader: Reader, depth: int) -> Pattern:
    items = []
    while reader.peek and reader.peek not in "|)":
        items.append(_repeated(reader, _item(reader, depth)))
    return Sequence(tuple(items))


def _repeated(reader: Reader, item: Pattern) -> Pattern:
    counts = _how_often(reader)
    if counts is None:
        return item
    least, most = counts
    repeat = Repeat(item, least, most, not reader.take("?"))
    if _how_often(reader) is not None:
        raise Failed
    return repeat


def _how_often(reader: Reader) -> tuple[int, int | None] | None:
    simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
    if reader.peek in simple:
        return simple[next(reader)]
    found = reader.match(_COUNTS)
    if found is None:
        return None
    least = int(found[1])
    most = least if found[2] is None else int(found[3]) if found[3] else None
    if max(least, most or 0) > MOST_TIMES or (most is not None and most < least):
        raise Failed
    return least, most


def _item(reader: Reader, depth: int) -> Pattern:
    character = reader.need()
    match character:
        case "(":
            return _group(reader, depth)
        case "[":
            return Char(_class(reader))
        case "\\":
            return _escape(reader)
        case ".":
            return Char(classes.any_but_newline)
        case "^":
            return Place("start")
        case "$":
            return Place("end")
        case "*" | "+" | "?":
            raise Failed
        case _:
            return Char(classes.literal(character, folded=reader.folded))


def _group(reader: Reader, depth: int) -> Pattern:
    folded, number = reader.folded, 0
    if reader.peek == "?":
        opening = reader.match(_OPENING)
        if opening is None or set(opening["flags"] or "") - {"i"}:
            raise Failed
        reader.folded = folded or bool(opening["flags"])
        if opening["end"] == ")":
            return Sequence(())
        number = 0 if opening["flags"] or opening["plain"] else -1
    else:
        number = -1
    if number:
        reader.groups += 1
        number = reader.groups
    inner = _choice(reader, depth + 1)
    if not reader.take(")"):
        raise Failed
    reader.folded = folded
    return Group(number, inner) if number else inner


def _escape(reader: Reader) -> Pattern:
    letter = reader.need()
    if letter in _PLACES:
        return _PLACES[letter]
    test = classes.class_named(letter)
    return Char(test or classes.literal(classes.escaped(letter, reader), folded=reader.folded))


def _class(reader: Reader) -> classes.Test:
    negated, tests, first = reader.take("^"), list[classes.Test](), True
    while first or not reader.take("]"):
        tests.append(_member(reader))
        first = False
    return classes.any_of(tests, negated=negated)


def _member(reader: Reader) -> classes.Test:
    character = reader.need()
    if character == "[" and reader.peek == ":":
        raise Failed
    if character == "\\":
        letter = reader.need()
        test = classes.class_named(letter)
        if test is not None:
            return test
        character = classes.escaped(letter, reader)
    if reader.text[reader.at : reader.at + 1] != "-" or reader.text[reader.at + 1 : reader.at + 2] in {"]", ""}:
        return classes.literal(character, folded=reader.folded)
    next(reader)
    last = reader.need()
    return classes.between(
        character, classes.escaped(reader.need(), reader) if last == "\\" else last, folded=reader.folded
    )
