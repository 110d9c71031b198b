"""Nothing is lost: every request that was acknowledged is stored and seen, every call is there as it really was."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.live.ledger import Ledger
from tests.simulation.reflection import reflected
from titus_core.calls.events import CallReported
from titus_core.calls.model import CallStatus
from titus_core.kernel.ids import CallId


def every_acknowledged_request_is_kept(ledger: Ledger) -> Iterator[str]:
    for told in ledger.all_answered():
        if not told.stands_in and (told.route.name, told.key) not in ledger.stored.inbox:
            yield f"{told.route.name} {told.key} was acknowledged and is not stored"


def every_call_that_got_through_is_stored(ledger: Ledger) -> Iterator[str]:
    for call_id, answered in ledger.answered.items():
        if call_id not in ledger.stored.calls and not all(told.stands_in for told in answered):
            yield f"{call_id} is not stored"


def only_calls_of_the_world_are_stored(ledger: Ledger) -> Iterator[str]:
    for call_id in ledger.stored.calls:
        if call_id not in ledger.callers:
            yield f"{call_id} is stored, and nobody called"


def every_kept_fact_is_seen_in_its_call(ledger: Ledger) -> Iterator[str]:
    for call_id, history in ledger.histories.items():
        for delivered in history.delivered:
            if not reflected(delivered.fact, history.calls):
                yield f"{call_id}: {delivered.fact} is not to be seen"


def calls_end_as_the_world_ended_them(ledger: Ledger) -> Iterator[str]:
    """Status and duration, wherever the provider's last word came through or was asked for."""
    for call_id, caller, call in ledger.both():
        told = {fact.status for fact in _reports(ledger, call_id)} | {CallStatus(caller.status)}
        told |= {CallStatus.COMPLETED} if _was_told_gone(ledger, call_id) else set()
        if call.status not in told:
            yield f"{call_id} is {call.status}, and really {caller.status}"
        if any(fact.duration is not None for fact in _reports(ledger, call_id)) and call.duration != caller.duration:
            yield f"{call_id} lasted {caller.duration} s, and {call.duration} is stored"


def _reports(ledger: Ledger, call_id: CallId) -> list[CallReported]:
    return [event for event, _ in ledger.stored.events[call_id] if isinstance(event, CallReported)]


def _was_told_gone(ledger: Ledger, call_id: CallId) -> bool:
    """Whether a question said by the way that the caller is gone: the provider then says `completed`, whatever it
    calls the call in the end."""
    history = ledger.histories.get(call_id)
    facts = [delivered.fact for delivered in history.delivered] if history is not None else []
    return any(getattr(fact, "caller_status", None) is CallStatus.COMPLETED for fact in facts)
