"""Where Alembic meets the records' tables: their revisions are made where Titus runs, from its own catalogue, and
counted apart from those that come with Titus."""

from __future__ import annotations

from alembic import context

from titus_adapters.sql.records.migrating import VERSIONS

context.configure(connection=context.config.attributes["connection"], version_table=VERSIONS)
context.run_migrations()
