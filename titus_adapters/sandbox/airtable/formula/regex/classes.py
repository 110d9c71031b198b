"""Kinds of characters: `\\d`, `[a-z_]`, and any of them without regard to case."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from titus_adapters.sandbox.airtable.formula.errors import Failed

Test = Callable[[str], bool]

_DIGITS = frozenset("0123456789")
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_SPACE = frozenset(" \t\n\r\f")
_SETS = {"d": _DIGITS, "w": _WORD, "s": _SPACE}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}


def in_word(character: str) -> bool:
    return character in _WORD


def any_but_newline(character: str) -> bool:
    return character != "\n"


def class_named(letter: str) -> Test | None:
    """`d`, `w`, `s`, and their opposites in capitals."""
    members = _SETS.get(letter.lower())
    if members is None:
        return None
    return (lambda one: one in members) if letter.islower() else (lambda one: one not in members)


def escaped(letter: str, rest: Iterator[str]) -> str:
    """The one character that an escape stands for; a letter without a meaning is an error, as in RE2."""
    if letter in _CONTROLS:
        return _CONTROLS[letter]
    if letter == "x":
        digits = "".join(next(rest, "") for _ in range(2))
        try:
            return chr(int(digits, 16))
        except ValueError:
            raise Failed from None
    if letter.isalnum():
        raise Failed
    return letter


def literal(character: str, *, folded: bool) -> Test:
    if not folded:
        return lambda one: one == character
    lower = character.lower()
    return lambda one: one.lower() == lower


def between(first: str, last: str, *, folded: bool) -> Test:
    if first > last:
        raise Failed
    if not folded:
        return lambda one: first <= one <= last
    return lambda one: first <= one <= last or first <= one.lower() <= last or first <= one.upper() <= last


def any_of(tests: list[Test], *, negated: bool) -> Test:
    return lambda one: any(test(one) for test in tests) != negated
