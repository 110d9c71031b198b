"""What is incomplete, over HTTP."""

from __future__ import annotations

from typing import Any

from tests.http.staff_app import Staff, at_once
from titus_adapters.memory.clock import NOON
from titus_core.calls.ports import Delivery

GAPS = "/api/voice/ledger/gaps"


def test_what_is_incomplete_is_told(staff: Staff) -> None:
    delivery = Delivery(route="status", key="CA1", token=None, query="", body="", received_at=NOON)

    async def keep(tx: Any, _: None) -> None:
        tx.inbox.keep(delivery, None, "", reduced=False)

    at_once(staff.world.store.transact(keep, None))
    assert staff.client.get(GAPS, headers=staff.olga).json() == [
        {
            "kind": "unread_webhook",
            "since": "2026-03-04T02:00:00Z",
            "subject": "status CA1",
            "callSid": None,
            "detail": "tried 0 times",
        }
    ]
    assert staff.client.get(GAPS, headers=staff.headers("will@titus.example")).status_code == 403
