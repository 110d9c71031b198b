"""Regular expressions over text."""

from __future__ import annotations

import re

from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.functions.function import Function
from titus_adapters.sandbox.airtable.formula.regex import Match, compiled, search
from titus_adapters.sandbox.airtable.formula.values import LONGEST, Value, to_text

_REFERENCE = re.compile(r"\$(\$|\d)")
MOST_PLACES = 1_000
"""Replacements in one text; more is an error."""


def _matches(text: Value, pattern: Value) -> bool:
    return search(compiled(to_text(pattern)), to_text(text)) is not None


def _extract(text: Value, pattern: Value) -> str:
    """The first match, or its first group, if it has groups (unverified: Airtable says only "the first substring")."""
    given = to_text(text)
    found = search(compiled(to_text(pattern)), given)
    if found is None:
        raise Failed
    place = found[1] if len(found) > 1 else found[0]
    return given[slice(*place)] if place is not None else ""


def _replace(text: Value, pattern: Value, replacement: Value) -> str:
    """Every match; `$1` stands for the first group."""
    given, program, template = to_text(text), compiled(to_text(pattern)), to_text(replacement)
    pieces: list[str] = []
    at = length = 0
    for _ in range(MOST_PLACES + 1):
        found = search(program, given, at)
        if found is None or found[0] is None:
            return "".join([*pieces, given[at:]])
        start, end = found[0]
        new = given[at:start] + _filled(template, given, found)
        if start == end:  # an empty match: go on after the next character, or stay for ever
            new, end = new + given[end : end + 1], end + 1
        pieces.append(new)
        at, length = end, length + len(new)
        if length > LONGEST:
            raise Failed
        if at > len(given):
            return "".join(pieces)
    raise Failed


def _filled(template: str, given: str, found: Match) -> str:
    def group(reference: re.Match[str]) -> str:
        if reference[1] == "$":
            return "$"
        number = int(reference[1])
        place = found[number] if number < len(found) else None
        return given[slice(*place)] if place is not None else ""

    return _REFERENCE.sub(group, template)


PATTERNS = {
    "REGEX_MATCH": Function(_matches, 2, 2),
    "REGEX_EXTRACT": Function(_extract, 2, 2),
    "REGEX_REPLACE": Function(_replace, 3, 3),
}
