"""Letters without regard to case: one by one, and never more or fewer of them."""

from __future__ import annotations

import sys

from titus_core.records.folding import CASED, FOLDS, fold, folds


def test_capitals_become_small() -> None:
    assert fold("ABC xyz 123") == "abc xyz 123"
    assert fold("ÄÖÜ ΣΊΣΥΦΟΣ ЖЮК") == "äöü σίσυφοσ жюк"
    assert fold("𐐀") == "𐐨"


def test_a_letter_whose_small_form_is_several_stays() -> None:
    assert fold("İ") == "İ"
    assert fold("ẞß") == "ßß"
    assert fold("K") == "k"  # the sign for kelvin


def test_folding_never_changes_how_long_a_text_is() -> None:
    everything = "".join(chr(code) for code in range(CASED) if not 0xD800 <= code <= 0xDFFF)
    assert len(fold(everything)) == len(everything)


def test_folding_twice_is_folding_once() -> None:
    assert [one for one in FOLDS.values() if fold(one) != one] == []


def test_no_letter_beyond_has_a_case() -> None:
    assert dict(folds(range(CASED, sys.maxunicode + 1))) == {}
    assert max(FOLDS) < CASED
