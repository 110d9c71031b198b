"""What Airtable refuses, and in which words (../shared/reference/airtable/errors.json)."""

from __future__ import annotations


class Refused(Exception):
    """HTTP status, Airtable's word and, mostly, a sentence."""

    def __init__(self, status: int, kind: str, message: str | None = None) -> None:
        super().__init__(message or kind)
        self.status, self.kind, self.message = status, kind, message


class Bare(Refused):
    """The other envelope: `{"error": "NOT_FOUND"}`."""


def unauthenticated() -> Refused:
    return Refused(401, "AUTHENTICATION_REQUIRED", "Authentication required")


def not_yours_or_not_there() -> Refused:
    """Which of both is not said, on purpose."""
    return Refused(
        403,
        "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND",
        "Invalid permissions, or the requested model was not found. Check that both your user and your token have the "
        "required permissions, and that the model names and/or ids are correct.",
    )


def not_permitted() -> Refused:
    return Refused(403, "INVALID_PERMISSIONS", "You are not permitted to perform this operation")


def no_route() -> Refused:
    return Bare(404, "NOT_FOUND")


def no_record() -> Refused:
    return Refused(404, "MODEL_ID_NOT_FOUND", "Record not found")


def invalid_request(message: str = "Invalid request: parameter validation failed. Check your request data.") -> Refused:
    return Refused(422, "INVALID_REQUEST_UNKNOWN", message)


def unreadable_body() -> Refused:
    return Refused(422, "INVALID_REQUEST_BODY", "Could not parse request body")


def missing(name: str) -> Refused:
    return Refused(422, "INVALID_REQUEST_MISSING_FIELDS", f'Could not find field "{name}" in the request body')


def bad_records() -> Refused:
    return Refused(
        422,
        "INVALID_RECORDS",
        'You must provide an array of up to 10 record objects, each with an "id" ID field and a "fields" object for '
        "cell values.",
    )


def unknown_field(name: str) -> Refused:
    return Refused(422, "UNKNOWN_FIELD_NAME", f'Unknown field name: "{name}"')


def computed_field(name: str) -> Refused:
    return Refused(
        422, "INVALID_VALUE_FOR_COLUMN", f'Field "{name}" cannot accept a value because the field is computed'
    )


def bad_value(name: str) -> Refused:
    return Refused(422, "INVALID_VALUE_FOR_COLUMN", f'Field "{name}" cannot accept the provided value')


def no_option(name: str) -> Refused:
    return Refused(
        422,
        "INVALID_MULTIPLE_CHOICE_OPTIONS",
        f'Insufficient permissions to create new select option ""{name}""',
    )


def no_row(record_id: str) -> Refused:
    return Refused(422, "ROW_DOES_NOT_EXIST", f"Record ID {record_id} does not exist in this table")


def bad_formula(message: str) -> Refused:
    return Refused(422, "INVALID_FILTER_BY_FORMULA", f"The formula for filtering records is invalid: {message}")


def too_large() -> Refused:
    return Refused(413, "REQUEST_TOO_LARGE", "Request body is too large")
