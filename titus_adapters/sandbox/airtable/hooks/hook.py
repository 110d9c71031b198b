"""One webhook: its payloads, its life of a week, and how its pings went."""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from titus_adapters.sandbox.airtable.base.base import Base
from titus_adapters.sandbox.airtable.base.changes import Transaction
from titus_adapters.sandbox.airtable.hooks.payloads import Told, error_payload, frame, payloads_of
from titus_adapters.sandbox.airtable.hooks.specification import Specification
from titus_adapters.sandbox.airtable.hooks.views import Members
from titus_adapters.sandbox.airtable.times import stamp

WEEK = 7 * 86_400.0


class Kept(msgspec.Struct, frozen=True):
    """A payload under its number."""

    number: int
    at: float
    payload: Told


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """How the last ping went. `retry` 0 is the first try."""

    success: bool
    at: float
    milliseconds: float
    retry: int
    will_be_retried: bool = False
    error: str = ""


class Hook(msgspec.Struct, kw_only=True, eq=False):
    """The fields below `secret` are live."""

    id: str
    base: Base
    specification: Specification
    url: str | None
    secret: bytes
    maker: str
    expires_at: float
    made_with: str = ""
    """The token of an integration, which sees its own webhooks only."""
    notifies: bool = True
    broken: str | None = None
    """Airtable's word for why there are no payloads any more."""
    next_number: int = 1
    payloads: list[Kept] = msgspec.field(default_factory=list)
    last_success: float | None = None
    last_result: Result | None = None
    pinging: bool = False
    has_news: bool = False
    members: Members | None = None

    def is_active(self, now: float) -> bool:
        return now < self.expires_at and self.broken is None

    def is_forgotten(self, now: float) -> bool:
        """Its payloads can be read for a week after its end."""
        return now >= self.expires_at + WEEK

    def extend(self, now: float) -> None:
        self.expires_at = now + WEEK

    def take(self, transaction: Transaction) -> bool:
        """Keep what it is to be told; whether there was anything."""
        trouble = self.specification.trouble(self.base)
        if trouble is not None:
            self.broken = trouble
            self._keep(transaction.at, [error_payload(self.base, transaction.at, trouble)])
            return True
        if not self.specification.listens_to(transaction.source):
            return False
        split = self.base.house.switches.split_payloads
        told = payloads_of(self.base, self.specification, transaction, split) + self._of_view(transaction)
        self._keep(transaction.at, told)
        return bool(told)

    def prune(self, now: float) -> None:
        """Payloads are kept for a week; their numbers are never used again."""
        self.payloads = [kept for kept in self.payloads if now - kept.at < WEEK]

    @property
    def secret_text(self) -> str:
        return base64.b64encode(self.secret).decode()

    def shown(self, now: float) -> dict[str, Any]:
        """As the list of webhooks has it."""
        return {
            "id": self.id,
            "type": "client",
            "isHookEnabled": self.is_active(now),
            "notificationUrl": self.url,
            "cursorForNextPayload": self.next_number,
            "areNotificationsEnabled": self.notifies,
            "lastSuccessfulNotificationTime": stamp(self.last_success) if self.last_success is not None else None,
            "expirationTime": stamp(self.expires_at),
            "lastNotificationResult": _shown(self.last_result) if self.last_result is not None else None,
            "specification": msgspec.to_builtins(self.specification),
        }

    def _keep(self, at: float, told: list[Told]) -> None:
        for payload in told:
            self.payloads.append(Kept(self.next_number, at, payload))
            self.next_number += 1

    def _of_view(self, transaction: Transaction) -> list[Told]:
        if self.members is None or self.members.table_id not in transaction.tables:
            return []
        told = self.members.told(self.specification, transaction.tables[self.members.table_id])
        if not told or not self.specification.wants("tableData"):
            return []
        return [frame(self.base, transaction) | {"changedTablesById": {self.members.table_id: told}}]


def _shown(result: Result) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "success": result.success,
        "completionTimestamp": stamp(result.at),
        "durationMs": result.milliseconds,
        "retryNumber": result.retry,
    }
    if result.success:
        return shown
    return shown | {"willBeRetried": result.will_be_retried, "error": {"message": result.error}}
