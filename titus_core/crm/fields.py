"""Fields and tables by the aliases that the catalogue gives them, never by a part of their names. Pure.

Of each meaning the aliases are tried in order: bases have grown, and spell one thing in several ways
(`../shared/facts/legacy-contract.md` §4.2; `../shared/reference/domain/base_schema.json`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from titus_core.records.catalogue import Catalogue, Field, Table

Aliases: TypeAlias = tuple[str, ...]

CONTACTS: Aliases = ("all_contacts",)
CLIENTS: Aliases = ("clients",)

FULL_NAME: Aliases = ("full_name", "client_name", "name")
FIRST_NAME: Aliases = ("first_name",)
LAST_NAME: Aliases = ("last_name", "surname")
EMAIL: Aliases = ("email", "email_address")
PHONE: Aliases = ("mobile", "phone", "mobile_phone", "mobile_number", "phone_number", "home_phone", "landline")
COORDINATOR: Aliases = ("support_coordinator_link", "support_coordinator")


def table_of(catalogue: Catalogue, aliases: Sequence[str]) -> Table | None:
    """What is shown of the first of these tables that the base has."""
    by_alias = {table.alias: table for table in catalogue.tables}
    return next((by_alias[alias].shown for alias in aliases if alias in by_alias), None)


def fields_of(table: Table, aliases: Sequence[str]) -> tuple[Field, ...]:
    """Those of these fields that the table shows, in the order of the aliases."""
    by_alias = {field.alias: field for field in table.fields if field.is_shown}
    return tuple(by_alias[alias] for alias in aliases if alias in by_alias)


def field_of(table: Table, aliases: Sequence[str]) -> Field | None:
    """The first of these fields that the table shows."""
    return next(iter(fields_of(table, aliases)), None)
