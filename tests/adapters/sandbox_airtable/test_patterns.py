"""Regular expressions: held against Python's own engine where both know the syntax."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from titus_adapters.sandbox.airtable.formula.errors import Failed
from titus_adapters.sandbox.airtable.formula.regex import compiled, search

PATTERNS = [
    "a",
    "a|b|",
    "^a.c$",
    "(a)(b)?",
    "(?:ab)+",
    "a*?b",
    "a+?",
    "(a|ab)(c|bcd)",
    "[a-c]+",
    "[^a-c]",
    "[]a]",
    "[a-]",
    r"[\d_]+",
    r"\w+@\w+",
    r"\bword\b",
    r"\Bord",
    r"\D\S\W",
    r"a{2}",
    r"a{1,3}?",
    r"a{2,}b",
    r"x{0}y",
    r"(?i)AbC",
    r"(?i:a)B",
    r"\x41\.\t",
    r"(?P<name>a)b",
    r"\Aab\z",
    "(a*)*b",
    "a{,2}",
    "{",
    "",
]
TEXTS = [
    "",
    "a",
    "ab",
    "abc",
    "aaab",
    "abcd",
    "a word here",
    "x@y",
    "ABC",
    "A.\t",
    "1_2",
    "]-",
    "a{,2}",
    "{",
    "\n",
    "ba",
]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("text", TEXTS)
def test_a_match_is_where_python_finds_it(pattern: str, text: str) -> None:
    expected = re.search(pattern.replace(r"\z", r"\Z"), text)
    if pattern == "a{,2}":
        expected = re.search(re.escape(pattern), text)  # RE2 takes it literally, Python does not
    found = search(compiled(pattern), text)
    if expected is None or found is None:
        assert (expected, found) == (None, None)
        return
    assert found[0] == expected.span()
    if pattern != "(a*)*b":  # what a group that matched nothing last remembers is each engine's own affair
        for number in range(1, len(found)):
            assert found[number] == (expected.span(number) if expected.group(number) is not None else None)


WRONG = ["(", ")", "a)", "[a", "*a", "a**", "a{2}{3}", "a{3,2}", r"\q", r"\xZZ", "\\", "(?=a)", "(?<!a)", r"(a)\1"]
TOO_LARGE = ["a{1001}", "x" * 1001, "(" * 40 + ")" * 40, "((a{40}){40}){40}"]


@pytest.mark.parametrize("pattern", [*WRONG, "[[:alpha:]]", "[z-a]", "(?s)a", *TOO_LARGE])
def test_what_re2_has_not_or_is_too_large_is_an_error(pattern: str) -> None:
    with pytest.raises(Failed):
        compiled(pattern)


@given(st.text(alphabet="ab|*+?()[]^$.\\d", max_size=12), st.text(alphabet="abd1", max_size=12))
def test_any_pattern_ends(pattern: str, text: str) -> None:
    try:
        search(compiled(pattern), text)
    except Failed:
        return
