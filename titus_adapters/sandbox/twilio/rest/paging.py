"""Lists: newest first, a page at a time, filtered as coarsely as Twilio filters."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import TypeVar
from urllib.parse import urlencode

from titus_adapters.sandbox.twilio.dates import day
from titus_adapters.sandbox.twilio.records import Call, Message, Recording
from titus_adapters.sandbox.twilio.rest.errors import RestError
from titus_adapters.sandbox.twilio.rest.shapes import Json
from titus_adapters.sandbox.twilio.world import Number

DEFAULT_SIZE, LARGEST_SIZE = 50, 1000
Row = TypeVar("Row", Call, Recording, Message, Number)
Query = Mapping[str, str]


def page(name: str, uri: str, rows: Iterable[Row], show: Callable[[Row], Json], query: Query) -> Json:
    """One page; the next one's token names the last row shown, so rows added meanwhile shift nothing."""
    newest = list(rows)[::-1]
    size = min(LARGEST_SIZE, max(1, _number(query, "PageSize", DEFAULT_SIZE)))
    number = _number(query, "Page", 0)
    start = _after(newest, query.get("PageToken", "")) if query.get("PageToken") else number * size
    shown = newest[start : start + size]
    filters = {key: value for key, value in query.items() if key not in {"Page", "PageSize", "PageToken"}}
    more = start + size < len(newest)
    return {
        name: [show(row) for row in shown],
        "page": number,
        "page_size": size,
        "start": start,
        "end": start + len(shown) - (1 if shown else 0),
        "uri": _uri(uri, filters, size, number),
        "first_page_uri": _uri(uri, filters, size, 0),
        "previous_page_uri": _uri(uri, filters, size, number - 1) if number else None,
        "next_page_uri": _uri(uri, filters, size, number + 1, f"PA{shown[-1].sid}") if more else None,
    }


def same(query: Query, name: str, value: str | None) -> bool:
    """Does the row pass a filter on equality, if there is one?"""
    return not query.get(name) or query[name] == value


def on_days(query: Query, name: str, at: float | None) -> bool:
    """Does the row pass `name`, `name<` and `name>`: bounds are whole UTC days and included."""
    wanted = {sign: query[name + sign] for sign in ("", "<", ">") if query.get(name + sign)}
    if not wanted:
        return True
    if at is None:
        return False
    when = day(at)
    tests = {"": when.__eq__, "<": when.__le__, ">": when.__ge__}
    return all(tests[sign](_day(value)) for sign, value in wanted.items())


def _day(value: str) -> date:
    try:
        return datetime.fromisoformat(value).date()
    except ValueError as error:
        raise RestError(400, 20001, f"Invalid date: {value}") from error


def _number(query: Query, name: str, default: int) -> int:
    value = query.get(name, "")
    return int(value) if value.isdigit() else default


def _after(rows: list[Row], token: str) -> int:
    return next((place + 1 for place, row in enumerate(rows) if f"PA{row.sid}" == token), len(rows))


def _uri(uri: str, filters: Query, size: int, number: int, token: str = "") -> str:
    query = {**filters, "PageSize": str(size), "Page": str(number)} | ({"PageToken": token} if token else {})
    return f"{uri}?{urlencode(query)}"
