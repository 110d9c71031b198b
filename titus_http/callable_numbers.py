"""Which numbers may be called from Titus (decision 0018)."""

from __future__ import annotations

from collections.abc import Collection

import phonenumbers
from phonenumbers import PhoneNumberType

from titus_core.kernel.errors import Invalid
from titus_core.kernel.phone import PhoneNumber, e164

HOME = "AU"

_COSTLY = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.PAGER})
"""Calls that cost by the minute whatever they are about: 19xx, and paging services."""

_SATELLITES = "+6114"
"""Satellite telephones with Australian numbers (ACMA numbering plan, 014 range): several dollars a minute."""


def callable_number(text: str, field: str, countries: Collection[str] = ()) -> PhoneNumber:
    """The number in E.164, read as in Australia where it names no country. Raises `Invalid` for what is no number, for
    emergency and short numbers (a browser or a bridge has no address to send help to), for premium rates, and for
    other countries than Australia and `countries` (ISO 3166 codes)."""
    stripped = text.strip()
    if phonenumbers.is_emergency_number(stripped, HOME):
        raise Invalid(field, "emergency numbers are called from a telephone")
    try:
        parsed = phonenumbers.parse(stripped, HOME)
    except phonenumbers.NumberParseException:
        raise Invalid(field, "is not a telephone number") from None
    number = e164(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    if number is None or parsed.extension or not phonenumbers.is_valid_number(parsed):
        raise Invalid(field, "is not a telephone number that can be called")
    if phonenumbers.number_type(parsed) in _COSTLY or number.startswith(_SATELLITES):
        raise Invalid(field, "is a number at a premium rate")
    if parsed.country_code != _HOME_CODE and phonenumbers.region_code_for_number(parsed) not in countries:
        raise Invalid(field, "is in a country that is not called from here")
    return number


_HOME_CODE = phonenumbers.country_code_for_region(HOME)
