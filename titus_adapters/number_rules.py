"""What kind of line a number is, by Google's `phonenumbers` (its data names mobile and fixed ranges by country)."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import PhoneNumberType

from titus_core.kernel.phone import PhoneNumber, e164

_TEXTABLE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
"""In some countries (the USA) the number does not tell which of the two it is."""

_BETWEEN = re.compile(r"[/,;|\n]| or ")
"""What people write between two numbers in one cell."""


class PhoneNumberRules:
    """`messaging.ports.NumberRules` and `crm.ports.NumberReading`."""

    def numbers(self, text: str) -> tuple[PhoneNumber, ...]:
        found = (_number(part) for part in _BETWEEN.split(text))
        return tuple(dict.fromkeys(one for one in found if one is not None))

    def why_no_text(self, number: PhoneNumber) -> str | None:
        try:
            parsed = phonenumbers.parse(number)
        except phonenumbers.NumberParseException:
            return "is not a telephone number"
        if not phonenumbers.is_valid_number(parsed):
            return "is not a number that anybody has"
        return None if phonenumbers.number_type(parsed) in _TEXTABLE else "is not a mobile number"


def _number(text: str) -> PhoneNumber | None:
    try:
        parsed = phonenumbers.parse(text, "AU")
    except phonenumbers.NumberParseException:
        return None
    if parsed.extension or not phonenumbers.is_possible_number(parsed):
        return None
    return e164(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
