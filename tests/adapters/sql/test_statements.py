"""Statements compiled once: values in, rows out, and the plans that the indexes were made for."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from titus_adapters.sql.calls import calls
from titus_adapters.sql.inbox import inbox
from titus_adapters.sql.lists import among
from titus_adapters.sql.metadata import counted, given, text
from titus_adapters.sql.statements import POSTGRES, SQLITE, Command, Query, bind, change, insert, upsert
from titus_adapters.sql.transcripts import transcripts
from titus_adapters.sql.types import Bool, Json, Utc
from titus_adapters.sqlite.settings import SqliteSettings


class Point(msgspec.Struct, frozen=True):
    x: int
    label: str = ""


things = sa.Table(
    "things",
    sa.MetaData(),
    given("id"),
    text("name", nullable=True),
    sa.Column("at", Utc()),
    sa.Column("done", Bool()),
    sa.Column("point", Json(Point)),
)
T = things.c
INSERT = insert(things, "id")
ALL = Query(sa.select(*things.columns).order_by(T.id), lambda *row: row)
SOME: Query[int] = Query(sa.select(T.id).where(among(T.id, "ids")).order_by(T.id), int)
INSTANT = datetime(2026, 3, 29, 12, 30, 15, 123457, tzinfo=UTC)


@pytest.fixture
def connection() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute(str(sa.schema.CreateTable(things).compile(dialect=SQLITE)))
    return connection


def _insert(connection: sqlite3.Connection, *row: Any) -> int:
    params = dict(zip(things.columns.keys(), row, strict=True))
    return connection.execute(INSERT.sqlite.text, INSERT.sqlite.bind(params)).rowcount


def _ask(connection: sqlite3.Connection, query: Query[Any], **params: object) -> list[Any]:
    prepared = query.sqlite
    return [prepared.read(row) for row in connection.execute(prepared.text, prepared.bind(params))]


def test_what_goes_in_comes_out(connection: sqlite3.Connection) -> None:
    row = (1, "Ann", INSTANT, True, Point(3, "ü\0\u2028"))
    _insert(connection, *row)
    assert _ask(connection, ALL) == [row]


def test_nothing_stays_nothing(connection: sqlite3.Connection) -> None:
    _insert(connection, 1, None, None, False, None)
    assert _ask(connection, ALL) == [(1, None, None, False, None)]
    assert connection.execute("SELECT count(*) FROM things WHERE point IS NULL").fetchone() == (1,)


def test_an_instant_of_another_zone_is_the_same_instant(connection: sqlite3.Connection) -> None:
    elsewhere = INSTANT.astimezone(timezone(timedelta(hours=10, minutes=30)))
    _insert(connection, 1, None, elsewhere, True, None)
    assert _ask(connection, ALL)[0][2] == INSTANT


@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
def test_a_naive_instant_is_refused(dialect: str) -> None:
    prepared = getattr(INSERT, dialect)
    with pytest.raises(ValueError, match="time zone"):
        prepared.bind({"id": 1, "name": None, "at": INSTANT.replace(tzinfo=None), "done": True, "point": None})


def test_an_insert_of_what_is_there_touches_no_row(connection: sqlite3.Connection) -> None:
    assert [_insert(connection, 1, "a", None, True, None) for _ in range(2)] == [1, 0]


def test_an_upsert_touches_no_row_that_must_stay(connection: sqlite3.Connection) -> None:
    command = upsert(things, "id", unless=T.done == sa.true())
    row = {"name": "new", "at": None, "done": False, "point": None}
    _insert(connection, 1, "old", None, True, None)
    _insert(connection, 2, "old", None, False, None)
    touched = [
        connection.execute(command.sqlite.text, command.sqlite.bind({"id": number, **row})).rowcount
        for number in (1, 2, 3)
    ]
    assert touched == [0, 1, 1]


@pytest.mark.parametrize(("ids", "found"), [([], []), ([2], [2]), ([3, 1, 9], [1, 3])])
def test_a_list_is_one_value(connection: sqlite3.Connection, ids: list[int], found: list[int]) -> None:
    for number in (1, 2, 3):
        _insert(connection, number, None, None, True, None)
    assert _ask(connection, SOME, ids=ids) == found


def test_postgres_is_told_what_it_cannot_guess() -> None:
    assert SOME.postgres.text.splitlines()[-1].startswith("WHERE things.id = ANY($1::BIGINT[])")
    assert "$3::TIMESTAMP WITH TIME ZONE" in INSERT.postgres.text


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a\0b", '{"x":1,"label":"a\N{REPLACEMENT CHARACTER}b"}'),
        (r"a\u0000b", r'{"x":1,"label":"a\\u0000b"}'),
        ("\\\0", '{"x":1,"label":"\\\\\N{REPLACEMENT CHARACTER}"}'),
    ],
)
def test_postgres_is_spared_the_one_character_that_it_cannot_keep(given: str, kept: str) -> None:
    values = INSERT.postgres.bind({"id": 1, "name": "a\0", "at": None, "done": True, "point": Point(1, given)})
    assert values[1] == "a\N{REPLACEMENT CHARACTER}"
    assert values[4] == kept


def test_constants_of_a_statement_need_not_be_given() -> None:
    command = change(sa.update(things).where(T.id == bind(T.id)).values(name=T.name + "!"), "id")
    assert command.sqlite.bind({"id": 7}) == ["!", 7]


def test_a_column_without_a_value_is_refused() -> None:
    table = sa.Table("defaults", sa.MetaData(), given("id"), sa.Column("name", sa.Text, default="x"))
    statement = sa.insert(table).values(id=bind(table.c.id))
    with pytest.raises(TypeError, match="a bind of its own"):
        _ = Command(statement, statement, None).sqlite


def test_a_counted_key_is_left_to_the_database() -> None:
    table = sa.Table("counting", sa.MetaData(), counted("id"), text("name"))
    assert insert(table).postgres.text.startswith("INSERT INTO counting (name) VALUES ($1::VARCHAR)")
    assert "RETURNING" not in insert(table).postgres.text
    assert POSTGRES.paramstyle == "numeric_dollar"


@pytest.mark.parametrize(
    ("where", "index"),
    [
        (calls.c.sid == "x", "uq_calls_sid|sqlite_autoindex_calls_1"),
        (sa.and_(calls.c.due_at.is_not(None), calls.c.due_at <= 5), "ix_calls_due"),
        (calls.c.live == sa.true(), "ix_calls_live"),
        (sa.and_(calls.c.caller == "+61", calls.c.answered_at >= 5), "ix_calls_caller_answered_at"),
        (sa.and_(among(calls.c.answered_by, "ids"), calls.c.answered_at >= 5), "ix_calls_answered_by_answered_at"),
        (sa.and_(calls.c.has_copies == sa.true(), calls.c.created_at < 5), "ix_calls_copies"),
        (sa.and_(transcripts.c.has_audio == sa.true(), transcripts.c.heard_at < 5), "ix_transcripts_audio"),
        (inbox.c.reduced == sa.false(), "ix_inbox_waiting"),
        (sa.and_(inbox.c.route == "r", inbox.c.token == "t"), "uq_inbox_token"),
    ],
)
def test_questions_of_the_hot_path_use_their_index(
    sqlite_settings: SqliteSettings, where: sa.ColumnElement[bool], index: str
) -> None:
    statement = sa.select(sa.literal_column("1")).where(where).compile(dialect=SQLITE)
    with sqlite3.connect(sqlite_settings.path) as connection:
        values = [1] * len(statement.positiontup or ())
        plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
    connection.close()
    assert any(name in step[-1] for step in plan for name in index.split("|")), plan
