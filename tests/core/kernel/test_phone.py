"""Numbers inside the core."""

from __future__ import annotations

import pytest

from titus_core.kernel.phone import WITHHELD, e164


@pytest.mark.parametrize("text", ["+61491570006", "+61255500001", "+12345", "+123456789012345"])
def test_a_number_in_e164_is_one(text: str) -> None:
    assert e164(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "0491570006",
        "61491570006",
        "+0491570006",
        "+6149157000a",
        "+1234",
        "+1234567890123456",
        "client:user_7",
        " +61491570006",
    ],
)
def test_anything_else_is_not(text: str) -> None:
    assert e164(text) is None


@pytest.mark.parametrize("text", sorted(WITHHELD | {"Anonymous", "RESTRICTED"}))
def test_a_withheld_number_is_no_number_however_it_is_spelt(text: str) -> None:
    assert e164(text) is None
