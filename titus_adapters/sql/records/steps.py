"""What every revision of the records' tables does around its own statements."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from titus_adapters.sql.records.folded import creating_fold
from titus_core.records.catalogue import Catalogue

CATALOGUE = "record_catalogue"
"""The table of one row that says which catalogue the tables are of. It changes in the commit that changes them."""


def begin(op: Any) -> None:
    """What clauses need to be there."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text(creating_fold().replace(":", "\\:")))


def end(op: Any, revision_file: str) -> None:
    """Keep the catalogue that lies beside the revision, with the choices of its selects; and close the tables to
    Supabase's public API, which else serves every table there is."""
    bind = op.get_bind()
    _keep(bind, Path(revision_file).with_suffix(".json"))
    if bind.dialect.name == "postgresql":
        close_to_the_public(bind)


def went_back(op: Any, revision_file: str, down: str | None) -> None:
    """Keep the catalogue of the revision before; of none, none."""
    bind = op.get_bind()
    if down is None:
        bind.execute(sa.text(f"DELETE FROM {CATALOGUE}"))  # noqa: S608  # a name of ours
    else:
        _keep(bind, Path(revision_file).with_name(f"{down}.json"))


def close_to_the_public(bind: sa.Connection) -> None:
    """Row-level security without a policy: only the tables' owner, who is Titus, gets in."""
    tables = bind.scalars(
        sa.text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND NOT rowsecurity")
    )
    for table in tables.all():
        bind.execute(sa.text(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'))


def _keep(bind: sa.Connection, file: Path) -> None:
    told = file.read_text(encoding="utf-8")
    bind.execute(sa.text(f"DELETE FROM {CATALOGUE}"))  # noqa: S608  # a name of ours
    row = {"number": 1, "digest": sha256(told.encode()).hexdigest(), "told": told}
    bind.execute(sa.insert(sa.table(CATALOGUE, *map(sa.column, row))).values(row))
    _keep_options(bind, msgspec.json.decode(told, type=Catalogue))


def _keep_options(bind: sa.Connection, catalogue: Catalogue) -> None:
    rows = [
        {"field_id": field.id, "option_id": option.id, "name": option.name, "place": place}
        for table in catalogue.tables
        for field in table.fields
        for place, option in enumerate(field.options)
    ]
    bind.execute(sa.text("DELETE FROM crm_options"))
    if rows:
        columns = ("field_id", "option_id", "name", "place")
        options = sa.table("crm_options", *map(sa.column, columns))
        bind.execute(sa.insert(options).values({name: sa.bindparam(name) for name in columns}), rows)
