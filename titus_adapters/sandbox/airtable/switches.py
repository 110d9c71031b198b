"""What Airtable leaves open, as settings: an app must live with every combination. And the sandbox's pace."""

from __future__ import annotations

from typing import Literal

import msgspec


class Switches(msgspec.Struct, frozen=True, kw_only=True):
    """Behaviour that no page of Airtable settles (../shared/facts/airtable-and-migration.md §5.6); the defaults are the
    likelier reading, not a promise. All unverified."""

    lock_extended_by_requests: bool = False
    """Does a request within the 30 s after a 429 make them begin anew?"""

    rate_limit_envelope: Literal["object", "plural"] = "object"
    """How a 429 is written: the plural one was seen in the wild."""

    retry_after_on_429: bool = False

    missing_record: Literal["forbidden", "not_found", "bare_not_found"] = "forbidden"
    """What reading a record that is not there answers: 403, or 404 in either envelope."""

    long_url: Literal[413, 414] = 414
    """The status for an address of 16,000 characters or more."""

    finds_in_other_tables: bool = True
    """Does `GET /{table}/{record}` find a record of another table, as reported?"""

    unsorted: Literal["by_id", "by_creation"] = "by_id"
    """The order without a sort and a view: "arbitrary" in the documents, by id where somebody looked."""

    creation_modifies: bool = True
    """Has a record that was made with values, and never edited, a last modified time?"""

    inverse_link_modifies: bool = False
    """Is a record modified when another one links to it?"""

    blank_dates: Literal["error", "false"] = "error"
    """What IS_BEFORE, IS_AFTER and IS_SAME say of a blank."""

    field_zone_in_formulas: bool = False
    """Do formulas read a date field's hours in the field's own zone? They are reported to work in UTC."""

    newlines_in_formula_texts: bool = False
    """May a text in a formula go over several lines?"""

    nested_lookups: bool = True
    """Is a lookup of lists a list of lists?"""

    nulls_in_lookups: bool = True
    """Does a lookup show linked records whose cell is empty?"""

    split_payloads: Literal["never", "by_table", "by_record"] = "never"
    """Into what pieces a webhook's payload of one action comes."""

    recomputed_in_payloads: bool = True
    """Do payloads tell of cells that were only calculated anew?"""

    creates_calculated_fields: bool = False
    """Does the web API make formulas, rollups, lookups and counts? It did not for years."""

    failed_downloads: Literal["vanish", "stay"] = "vanish"
    """What becomes of an attachment whose address could not be read."""


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How long things take and last, in seconds of the sandbox's time."""

    latency: float = 0.0
    """Of each request. Whoever moves time in steps must move it while a request is under way."""

    latency_spread: float = 0.0
    """Up to so much more, by the seed."""

    iterator_idle: float = 300.0
    """How long an offset may lie around."""

    attachment_url: float = 7200.0
    ping_delay: float = 1.0
    """From a change until the webhook's ping; changes within it are told by one."""

    ping_wait: float = 25.0
    """How long an answer to a ping is waited for."""

    download: float = 1.0
    """From writing an attachment's address until it is read."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Requests allowed (airtable-and-migration.md §1.1); `monthly` None: no end."""

    per_base: int = 5
    per_user: int = 50
    window: float = 1.0
    lock: float = 30.0
    monthly: int | None = None
    webhooks_per_base: int = 10
    records_per_request: int = 10
    page: int = 100
    payloads_per_page: int = 50
    upload: int = 5 * 1024 * 1024
    url: int = 16_000
