"""What is replaced before a text leaves, and what is left. Numbers are reserved or made up."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from titus_adapters.anthropic.redaction import CARD, EMAIL, MEDICARE, NDIS, NUMBER, PHONE, is_medicare, redact

SAID = {
    "call 0491 570 006 please": f"call {PHONE} please",
    "0491, 570, 006": PHONE,
    "0491570006": PHONE,
    "+61 491 570 156": PHONE,
    "61491570156": PHONE,
    "(07) 5550 1234, thanks": f"{PHONE}, thanks",
    "5550 1234": PHONE,
    "1800 975 710": PHONE,
    "0491\u2013570\u2013006": PHONE,
    "+44 20 7946 0000": PHONE,
    "0491 570 006 or 0491 570 156": f"{PHONE} or {PHONE}",
    "kim.o'hara+x@mail.example.org!": f"{EMAIL}!",
    "kim dot lee at example dot com dot au": EMAIL,
    "NDIS 430 000 012.": f"NDIS {NDIS}.",
    "4111 1111 1111 1111": CARD,
    "4111-1111-1111-1112": NUMBER,
    "Medicare 2123 45671 1": f"Medicare {NUMBER}",
    "Medicare 2123 45671 1 1": f"Medicare {NUMBER}",
    "Medicare 2123 45670 1": f"Medicare {MEDICARE}",
    "Medicare 2123 45670 1 1": f"Medicare {MEDICARE}",
    "oh four nine one, five seven oh, double oh six": NUMBER,
    "account 123 456 789": f"account {NUMBER}",
    "\u0660\u0664\u0669\u0661\u0665\u0667\u0660\u0660\u0660\u0666": PHONE,
}
KEPT = [
    "on 12 March 2026 at 10:30",
    "12/03/1961",
    "12-03-1961 and 2026-03-12",
    "$1,250.00 and 300 more",
    "unit 7, 21 Example Street, 4000 Brisbane",
    "one or two or three people",
    "meet me at the gate",
    "ring 000 or 13 11 14",
    "@kim",
]


@pytest.mark.parametrize(("said", "expected"), SAID.items())
def test_what_identifies_somebody_is_replaced(said: str, expected: str) -> None:
    assert redact(said) == expected


@pytest.mark.parametrize("said", KEPT)
def test_what_does_not_is_kept(said: str) -> None:
    assert redact(said) == said


@given(st.text())
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@given(st.text(st.characters(exclude_categories=["Nd"], exclude_characters="@")))
def test_text_without_digits_or_addresses_is_kept(text: str) -> None:
    spoken = re.search(r"zero|oh|nought|one|two|three|four|five|six|seven|eight|nine|double|triple| at ", text.lower())
    assert spoken or redact(text) == text


@given(
    st.text(),
    st.lists(st.integers(0, 9), min_size=9, max_size=25),
    st.lists(st.sampled_from(["", " ", "-", ", ", ".", " - ", "\u2013"]), min_size=25, max_size=25),
    st.text(),
)
def test_no_row_of_nine_digits_is_left(before: str, digits: list[int], gaps: list[str], after: str) -> None:
    written = "".join(f"{digit}{gap}" for digit, gap in zip(digits, gaps, strict=False))
    left = redact(f"{before}|{written}|{after}")
    assert written.rstrip(" ,.-\u2013") not in left
    assert not re.search(r"\d(?:[ .,\-]{0,3}\d){8}", left)


@given(
    st.from_regex(r"[a-z0-9._]{1,20}", fullmatch=True), st.from_regex(r"[a-z0-9]{1,10}\.(com|net)\.au", fullmatch=True)
)
def test_no_address_is_left(name: str, host: str) -> None:
    assert "@" not in redact(f"It is {name}@{host}, thanks")


@given(st.integers(2, 6), st.lists(st.integers(0, 9), min_size=7, max_size=7), st.integers(1, 9))
def test_every_medicare_number_has_exactly_one_check_digit(first: int, rest: list[int], issue: int) -> None:
    assert sum(is_medicare([first, *rest, check, issue]) for check in range(10)) == 1


def test_a_long_text_takes_no_long_time() -> None:
    for piece in ("1", "1 ", "a.", "a dot ", "one ", "x at ", "(+", "- "):
        redact(piece * 50_000)
