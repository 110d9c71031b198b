"""The trail makes the state, nothing waits, every document can be carried out, and servers end without an error."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tests.faults.live.ledger import Ledger
from tests.faults.live.providers import SECRET
from tests.simulation.invariants_at_end import r9_reports_fold_in_any_order
from titus_adapters.sandbox.elevenlabs.desk import Sent
from titus_adapters.sandbox.elevenlabs.signature import HEADER, sign
from titus_adapters.sandbox.twilio.switchboard import DOCUMENT_CODES
from titus_core.calls.history import fold

POST_CALL = "post-call"
PROXY = 502
"""What something on the way answers in our place."""


def posts_are_answered(ledger: Ledger) -> Iterator[str]:
    """What the agent's provider posts is taken, unless it is forged."""
    outside = ledger.played.providers
    for sent in outside.elevenlabs.sent() if outside.elevenlabs is not None else ():
        if sent.status in {0, PROXY}:
            continue
        genuine = sent.headers.get(HEADER, "") == _signed(sent)
        if (sent.status == 200) != genuine:
            yield f"{sent.kind} of {sent.conversation_id}, genuine: {genuine}, got {sent.status}"


def _signed(sent: Sent) -> str:
    """With the real secret, at the moment that it names."""
    moment = sent.headers.get(HEADER, "t=0,").partition(",")[0].removeprefix("t=")
    return sign(SECRET, sent.body, float(moment))


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
    """Outside restarts, and with what asks a document and what reports 200; nothing of Twilio's is refused."""
    for exchange in ledger.played.wire.exchanges:
        if exchange.route == POST_CALL:
            continue
        answer = exchange.answer
        if (exchange.calm and not exchange.acknowledged) or (answer.status and not exchange.acknowledged):
            yield f"{exchange.route} got {answer.status or answer.error}: {exchange.body!r}"


def servers_have_no_errors(ledger: Ledger) -> Iterator[str]:
    for line in ledger.played.log.splitlines():
        if "Traceback" in line or " ERROR " in line:
            yield f"log: {line}"
    if any(ledger.played.exits):
        yield f"the servers ended with {ledger.played.exits}"
