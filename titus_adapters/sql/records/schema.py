"""Which catalogue the tables are of: it lies beside them, and changes in the commit that changes them."""

from __future__ import annotations

import time
from functools import lru_cache

import msgspec
import sqlalchemy as sa

from titus_adapters.sql.metadata import metadata, text
from titus_adapters.sql.records.reading import RecordQueries
from titus_adapters.sql.records.tables import RecordTables
from titus_adapters.sql.session import Reading
from titus_adapters.sql.statements import Query
from titus_core.records.catalogue import Catalogue

LOOKS_EVERY = 5.0
"""Seconds between two looks whether another process has changed the tables."""

record_catalogue = sa.Table(
    "record_catalogue",
    metadata,
    sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
    text("digest"),
    text("told"),
)
_C = record_catalogue.c

_NONE = Catalogue(base="", tables=())


def _as_it_is(value: str) -> str:
    return value


_DIGEST = Query(sa.select(_C.digest), _as_it_is)
_TOLD = Query(sa.select(_C.told), _as_it_is)


class RecordSchema:
    """The catalogue as this process knows it, with the statements on its tables. Without one there are no tables."""

    def __init__(self) -> None:
        self.queries = _queries(None)
        self._digest = ""
        self._looked_at = float("-inf")

    @property
    def catalogue(self) -> Catalogue:
        return self.queries.tables.catalogue

    async def refresh(self, reading: Reading) -> Catalogue | None:
        """The catalogue; None: nobody has told one yet. Looks into the database now and then."""
        if time.monotonic() - self._looked_at >= LOOKS_EVERY or not self._digest:
            digest = await reading.one(_DIGEST, {}) or ""
            if digest != self._digest:
                told = await reading.one(_TOLD, {})
                self._use(digest, told)
            self._looked_at = time.monotonic()
        return self.catalogue if self._digest else None

    def _use(self, digest: str, told: str | None) -> None:
        self.queries = _queries(told)
        self._digest = digest


@lru_cache(maxsize=4)
def _queries(told: str | None) -> RecordQueries:
    """Of all stores of this process: to build the tables of a base takes a tenth of a second, and as long again to
    compile the first statements on them."""
    return RecordQueries(RecordTables(msgspec.json.decode(told, type=Catalogue) if told is not None else _NONE))
