"""Bringing the records' tables to the newest catalogue. Alembic is imported only when there is something to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from titus_adapters.sql.migrating import ONE_AT_A_TIME
from titus_adapters.sql.records.revising import revision_of
from titus_core.records.catalogue import Catalogue

if TYPE_CHECKING:
    from alembic.config import Config

VERSIONS = "record_version"
"""The table in which Alembic counts these revisions."""

_ENVIRONMENT = Path(__file__).parent / "environment"
_REVISION = re.compile(r"r(\d{4})\.py")


def newest(folder: Path) -> str | None:
    """The last revision in the folder."""
    found = sorted(file.stem for file in folder.glob("r*.py") if _REVISION.fullmatch(file.name))
    return found[-1] if found else None


def catalogue_of(folder: Path, revision: str) -> Catalogue:
    """The catalogue that the tables are of after this revision."""
    return msgspec.json.decode((folder / f"{revision}.json").read_bytes(), type=Catalogue)


def write_revision(folder: Path, after: Catalogue, title: str) -> str | None:
    """Write the revision that leads from the newest one in the folder to this catalogue; None: there is nothing to do.
    The catalogue is written first: a revision without one would be taken for whole."""
    down = newest(folder)
    revision = f"r{int(down[1:]) + 1:04d}" if down is not None else "r0001"
    before = catalogue_of(folder, down) if down is not None else None
    text = revision_of(before, after, revision, down, title)
    if text is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{revision}.json").write_bytes(msgspec.json.format(msgspec.json.encode(after), indent=1))
    (folder / f"{revision}.py").write_text(text, encoding="utf-8")
    return revision


def current(connection: sa.Connection) -> str | None:
    """The revision that the database is at; None: it has no tables of records."""
    if not sa.inspect(connection).has_table(VERSIONS):
        return None
    found: str | None = connection.scalar(sa.text(f"SELECT version_num FROM {VERSIONS}"))  # noqa: S608  # ours
    return found


def upgrade(connection: sa.Connection, folder: Path) -> None:
    """Migrate inside the transaction that `connection` is in; the caller holds the lock and commits."""
    if current(connection) == newest(folder):
        return
    from alembic import command  # 0.7 s that a start without migrations does not pay

    with ONE_AT_A_TIME:
        command.upgrade(_config(connection, folder), "head")


def downgrade(connection: sa.Connection, folder: Path, to: str) -> None:
    """Back to an older revision; `base`: to no tables."""
    from alembic import command  # see upgrade

    with ONE_AT_A_TIME:
        command.downgrade(_config(connection, folder), to)


def _config(connection: sa.Connection, folder: Path) -> Config:
    from alembic.config import Config  # see upgrade

    config = Config()
    config.set_main_option("script_location", str(_ENVIRONMENT))
    config.set_main_option("version_locations", str(folder))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    return config
