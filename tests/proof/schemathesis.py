"""Cases that schemathesis makes from the OpenAPI document: every answer is one that the document tells of."""

from __future__ import annotations

from collections import Counter

from tests.fuzz.conformance import Conformance, Examiner
from tests.proof.cores import each_batch
from tests.proof.counting import table

CASES = 60
"""For each operation, in one sweep over all of them."""

PER_SWEEP = 2_000
"""At least so many cases are in a sweep: operations that take no input have few."""


def run(count: int) -> list[str]:
    counts: Counter[tuple[str, int]] = Counter()
    found: list[str] = []
    for report in each_batch(sweeps, -(-count // PER_SWEEP), 1):
        counts.update(report.counts)
        found += report.found
    print(table(counts))
    if counts.total() < count:
        found.append(f"only {counts.total():,} cases of {count:,}")
    return found


def sweeps(numbers: range) -> Conformance:
    with Examiner() as examiner:
        for number in numbers:
            for operation in examiner.operations:
                examiner.examine(operation, number, CASES)
        return examiner.report
