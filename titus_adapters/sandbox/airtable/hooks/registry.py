"""All webhooks of all bases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.changes import Transaction
from titus_adapters.sandbox.airtable.hooks.hook import WEEK, Hook
from titus_adapters.sandbox.airtable.hooks.pings import news
from titus_adapters.sandbox.airtable.hooks.specification import Specification
from titus_adapters.sandbox.airtable.hooks.views import Members

if TYPE_CHECKING:
    from titus_adapters.sandbox.airtable.desk import Desk


class Registry:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._hooks: dict[str, Hook] = {}

    def of(self, base: Base, made_with: str = "") -> list[Hook]:
        """Those of a base that are not forgotten yet; of one integration only, if it is named."""
        now = self._desk.now()
        for hook in [one for one in self._hooks.values() if one.is_forgotten(now)]:
            self.remove(hook)
        found = [hook for hook in self._hooks.values() if hook.base is base and made_with in {"", hook.made_with}]
        for hook in found:
            hook.prune(now)
        return found

    def add(self, base: Base, specification: Specification, url: str | None, maker: str, made_with: str) -> Hook:
        house = self._desk.house
        hook = Hook(
            id=house.ids.new("ach"),
            base=base,
            specification=specification,
            url=url,
            secret=house.ids.key(),
            maker=maker,
            expires_at=house.now() + WEEK,
            made_with=made_with,
            members=_members(base, specification.filters.record_change_scope),
        )
        self._hooks[hook.id] = hook
        if self._hear not in base.watchers:
            base.watchers.append(self._hear)
        return hook

    def remove(self, hook: Hook) -> None:
        hook.notifies = False
        del self._hooks[hook.id]
        if not any(one.base is hook.base for one in self._hooks.values()):
            hook.base.watchers.remove(self._hear)

    def _hear(self, transaction: Transaction) -> None:
        for hook in list(self._hooks.values()):
            concerned = hook.base.id == transaction.base_id and hook.is_active(transaction.at)
            if concerned and hook.take(transaction):
                news(self._desk, hook)


def _members(base: Base, scope: str | None) -> Members | None:
    for table in base.tables:
        for view in table.views:
            if view.id == scope:
                return Members(base, table, view)
    return None
