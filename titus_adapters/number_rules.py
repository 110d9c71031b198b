"""What kind of line a number is, by Google's `phonenumbers` (its data names mobile and fixed ranges by country)."""

from __future__ import annotations

import phonenumbers
from phonenumbers import PhoneNumberType

from titus_core.kernel.phone import PhoneNumber

_TEXTABLE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
"""In some countries (the USA) the number does not tell which of the two it is."""


class PhoneNumberRules:
    """`messaging.ports.NumberRules`."""

    def why_no_text(self, number: PhoneNumber) -> str | None:
        try:
            parsed = phonenumbers.parse(number)
        except phonenumbers.NumberParseException:
            return "is not a telephone number"
        if not phonenumbers.is_valid_number(parsed):
            return "is not a number that anybody has"
        return None if phonenumbers.number_type(parsed) in _TEXTABLE else "is not a mobile number"
