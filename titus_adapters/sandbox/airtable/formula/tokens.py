"""The text of a formula in pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from titus_adapters.sandbox.airtable.formula.errors import TOO_COMPLEX, BadFormula

LONGEST = 100_000
"""Characters of a formula; longer than anything that Airtable's clients send."""

Kind = Literal["number", "text", "field", "name", "sign", "end"]

_PIECE = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<number>\d+(?:\.\d*)?|\.\d+)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |\{(?P<field>(?:[^}\\]|\\.)*)\}
    |(?P<name>[^\W\d]\w*)
    |(?P<sign><=|>=|!=|[-+*/&=<>(),])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_MEANINGS = {"n": "\n", "t": "\t", "r": "\r"}


class Token(msgspec.Struct, frozen=True):
    kind: Kind
    text: str


END = Token("end", "")


class Place(msgspec.Struct, frozen=True):
    """A field's name as it stands in the text, braces included."""

    name: str
    start: int
    end: int


def tokens(text: str, *, newlines: bool = False) -> Iterator[Token]:
    """Its tokens, `END` last. `newlines`: texts may go over several lines."""
    for piece in _pieces(text):
        if piece.lastgroup != "space":
            yield _token(piece, newlines=newlines)
    yield END


def places(text: str) -> Iterator[Place]:
    """Where fields are named: in braces, and by bare words that no parenthesis follows."""
    for piece in _pieces(text):
        bare = piece.lastgroup == "name" and not text[piece.end() :].lstrip().startswith("(")
        if bare or piece.lastgroup == "field":
            yield Place(_token(piece, newlines=True).text, piece.start(), piece.end())


def _pieces(text: str) -> Iterator[re.Match[str]]:
    if len(text) > LONGEST:
        raise BadFormula(TOO_COMPLEX)
    at = 0
    while at < len(text):
        piece = _PIECE.match(text, at)
        if piece is None:
            raise BadFormula
        at = piece.end()
        yield piece


def _token(piece: re.Match[str], *, newlines: bool) -> Token:
    match piece.lastgroup:
        case "text":
            inner = piece["text"][1:-1]
            if "\n" in inner and not newlines:
                raise BadFormula
            return Token("text", _plain(inner))
        case "field":
            return Token("field", _ESCAPE.sub(r"\1", piece["field"]))
        case "number":
            return Token("number", piece["number"])
        case "name":
            return Token("name", piece["name"])
        case _:
            return Token("sign", piece["sign"])


def _plain(inner: str) -> str:
    return _ESCAPE.sub(lambda found: _MEANINGS.get(found[1], found[1]), inner)
