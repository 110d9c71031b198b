"""Telling whoever watches a base that something was done to it."""

from __future__ import annotations

from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.changes import Source, TableChange, Transaction
from titus_adapters.sandbox.airtable.base.model import Table


def announce(
    base: Base,
    user_id: str,
    source: Source,
    changes: dict[str, TableChange],
    *,
    created: tuple[Table, ...] = (),
    destroyed: tuple[str, ...] = (),
) -> None:
    """One action, counted even if nobody watches."""
    base.transactions += 1
    transaction = Transaction(
        base_id=base.id,
        number=base.transactions,
        at=base.house.now(),
        source=source,
        user_id=user_id,
        tables=changes,
        created_tables=created,
        destroyed_tables=destroyed,
    )
    if changes or created or destroyed:
        for watcher in list(base.watchers):
            watcher(transaction)
