"""What can be wrong with a formula: its text, or its value for one record."""

from __future__ import annotations

SYNTAX = "Invalid formula. Please check your formula text."
TOO_COMPLEX = "Formula is too complex."


class BadFormula(Exception):
    """The text is no formula, names an unknown field, or asks for more than the bounds allow."""

    def __init__(self, message: str = SYNTAX) -> None:
        super().__init__(message)
        self.message = message


class UnknownFields(BadFormula):
    """`names` come back in lower case, as Airtable sends them."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"Unknown field names: {', '.join(name.lower() for name in names)}")
        self.names = names


class Failed(Exception):
    """`#ERROR!`: the formula has no value for this record."""
