"""What a live world printed comes to: the counts of the proof, and what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import TypeAlias

import msgspec

from tests.aftermath.checks import findings
from tests.faults.live.acts import Script
from tests.faults.live.checks import effects, lost, outcomes, records
from tests.faults.live.ledger import Ledger, ledger
from tests.faults.live.run import played
from titus_core.calls.evidence import outcome

Check: TypeAlias = Callable[[Ledger], Iterator[str]]

COLUMNS: dict[str, tuple[Check, ...]] = {
    "lost": (
        lost.every_acknowledged_request_is_kept,
        lost.every_call_that_got_through_is_stored,
        lost.only_calls_of_the_world_are_stored,
        lost.every_kept_fact_is_seen_in_its_call,
        lost.calls_end_as_the_world_ended_them,
    ),
    "double outcomes": (
        outcomes.every_call_is_settled_once,
        outcomes.outcomes_are_what_the_facts_prove,
        outcomes.outcomes_are_what_happened,
        outcomes.a_settled_outcome_never_falls,
    ),
    "double effects": (
        effects.nobody_is_rung_twice_at_once,
        effects.a_wave_is_dialled_for_one_question,
        effects.a_caller_talks_to_one_person,
        effects.one_person_of_a_wave_is_told_to_have_the_caller,
        effects.repetitions_get_the_same_bytes,
        effects.nobody_is_held,
    ),
    "unsound records or answers": (
        records.events_fold_to_what_is_stored,
        records.reports_fold_in_any_order,
        records.nothing_waits,
        records.every_document_is_sound,
        records.requests_are_answered,
        records.posts_are_answered,
        records.servers_have_no_errors,
    ),
}
"""What is counted, by the columns of the proof. Each check yields what is wrong, in words that name the call."""


FOLLOWS = ("recordings", "conversations", "summaries", "callbacks", "notices")
"""What has to follow some of the calls, if a count of it is to say anything."""


class Figures(msgspec.Struct, frozen=True):
    """`found` are the faults by column; `seconds` of answers that callers waited for, outside restarts."""

    lines: list[str]
    found: dict[str, list[str]]
    seconds: list[float]

    @property
    def faults(self) -> list[str]:
        return [f"{column}: {fault}" for column, faults in self.found.items() for fault in faults]


async def proved(script: Script) -> Figures:
    """Play it and count."""
    async with played(script) as over:
        return counted(await ledger(over))


def counted(book: Ledger) -> Figures:
    found = {
        column: [f"{check.__name__}: {what}" for check in checks for what in check(book)]
        for column, checks in COLUMNS.items()
    }
    books = book.played.books
    if books is not None:
        idle = [f"there were no {what}: nothing could get lost" for what in FOLLOWS if not books.counts[what]]
        found["lost, twice or misplaced afterwards"] = findings(books) + idle
    seconds = sorted(
        told.exchange.seconds
        for answered in book.answered.values()
        for told in answered
        if told.asked and told.exchange.calm
    )
    return Figures(_lines(book, found, seconds), found, seconds)


def percentile(values: Sequence[float], share: float) -> float:
    """Of sorted values; nan if there are none."""
    return values[min(len(values) - 1, int(len(values) * share))] if values else float("nan")


def _lines(book: Ledger, found: dict[str, list[str]], seconds: list[float]) -> list[str]:
    over, calls = book.played, book.stored.calls
    exchanges = over.wire.exchanges
    answered = [told for group in book.answered.values() for told in group]
    kinds = len({(told.route.name, told.key) for told in answered})
    dropped = sum("dropped" in entry.text for caller in book.callers.values() for entry in caller.timeline)
    restarts = sorted(over.restarts)
    unreached = [caller for call_id, caller in book.callers.items() if call_id not in calls]
    slowest = max(
        (call.settled_at - call.ended_at for call in calls.values() if call.settled_at and call.ended_at),
        default=timedelta(),
    )
    agreeing = sum(outcome(call) == outcomes.really_ended(book.callers[call_id]) for call_id, call in calls.items())
    return [
        f"{len(book.callers):,} calls, {len(exchanges):,} requests ({len(answered) - kinds:,} of them repetitions), "
        f"{sum(not exchange.acknowledged for exchange in exchanges):,} unanswered while a server was killed, "
        f"{dropped:,} reports lost, in {over.seconds:.0f} s",
        f"{len(restarts)} kills; ready again after {percentile(restarts, 0.5):.2f} s (p50), "
        f"{percentile(restarts, 0.95):.2f} s (p95)",
        ", ".join(f"{column} {len(faults)}" for column, faults in found.items())
        + f", not terminal {sum(call.settled_at is None for call in calls.values())}",
        f"TwiML outside restarts: p50 {percentile(seconds, 0.5) * 1000:.0f} ms, "
        f"p99 {percentile(seconds, 0.99) * 1000:.0f} ms; {sum(told.stands_in for told in answered)} stood in",
        *_afterwards(book),
        f"{agreeing:,} outcomes as the world knows them; the slowest call settled {slowest.total_seconds():.0f} s (of "
        f"the world) after its end; {len(unreached)} callers reached no server at all",
    ]


def _afterwards(book: Ledger) -> list[str]:
    """What followed the calls, and what was done to requests of Titus's meanwhile."""
    books, lines = book.played.books, book.played.providers.lines
    if books is None or lines is None:
        return []
    return [
        ", ".join(f"{number:,} {what}" for what, number in books.counts.items()),
        "requests to providers met: " + ", ".join(f"{kind} {number:,}" for kind, number in sorted(lines.fired.items())),
    ]
