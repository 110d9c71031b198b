"""The parameters of a list, from an address or a body: arrays in all their spellings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from titus_adapters.sandbox.airtable.refusals import invalid_request, unreadable_body

_KEY = re.compile(r"(\w+)(?:\[(\d*)\])?(?:\[(\w+)\])?")
_ARRAYS = frozenset({"fields", "recordMetadata", "sort", "records", "include"})


class Sort(msgspec.Struct, frozen=True):
    field: str
    direction: Literal["asc", "desc"] = "asc"


class ListOptions(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the parameters of a list may be."""

    page_size: int | None = None
    max_records: int | None = None
    offset: str | None = None
    view: str | None = None
    sort: list[Sort] = []
    filter_by_formula: str | None = None
    fields: list[str] | None = None
    cell_format: Literal["json", "string"] = "json"
    time_zone: str | None = None
    user_locale: str | None = None
    return_fields_by_field_id: bool = False
    record_metadata: list[str] = []


def from_query(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """`fields`, `fields[]` and `fields[0]` are one array; `sort[0][field]` is an object in one."""
    gathered: dict[str, Any] = {}
    for key, value in pairs:
        found = _KEY.fullmatch(key)
        if found is None:
            raise invalid_request()
        name, index, inner = found.groups()
        if name in _ARRAYS:
            _gather(gathered.setdefault(name, {}), index, inner, value)
        elif value != "" or name == "filterByFormula":
            gathered[name] = value
    return {name: list(value.values()) if isinstance(value, dict) else value for name, value in gathered.items()}


def _gather(items: dict[Any, Any], index: str | None, inner: str | None, value: str) -> None:
    if inner is not None:
        items.setdefault(index or "", {})[inner] = value
    elif value != "":
        items[len(items)] = value


def list_options(given: dict[str, Any]) -> ListOptions:
    try:
        options = msgspec.convert(given, ListOptions, strict=False)
    except msgspec.ValidationError:
        raise invalid_request() from None
    if options.cell_format == "string" and (options.time_zone is None or options.user_locale is None):
        raise invalid_request("cellFormat string needs timeZone and userLocale")
    return options


def json_object(body: bytes) -> dict[str, Any]:
    """Raises `Refused` for what is no JSON, or no object."""
    try:
        decoded = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise unreadable_body() from None
    if not isinstance(decoded, dict):
        raise unreadable_body()
    return decoded
