"""What the adapter is told."""

from __future__ import annotations

import msgspec

BASE_URL = "https://api.airtable.com"
CONTENT_URL = "https://content.airtable.com"
"""Another host: small files are uploaded there."""

RATE = 4.8
"""Requests a second: 96 % of the five that Airtable allows for a base, so that clocks may differ a little."""


class AirtableSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One base. `rate` is to be lowered while another system or process uses the same base: together they have five a
    second (docs/decisions/0033)."""

    api_key: str
    base_id: str
    base_url: str = BASE_URL
    content_url: str = CONTENT_URL
    rate: float = RATE
