"""Which numbers can get a text."""

from __future__ import annotations

import pytest

from titus_adapters.number_rules import PhoneNumberRules
from titus_core.kernel.phone import PhoneNumber


@pytest.mark.parametrize("number", ["+61491570006", "+61491570156", "+64211234567", "+12025550123"])
def test_mobiles_get_texts(number: str) -> None:
    assert PhoneNumberRules().why_no_text(PhoneNumber(number)) is None


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("+61255500001", "is not a mobile number"),
        ("+61131450", "is not a mobile number"),
        ("+611800007007", "is not a mobile number"),
        ("+611900123456", "is not a mobile number"),
        ("+61000", "is not a number that anybody has"),
        ("+99912345678", "is not a telephone number"),
    ],
)
def test_other_lines_do_not(number: str, reason: str) -> None:
    assert PhoneNumberRules().why_no_text(PhoneNumber(number)) == reason


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("0491 570 006", ["+61491570006"]),
        ("+61 491 570 006", ["+61491570006"]),
        ("(02) 5550 0001", ["+61255500001"]),
        ("0491 570 006 / 0491 570 156", ["+61491570006", "+61491570156"]),
        ("0491 570 006; +61491570006\n0491570156 or (02) 5550 0001", ["+61491570006", "+61491570156", "+61255500001"]),
        ("(02) 5550 0001 ext 12", []),
        ("ask her sister", []),
        ("12", []),
        ("", []),
    ],
)
def test_numbers_are_read_as_people_write_them(written: str, told: list[str]) -> None:
    assert list(PhoneNumberRules().numbers(written)) == told
