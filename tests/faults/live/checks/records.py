"""The trail makes the state, nothing waits, every document can be carried out, and servers end without an error."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tests.faults.live.ledger import Ledger
from tests.simulation.invariants_at_end import r9_reports_fold_in_any_order
from titus_adapters.sandbox.twilio.switchboard import DOCUMENT_CODES
from titus_core.calls.history import fold


def events_fold_to_what_is_stored(ledger: Ledger) -> Iterator[str]:
    for call_id, call in ledger.stored.calls.items():
        folded = fold(ledger.stored.events[call_id])
        if folded is None or msgspec.structs.replace(folded, version=call.version) != call:
            yield f"the events of {call_id} do not make what is stored"


def reports_fold_in_any_order(ledger: Ledger) -> Iterator[str]:
    for history in ledger.histories.values():
        yield from r9_reports_fold_in_any_order(history)


def nothing_waits(ledger: Ledger) -> Iterator[str]:
    for kept in ledger.stored.inbox.values():
        if not kept.reduced:
            yield f"{kept.route} {kept.key} waits"


def every_document_is_sound(ledger: Ledger) -> Iterator[str]:
    for finding in ledger.played.twilio.findings:
        if finding.code in DOCUMENT_CODES:
            yield f"{finding.code} {finding.message} ({finding.url})"


def requests_are_answered(ledger: Ledger) -> Iterator[str]:
    """Outside restarts, and with what asks a document and what reports 200; nothing is refused."""
    for exchange in ledger.played.wire.exchanges:
        answer = exchange.answer
        if (exchange.calm and not exchange.acknowledged) or (answer.status and not exchange.acknowledged):
            yield f"{exchange.route} got {answer.status or answer.error}: {exchange.body!r}"


def servers_have_no_errors(ledger: Ledger) -> Iterator[str]:
    for line in ledger.played.log.splitlines():
        if "Traceback" in line or " ERROR " in line:
            yield f"log: {line}"
    if any(ledger.played.exits):
        yield f"the servers ended with {ledger.played.exits}"
