"""Cells in one form: what stores tell, and what clients may write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from tests.core.records.things import THINGS, fld
from titus_core.kernel.errors import Invalid
from titus_core.records.model import Attachment, Incoming, Misfit
from titus_core.records.values import (
    LONGEST_TEXT,
    carried,
    clean,
    day_of,
    instant,
    instant_of,
    is_empty,
    number,
    read,
    scalar,
    written,
)

FILE = Attachment(id="att00000000000000", filename="x.pdf", size=1)

READ: list[tuple[str, Any, Any]] = [
    ("text", "a", "a"),
    ("text", "", None),
    ("text", None, None),
    ("text", "a\0b\udc00", "a\ufffdb\ufffd"),
    ("text", 3, Misfit(3)),
    ("text", {"error": "#ERROR!"}, Misfit({"error": "#ERROR!"})),
    ("number", 0, 0),
    ("number", -0.0, 0),
    ("number", 1.0, 1),
    ("number", 0.1, 0.1),
    ("number", True, Misfit(True)),
    ("number", "1", Misfit("1")),
    ("number", [1], Misfit((1,))),
    ("number", 10**400, Misfit(f"1{'0' * 400}")),
    ("number", float("inf"), Misfit("inf")),
    ("checkbox", True, True),
    ("checkbox", None, False),
    ("checkbox", "true", False),
    ("date", "2026-02-28", "2026-02-28"),
    ("date", "2026-02-30", Misfit("2026-02-30")),
    ("date", "10000-01-01", Misfit("10000-01-01")),
    ("date", 20260228, Misfit(20260228)),
    ("instant", "2026-02-28T10:00:00+10:00", "2026-02-28T00:00:00.000Z"),
    ("instant", "2026-02-28T10:00:00", Misfit("2026-02-28T10:00:00")),
    ("select", "gone", "gone"),
    ("selects", ["b", "a"], ("b", "a")),
    ("selects", "a", Misfit("a")),
    ("selects", [], None),
    ("links", ["rec1"], ("rec1",)),
    ("links", [1], Misfit((1,))),
    (
        "attachments",
        [{"id": "att1", "filename": "x", "url": "https://expires.example"}],
        (Attachment(id="att1", filename="x"),),
    ),
    ("attachments", [[FILE], [FILE]], (FILE, FILE)),
    ("attachments", [{"filename": "x"}], Misfit(({"filename": "x"},))),
    ("list", ["a", 1.0, None, ["b", "c"], []], ("a", 1, "b", "c")),
    ("list", [None, None], None),
    ("list", "alone", ("alone",)),
    ("list", {"error": "#ERROR!"}, Misfit({"error": "#ERROR!"})),
    ("list", [{"a": 1.0}], ({"a": 1},)),
    ("object", {"text": "1", "more": [1.0, None, True]}, {"text": "1", "more": (1, None, True)}),
    ("object", {}, None),
]


@pytest.mark.parametrize(("kind", "told", "cell"), READ)
def test_what_a_store_tells_is_read(kind: str, told: Any, cell: Any) -> None:
    found = read(THINGS.field(fld(kind)), told)
    assert found == cell
    assert type(found) is type(cell)


def test_numbers_that_are_none_are_refused() -> None:
    for odd in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="is not a number"):
            number(odd)
    assert number(2**53) == 2**53
    assert isinstance(number(2**53), int)
    assert isinstance(number(2.0**53 + 2), float)


def test_instants_are_utc_to_the_millisecond_and_cut() -> None:
    at = datetime(2026, 2, 28, 9, 59, 59, 999999, tzinfo=timezone(timedelta(hours=10)))
    assert instant(at) == "2026-02-27T23:59:59.999Z"
    assert instant(datetime(1, 1, 1, tzinfo=UTC)) == "0001-01-01T00:00:00.000Z"
    assert instant_of("2026-02-28T00:00:00.1234567Z") == "2026-02-28T00:00:00.123Z"
    with pytest.raises(ValueError, match="time zone"):
        instant_of("2026-02-28T00:00:00")


def test_days_are_days() -> None:
    assert day_of("2024-02-29") == "2024-02-29"
    for odd in ("2026-W09-6", "2026-2-28", "20260228", "2026-02-30"):
        with pytest.raises(ValueError):  # noqa: PT011 (whatever it says)
            day_of(odd)


def test_what_is_empty() -> None:
    empty: list[object] = [None, "", [], (), {}]
    full: list[object] = [0, False, " ", [None], {"a": None}]
    assert all(is_empty(one) for one in empty)
    assert not any(is_empty(one) for one in full)


def test_letters_that_no_store_holds_are_replaced() -> None:
    assert clean("plain") == "plain"
    assert clean("a\0") == "a\ufffd"
    assert clean("ä\0\ud800😀") == "ä\ufffd\ufffd😀"


def test_json_is_carried_in_immutable_form() -> None:
    assert carried([1.0, {"a": [True, None]}, "x"]) == (1, {"a": (True, None)}, "x")


WRITTEN: list[tuple[str, Any, Any]] = [
    ("text", "a", "a"),
    ("text", "", None),
    ("number", 1.0, 1),
    ("checkbox", None, False),
    ("checkbox", True, True),
    ("date", "2026-02-28", "2026-02-28"),
    ("instant", "2026-02-28T10:00:00.9999+10:00", "2026-02-28T00:00:00.999Z"),
    ("select", "active", "active"),
    ("select", None, None),
    ("selects", ["Active, once", "Zebra"], ("Active, once", "Zebra")),
    ("links", ["rec00000000000001"], ("rec00000000000001",)),
    ("attachments", [{"id": "att00000000000000"}], (Attachment(id="att00000000000000", filename=""),)),
    ("attachments", [{"url": "https://x.example"}], (Incoming(url="https://x.example"),)),
    ("attachments", (FILE, Incoming(url="u")), (FILE, Incoming(url="u"))),
    ("object", {"text": "1"}, {"text": "1"}),
    ("stars", 5, 5),
    ("person", {"email": "ann@example.org"}, {"email": "ann@example.org"}),
    ("people", [{"id": "usr1", "name": "Ann"}], ({"id": "usr1", "name": "Ann"},)),
]


@pytest.mark.parametrize(("kind", "wanted", "cell"), WRITTEN)
def test_what_a_client_writes_is_put_in_form_and_stays_so(kind: str, wanted: Any, cell: Any) -> None:
    field = THINGS.field(fld(kind))
    assert written(field, wanted) == cell
    assert written(field, cell) == cell


REFUSED: list[tuple[str, Any, str]] = [
    ("text", 3, "must be text"),
    ("text", "x" * (LONGEST_TEXT + 1), "longer than 100,000"),
    ("number", "3", "must be a number"),
    ("number", float("inf"), "is not a number"),
    ("number", 10**400, "does not fit"),
    ("checkbox", "yes", "must be true or false"),
    ("date", "30 November", "must be a date"),
    ("date", "2026-02-30", "does not fit a field of kind date"),
    ("instant", "2026-02-28T00:00:00", "must tell its time zone"),
    ("select", "Active", "has no option 'Active'; did you mean 'active'?"),
    ("select", "quite another", "has no option 'quite another'$"),
    ("selects", ["Zebra", "Zebra"], "names the same twice"),
    ("selects", "Zebra", "must be a list of texts"),
    ("links", ["Banksia"], "must be a list of record ids"),
    ("links", ["rec00000000000001", "rec00000000000001"], "names the same twice"),
    ("attachments", "x.pdf", "must be a list of files"),
    ("attachments", [{"id": "no id"}], "does not fit"),
    ("stars", 0, "must be a whole number"),
    ("stars", 1.5, "must be a whole number"),
    ("sum", "x", "is computed"),
    ("object", "01234567", "does not fit"),
    ("object", {"type": "upce"}, "does not fit"),
    ("object", {"text": 1}, "does not fit"),
    ("person", {"name": "Ann"}, "must tell a person's id"),
    ("person", "Ann", "does not fit"),
    ("people", {"id": "usr1"}, "does not fit"),
    ("people", [{"id": "usr1"}, {"email": ""}], "must tell a person's id"),
]


@pytest.mark.parametrize(("kind", "wanted", "reason"), REFUSED)
def test_what_does_not_fit_is_refused_by_the_name_of_the_field(kind: str, wanted: Any, reason: str) -> None:
    field = THINGS.field(fld(kind))
    with pytest.raises(Invalid, match=reason) as refused:
        written(field, wanted)
    assert refused.value.data["field"] == field.api


SCALARS: list[tuple[str, Any, Any]] = [
    ("text", "a", "a"),
    ("select", "gone", "gone"),
    ("selects", "a", "a"),
    ("number", 2.0, 2),
    ("checkbox", False, False),
    ("date", "2026-02-28", "2026-02-28"),
    ("instant", "2026-02-28T00:00:00Z", "2026-02-28T00:00:00.000Z"),
    ("list", True, True),
    ("list", 1.0, 1),
    ("list", "x", "x"),
]


@pytest.mark.parametrize(("kind", "value", "wanted"), SCALARS)
def test_what_cells_are_compared_with(kind: str, value: Any, wanted: Any) -> None:
    found = scalar(THINGS.field(fld(kind)), value)
    assert found == wanted
    assert type(found) is type(wanted)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", 1),
        ("number", "1"),
        ("checkbox", 1),
        ("links", "rec1"),
        ("object", "x"),
        ("attachments", "x"),
        ("date", "x"),
    ],
)
def test_what_cells_can_never_hold_is_not_compared_with(kind: str, value: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (whatever it says)
        scalar(THINGS.field(fld(kind)), value)
