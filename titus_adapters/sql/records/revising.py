"""Alembic revisions from catalogues: what turns the tables of one catalogue into those of the next, written as code.

Nothing that holds data is ever dropped: a table or field that is gone keeps its place, and a field that became
something else was given a new column by the catalogue (`records/naming.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from titus_adapters.sql.records.ordering import EmptiesFirst
from titus_adapters.sql.records.tables import RecordTables
from titus_core.records.catalogue import Catalogue

_HEAD = '''"""{title}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from titus_adapters.sql.records import steps
from titus_adapters.sql.records.ordering import empties_first
from titus_adapters.sql.records.types import CellDate, CellInstant, CellJson, CellNames, CellNumber, CellText
from titus_adapters.sql.types import Bool

revision = "{revision}"
down_revision = {down}
branch_labels = None
depends_on = None


def upgrade() -> None:
    steps.begin(op)
{upgrade}
    steps.end(op, __file__)


def downgrade() -> None:
{downgrade}
    steps.went_back(op, __file__, {down})
'''


def revision_of(before: Catalogue | None, after: Catalogue, revision: str, down: str | None, title: str) -> str | None:
    """The text of the migration; None: nothing is to be done to the tables."""
    old = RecordTables(before).metadata.tables if before is not None else {}
    new = RecordTables(after).metadata
    steps = [step for table in new.sorted_tables for step in _steps(table, old.get(table.name))]
    if not steps and before == after:
        return None
    up = "\n".join(f"    {line}" for forward, _ in steps for line in forward.splitlines())
    back = "\n".join(f"    {line}" for _, backward in reversed(steps) for line in backward.splitlines())
    return _HEAD.format(title=title, revision=revision, down=repr(down), upgrade=up, downgrade=back)


def _steps(table: sa.Table, old: sa.Table | None) -> Iterator[tuple[str, str]]:
    """What makes the table, and what takes that back."""
    if old is None:
        yield _created(table), f'op.drop_table("{table.name}")'
        for index in _indexes(table):
            yield _index(index), f'op.drop_index("{index.name}", "{table.name}")'
        return
    for column in table.columns:
        if column.name not in old.columns:
            yield (
                f'op.add_column("{table.name}", {_column(column)})',
                f'op.drop_column("{table.name}", "{column.name}")',
            )
    known = {index.name for index in old.indexes}
    for index in _indexes(table):
        if index.name not in known:
            yield _index(index), f'op.drop_index("{index.name}", "{table.name}")'


def _created(table: sa.Table) -> str:
    columns = "".join(f"    {_column(column)},\n" for column in table.columns)
    keys = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
    references = "".join(
        f"    {_reference(key)},\n" for key in sorted(table.foreign_keys, key=lambda key: key.parent.name)
    )
    key = f'    sa.PrimaryKeyConstraint({keys}, name=op.f("pk_{table.name}")),\n'
    return f'op.create_table(\n    "{table.name}",\n{columns}{references}{key})'


def _column(column: sa.Column[Any]) -> str:
    given = column.server_default
    default = f', server_default=sa.text("{given.arg}")' if isinstance(given, sa.DefaultClause) else ""
    return f'sa.Column("{column.name}", {_type(column.type)}, nullable={column.nullable}{default})'


def _type(kind: TypeEngine[Any]) -> str:
    name = type(kind).__name__
    return f"{name}()" if name in _OURS else f"sa.{name}()"


_OURS = frozenset({"Bool", "CellDate", "CellInstant", "CellJson", "CellNames", "CellNumber", "CellText"})


def _reference(key: sa.ForeignKey) -> str:
    table, column = key.parent.table.name, key.parent.name
    target = key.column.table.name
    return (
        f'sa.ForeignKeyConstraint(["{column}"], ["{target}.id"], name=op.f("fk_{table}_{column}"), '
        'ondelete="CASCADE", deferrable=True, initially="DEFERRED")'
    )


def _indexes(table: sa.Table) -> list[sa.Index]:
    return sorted(table.indexes, key=lambda index: str(index.name))


def _index(index: sa.Index) -> str:
    parts = ", ".join(_part(part) for part in index.expressions)
    assert index.table is not None
    return f'op.create_index("{index.name}", "{index.table.name}", [{parts}])'


def _part(part: Any) -> str:
    if isinstance(part, EmptiesFirst):
        return f'empties_first(sa.column("{part.column.name}"))'
    return f'"{part.name}"'
