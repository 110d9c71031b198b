"""The one collection of tables, and how constraints and indexes are named: migrations need names that never change."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from titus_adapters.sql.types import Text

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A whole number that names a row; on SQLite the type that makes it the row's own address."""


def tables_on(dialect: str) -> list[sa.Table]:
    """Those that a kind of database has, parents first; `info={"only": …}` keeps a table from the other kind."""
    return [table for table in metadata.sorted_tables if table.info.get("only", dialect) == dialect]


def ours_on(dialect: str) -> dict[str, Any]:
    """Options for Alembic, which else wonders at tables of the other kind of database, and at those of PgQueuer."""
    names = {table.name for table in tables_on(dialect)}

    def is_ours(name: str | None, kind: str, _: object) -> bool:
        return kind != "table" or name in names

    return {"include_name": is_ours, "include_object": lambda item, name, kind, *_: is_ours(name, kind, None)}


def counted(name: str) -> sa.Column[int]:
    """A primary key that the database counts up and never gives twice (needs `sqlite_autoincrement` on the table)."""
    return sa.Column(name, Id, sa.Identity(), primary_key=True)


def given(name: str) -> sa.Column[int]:
    """A primary key that the application gives."""
    return sa.Column(name, Id, primary_key=True, autoincrement=False)


def text(name: str, *, nullable: bool = False, primary_key: bool = False) -> sa.Column[str]:
    """A column of text."""
    return sa.Column(name, Text(), nullable=nullable, primary_key=primary_key)
