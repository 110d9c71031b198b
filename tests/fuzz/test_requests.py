"""Malformed requests of all kinds: never a 5xx, nothing hidden in the log, and who is refused changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fuzz.campaign import campaign, on_store
from tests.fuzz.mix import SHARES

COUNT, PART = 20_000, 2_500


@pytest.mark.parametrize("start", range(0, COUNT, PART))
def test_no_request_breaks_anything(start: int) -> None:
    report = campaign(range(start, start + PART))
    assert report.found == []
    assert report.counts.total() == PART
    taken = {kind for kind, status in report.counts if 200 <= status < 300}
    assert taken >= {share.kind for share in SHARES if share.trusted}, "what stands behind signatures was not reached"


async def test_no_store_trips_over_a_request(store: Any) -> None:
    report = await on_store(store, range(500))
    assert report.found == []
    assert len(report.counts) > 20
