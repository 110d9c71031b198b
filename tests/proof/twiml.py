"""Texts of callers and administrators that would like to be TwiML: every document is well-formed, and has the elements
of one with a harmless text."""

from __future__ import annotations

from tests.fuzz.twiml import injected
from tests.proof.cores import on_all_cores

BATCH = 1000


def run(count: int) -> list[str]:
    return on_all_cores(injected, count, BATCH)
