"""`titus_core.records.folding` in SQL: a function of the name `titus_fold` on both databases.

On PostgreSQL a migration makes it; SQLite is given it on each connection.
"""

from __future__ import annotations

import sqlite3

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement

from titus_core.records.folding import FOLDS, fold

NAME = "titus_fold"


def folded(text: ColumnElement[str]) -> ColumnElement[str]:
    return sa.func.titus_fold(text, type_=sa.Text())


def give_fold(connection: sqlite3.Connection) -> None:
    """Let statements on this connection fold."""
    connection.create_function(NAME, 1, _fold, deterministic=True)


def _fold(text: str | None) -> str | None:
    return fold(text) if isinstance(text, str) else text


def creating_fold() -> str:
    """The function for PostgreSQL: the same table of letters, whatever Unicode the server knows."""
    capitals = "".join(map(chr, FOLDS))
    smalls = "".join(FOLDS.values())
    return f"""
        CREATE OR REPLACE FUNCTION {NAME}(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
            SELECT CASE WHEN octet_length($1) = char_length($1) THEN lower($1 COLLATE "C")
                ELSE translate($1, '{capitals}', '{smalls}') END
        $$"""
