"""One outcome a call, settled once, and as it really was."""

from __future__ import annotations

from collections.abc import Iterator

from tests.aftermath.books import was_lost
from tests.faults.live.ledger import Ledger
from tests.simulation.evidence import provable
from titus_adapters.sandbox.twilio.records import Call as Caller
from titus_core.calls.events import CallSettled
from titus_core.calls.evidence import outcome
from titus_core.calls.model import Call, Outcome

RANKS = {found: rank for rank, found in enumerate(reversed(Outcome))}


def every_call_is_settled_once(ledger: Ledger) -> Iterator[str]:
    for call_id, call in ledger.stored.calls.items():
        settled = [event for event, _ in ledger.stored.events[call_id] if isinstance(event, CallSettled)]
        if call.live or call.settled_at is None or len(settled) != 1:
            yield f"{call_id} is {call.status} and was settled {len(settled)} times"


def outcomes_are_what_the_facts_prove(ledger: Ledger) -> Iterator[str]:
    for call_id, caller, call in ledger.both():
        history = ledger.histories.get(call_id)
        if history is None or _was_read_of(caller, call):
            continue
        if outcome(call) is not provable(history, call_id):
            yield f"{call_id} is {outcome(call)}, and the facts prove {provable(history, call_id)}"


def outcomes_are_what_happened(ledger: Ledger) -> Iterator[str]:
    """Never less than what really happened, where nothing was lost on the way."""
    for call_id, caller, call in ledger.both():
        found, really = outcome(call), really_ended(caller)
        if found is None or (RANKS[found] < RANKS[really] and not was_lost(ledger.played.twilio, caller)):
            yield f"{call_id} is {found}, and was {really}"


def a_settled_outcome_never_falls(ledger: Ledger) -> Iterator[str]:
    for call_id, call in ledger.stored.calls.items():
        for event, _ in ledger.stored.events[call_id]:
            now = outcome(call)
            if isinstance(event, CallSettled) and (now is None or RANKS[now] < RANKS[Outcome(event.outcome)]):
                yield f"{call_id} settled as {event.outcome}, and is {now}"


def _was_read_of(caller: Caller, call: Call) -> bool:
    """A message whose reports were all lost, and which stands in the provider's list of recordings: Titus read it
    there (`find_lost_calls`), if it did so before the world ended."""
    return outcome(call) is Outcome.VOICEMAIL is really_ended(caller)


def really_ended(caller: Caller) -> Outcome:
    """What the world knows."""
    if caller.bridges:
        return Outcome.ANSWERED
    if caller.talked_to_agent:
        return Outcome.AI_FALLBACK
    if any(recording.source == "RecordVerb" and recording.duration for recording in caller.recordings):
        return Outcome.VOICEMAIL
    return Outcome.CALLER_HUNG_UP
