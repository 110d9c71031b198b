"""Malformed requests at the whole application: none is answered 5xx, raises, or takes two seconds; no refusal changes
anything. To repeat a finding, call `tests.fuzz.campaign.campaign` with the range that it names."""

from __future__ import annotations

from collections import Counter

from tests.fuzz.campaign import campaign
from tests.proof.cores import each_batch
from tests.proof.counting import table

BATCH = 5000


def run(count: int) -> list[str]:
    counts: Counter[tuple[str, int]] = Counter()
    found: list[str] = []
    for report in each_batch(campaign, count, BATCH):
        counts.update(report.counts)
        found += report.found
    print(table(counts))
    return found
