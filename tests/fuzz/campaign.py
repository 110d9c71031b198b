"""Sends the requests of a range of seeds and says what happened."""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import lru_cache
from typing import Any

import msgspec

from tests.fuzz.client import Answer, call
from tests.fuzz.document import Document
from tests.fuzz.judge import faults
from tests.fuzz.mix import Sent, one
from tests.fuzz.target import Target

LIFE = 250
"""After so many requests everything is as it was: by then people are signed out, renamed and inactive."""


class Report(msgspec.Struct, frozen=True):
    """`counts` by kind of request and status; `found` names the seed, and the range to repeat it with."""

    counts: Counter[tuple[str, int]]
    found: list[str]


def campaign(seeds: range) -> Report:
    """Each seed is one request. To repeat a finding, use the range that it names."""
    return asyncio.run(_campaign(seeds))


async def _campaign(seeds: range) -> Report:
    report = Report(Counter(), [])
    target = await Target().open()
    began, rows = target.world.clock.now(), target.rows()
    with target.listening():
        for start in range(seeds.start, seeds.stop, LIFE):
            target.restore(rows)
            target.world.clock.turn_to(began)
            await _live(target, range(start, min(start + LIFE, seeds.stop)), report)
    return report


async def on_store(store: Any, seeds: range) -> Report:
    """The same on another store than the one in memory: what changed cannot be seen, what failed can."""
    report = Report(Counter(), [])
    target = await Target(store).open()
    with target.listening():
        await _live(target, seeds, report)
    return report


async def _live(target: Target, seeds: range, report: Report) -> None:
    for seed in seeds:
        before = target.rows()
        sent = one(seed, target, _document())
        answer = await call(target.app, sent.request)
        report.counts[sent.kind, answer.status] += 1
        found = faults(sent.request, answer, target.tokens.values()) + _changed(sent, answer, before, target.rows())
        found += _logged(target)
        if found:
            where = f"range({seeds.start}, {seed + 1}): {sent.kind}: {sent.request.method}"
            report.found.extend([f"{where} {sent.request.target[:120]!r} {fault}" for fault in found])
        target.world.clock.advance(1)
    for _ in range(3):
        target.world.clock.advance(60)
        await target.titus.ticker.once()
    report.found.extend([f"range({seeds.start}, {seeds.stop}): later: {fault}" for fault in _logged(target)])


def _logged(target: Target) -> list[str]:
    found = [f"logged {error}" for error in target.errors]
    target.errors.clear()
    return found


def _changed(sent: Sent, answer: Answer, before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Who proved nothing, or was refused, changed nothing."""
    if sent.trusted and answer.status < 400:
        return []
    # A session may be told apart from its last request: that is no secret to who carries it.
    watched = [name for name in before if name != "sessions" or not sent.trusted]
    return [f"{answer.status}, but changed {name}" for name in watched if before[name] != after[name]]


@lru_cache(maxsize=1)
def _document() -> Document:
    return Document(Target())
