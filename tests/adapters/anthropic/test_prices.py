"""What an answer costs."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from titus_adapters.anthropic.prices import PRICES, cost
from titus_adapters.anthropic.settings import MODEL

COUNTS = st.integers(0, 10**7)


@pytest.mark.parametrize(
    ("model", "asked", "answered", "expected"),
    [
        (MODEL, 1650, 210, "0.0054"),
        (MODEL, 0, 0, "0"),
        (MODEL, 1, 0, "0.000002"),
        (MODEL, 500_000, 0, "1"),
        (MODEL, 5_000_000, 0, "10"),
        ("claude-haiku-5-5", 100_000, 1_000_000, "0.51"),
        ("claude-haiku-5-5", 100_001, 1_000_000, "2.5500005"),
        ("claude-haiku-4-5-20251001", 1000, 1000, "0.006"),
        ("claude-of-the-future", 1, 1, None),
    ],
)
def test_the_list_price(model: str, asked: int, answered: int, expected: str | None) -> None:
    assert cost(model, asked, answered) == expected


def test_the_default_model_has_a_price() -> None:
    assert MODEL in PRICES


@given(st.sampled_from(sorted(PRICES)), COUNTS, COUNTS)
def test_a_cost_is_a_plain_exact_decimal(model: str, asked: int, answered: int) -> None:
    written = cost(model, asked, answered)
    assert written is not None
    assert "E" not in written
    millionths = Decimal(written) * 1_000_000
    assert any(millionths == price.input * asked + price.output * answered for price in PRICES[model])
