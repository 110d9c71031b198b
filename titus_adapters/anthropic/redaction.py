"""What identifies a person by a number or an address is replaced before a text leaves for another country (Privacy
Act, APP 8; elevenlabs-anthropic-graph.md §2.4).

What it cannot do: it leaves names, street addresses, dates of birth, and what a person tells of themselves. It does not
see numbers of fewer than eight digits, numbers that are split over two turns, or digits mixed with words ("oh four
91"). It rather takes too much than too little: a long row of amounts may go too. A kind is a guess; only that a number
was there is certain.
"""

from __future__ import annotations

import re

EMAIL, PHONE, CARD, MEDICARE, NDIS, NUMBER = (
    f"[{kind}]" for kind in ("email address", "phone number", "card number", "Medicare number", "NDIS number", "number")
)

_EMAIL = re.compile(r"[\w.+\-']{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,8}")
_SPOKEN_EMAIL = re.compile(
    r"\b[\w.+\-]{1,64}(?: dot [\w\-]{1,64}){0,4} at [\w\-]{1,63}(?: dot [\w\-]{1,63}){1,4}\b", re.IGNORECASE
)
_SPOKEN_DOT = re.compile(" dot ", re.IGNORECASE)
# As speech recognition writes them: in groups, with spaces, commas, full stops, brackets or any kind of hyphen.
_BETWEEN = r"[\s,.()\-\u2010-\u2015]{0,3}"
_DIGIT = re.compile(r"\d")
_DIGITS = re.compile(rf"[(+]{{0,2}}\d(?:{_BETWEEN}\d){{7,}}")
_SPOKEN_DIGIT = r"(?:zero|oh|nought|one|two|three|four|five|six|seven|eight|nine|double|triple)"
_SPOKEN_DIGITS = re.compile(
    rf"\b(?=[zontfsed]){_SPOKEN_DIGIT}(?:[\s,.\-]{{1,3}}{_SPOKEN_DIGIT}){{5,}}\b", re.IGNORECASE
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[-.]\d{1,2}[-.]\d{4}")
_MEDICARE_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9)


def redact(text: str) -> str:
    """The text with placeholders such as `[phone number]`. Redacting twice changes nothing more."""
    # Most turns hold none of it, and callers wait while long talks are looked through.
    if "@" in text:
        text = _EMAIL.sub(EMAIL, text)
    if _SPOKEN_DOT.search(text):
        text = _SPOKEN_EMAIL.sub(EMAIL, text)
    if _DIGIT.search(text):
        text = _DIGITS.sub(lambda found: _placeholder(found.group()), text)
    return _SPOKEN_DIGITS.sub(NUMBER, text)


def _placeholder(written: str) -> str:
    if _DATE.fullmatch(written):
        return written
    digits = [int(sign) for sign in written if sign.isdecimal()]
    if _is_phone("+" in written[:2], digits):
        return PHONE
    if _is_card(digits):
        return CARD
    if is_medicare(digits):
        return MEDICARE
    return NDIS if len(digits) == 9 and digits[:2] == [4, 3] else NUMBER


def _is_phone(international: bool, digits: list[int]) -> bool:
    """Australian, or anything with a plus; of eight digits: without its area code."""
    if international or len(digits) == 8:
        return True
    if digits[:2] == [6, 1]:
        return len(digits) == 11
    return len(digits) == 10 and (digits[0] == 0 or digits[:4] in ([1, 3, 0, 0], [1, 8, 0, 0]))


def _is_card(digits: list[int]) -> bool:
    """13 to 19 digits whose Luhn sum ends in 0 (ISO/IEC 7812)."""
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[-2::-2]]
    return 13 <= len(digits) <= 19 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def is_medicare(digits: list[int]) -> bool:
    """Ten digits, or eleven with the number of the person on the card; the ninth is a check digit, the first 2 to 6."""
    if len(digits) not in (10, 11) or not 2 <= digits[0] <= 6:
        return False
    return sum(weight * digit for weight, digit in zip(_MEDICARE_WEIGHTS, digits, strict=False)) % 10 == digits[8]
