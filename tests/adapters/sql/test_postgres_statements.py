"""How PostgreSQL is spoken to: its URLs, and many writes in one statement."""

from __future__ import annotations

import pytest

from tests.adapters.sql.units import NOW, a_call, a_session
from titus_adapters.postgres.address import Address, parse
from titus_adapters.postgres.combining import combined
from titus_adapters.sql.buffer import Buffer
from titus_adapters.sql.records.schema import RecordSchema
from titus_adapters.sql.tx import SqlTx
from titus_core.jobs.model import nothing
from titus_core.kernel.ids import UserId


class Unread(Buffer):
    """A session that only writes."""

    async def one(self, *_: object) -> None: ...

    async def all(self, *_: object) -> list[object]:
        return []


@pytest.fixture
def session() -> Unread:
    return Unread(nothing)


@pytest.fixture
def tx(session: Unread) -> SqlTx:
    return SqlTx(session, RecordSchema())  # type: ignore[arg-type]  # reads nothing


def test_writes_to_different_rows_travel_together(session: Unread, tx: SqlTx) -> None:
    tx.sessions.save(a_session("a"))
    tx.sessions.delete("b")
    tx.members.heartbeat(UserId(1), NOW)
    together = combined(list(session.writes()))
    assert together is not None
    assert "w1 AS (DELETE FROM sessions WHERE sessions.token_hash = $5::VARCHAR RETURNING 1)" in together.text
    assert together.values == ["a", 1, NOW, NOW, "b", 1, NOW]
    assert together.text.endswith("SELECT CASE WHEN true THEN true ELSE titus_conflict() END")


def test_expectations_become_the_verdict(session: Unread, tx: SqlTx) -> None:
    tx.members.heartbeat(UserId(1), NOW)
    tx.calls.save(a_call())
    together = combined(list(session.writes()))
    assert together is not None
    assert "CASE WHEN (SELECT count(*) FROM w1) = 1 THEN" in together.text


def test_the_same_shape_has_the_same_text(session: Unread, tx: SqlTx) -> None:
    tx.members.heartbeat(UserId(1), NOW)
    first = combined(list(session.writes()))
    other = Unread(nothing)
    SqlTx(other, RecordSchema()).members.heartbeat(UserId(2), NOW)  # type: ignore[arg-type]  # reads nothing
    second = combined(list(other.writes()))
    assert first is not None
    assert second is not None
    assert first.text is second.text


def test_writes_that_may_meet_are_kept_apart(session: Unread, tx: SqlTx) -> None:
    tx.sessions.save(a_session("a"))
    tx.sessions.delete("a")
    assert combined(list(session.writes())) is None


def test_a_write_to_many_rows_is_kept_apart_from_others_on_its_table(session: Unread, tx: SqlTx) -> None:
    tx.sessions.delete_of(UserId(1))
    tx.sessions.save(a_session("a"))
    assert combined(list(session.writes())) is None


@pytest.mark.parametrize(
    ("url", "dsn", "pooled"),
    [
        ("postgres://u:p@db.test/titus", "postgresql://u:p@db.test/titus", False),
        ("postgresql+asyncpg://u:p%40ss@db.test:5432/t", "postgresql://u:p%40ss@db.test:5432/t", False),
        (
            "postgresql://u:p@x.pooler.supabase.com:6543/postgres",
            "postgresql://u:p@x.pooler.supabase.com:6543/postgres",
            True,
        ),
        ("postgresql://u@h/d?pooler=transaction", "postgresql://u@h/d", True),
        ("postgresql://u@h/d?pgbouncer=true&connection_limit=1", "postgresql://u@h/d", True),
        ("postgresql://u@h/d?sslmode=require", "postgresql://u@h/d?sslmode=require", False),
        ("postgresql+asyncpg://u@h/d?ssl=verify-full", "postgresql://u@h/d?sslmode=verify-full", False),
        ("postgresql://u@/d?host=/run/pg", "postgresql://u@/d?host=%2Frun%2Fpg", False),
    ],
)
def test_urls_are_understood_as_hosters_write_them(url: str, dsn: str, pooled: bool) -> None:
    assert parse(url) == Address(dsn, pooled)


def test_other_urls_are_refused_without_repeating_the_password() -> None:
    with pytest.raises(ValueError, match="postgresql://") as refused:
        parse("mysql://u:secret@h/d")
    assert "secret" not in str(refused.value)
