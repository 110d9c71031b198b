"""What Anthropic charges, in US dollars for a million tokens."""

from __future__ import annotations

from decimal import Decimal

import msgspec

SOURCE = "https://platform.claude.com/docs/en/about-claude/pricing"
READ_ON = "2026-11-24"
"""When the table was compared with stored copies of the source (October 2026). The facts page has no prices (§7)."""

_MILLION = Decimal(1_000_000)


class Price(msgspec.Struct, frozen=True):
    """For prompts of more than `above` tokens."""

    input: Decimal
    output: Decimal
    above: int = 0


def _price(input_price: str, output_price: str, above: int = 0) -> Price:
    return Price(Decimal(input_price), Decimal(output_price), above)


_OPUS = (_price("5", "25"),)
_OLDER_SONNET = (_price("3", "15"),)
_HAIKU_4_5 = (_price("1", "5"),)

PRICES: dict[str, tuple[Price, ...]] = {
    "claude-fable-5-1": (_price("10", "50"),),
    "claude-opus-5-5": (_price("4", "20"),),
    "claude-opus-5": _OPUS,
    "claude-opus-4-8": _OPUS,
    "claude-opus-4-7": _OPUS,
    "claude-opus-4-6": _OPUS,
    "claude-opus-4-5": _OPUS,
    "claude-opus-4-5-20251101": _OPUS,
    "claude-sonnet-5-5": (_price("2", "10"),),
    "claude-sonnet-5": (_price("2", "10"),),
    "claude-sonnet-4-6": _OLDER_SONNET,
    "claude-sonnet-4-5": _OLDER_SONNET,
    "claude-sonnet-4-5-20250929": _OLDER_SONNET,
    "claude-haiku-5-5": (_price("0.1", "0.5"), _price("0.5", "2.5", above=100_000)),
    "claude-haiku-4-5": _HAIKU_4_5,
    "claude-haiku-4-5-20251001": _HAIKU_4_5,
}
"""A model's prices, those for longer prompts last."""


def cost(model: str, input_tokens: int, output_tokens: int) -> str | None:
    """The list price of one answer, exact, as a decimal number; None: the model's price is not known.

    Without cache, batch and regional prices: Titus asks for none of them."""
    due = [price for price in PRICES.get(model, ()) if input_tokens > price.above or not price.above]
    if not due:
        return None
    price = due[-1]
    exact = (price.input * input_tokens + price.output * output_tokens) / _MILLION
    return f"{exact.normalize():f}"
