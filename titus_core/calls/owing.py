"""Which calls leave something owed: whoever was not served is called back, whatever the reason."""

from __future__ import annotations

from datetime import datetime

from titus_core.callbacks.model import Callback
from titus_core.calls.events import CallSettled
from titus_core.calls.model import Call, Direction, Outcome
from titus_core.kernel.phone import e164, is_browser


def owed(call: Call, settled: CallSettled, at: datetime) -> Callback | None:
    """The callback that this call leaves when it settles; None if a person answered, if it was us who called, or if the
    caller was turned away on purpose (a blocked number).

    A talk with the AI agent and a message are no service: a person is to hear of both, and close it."""
    ours = call.direction is Direction.OUTBOUND or is_browser(call.from_number)
    if settled.outcome == Outcome.ANSWERED or ours or call.refusal is not None:
        return None
    plan = call.plan
    return Callback(
        call_id=call.id,
        caller=call.caller or e164(call.from_number),
        from_number=call.from_number,
        to_number=call.to_number,
        outcome=settled.outcome,
        called_at=call.arrived_at or call.began_at or call.seen_at,
        owed_at=at,
        group_id=plan.group_id if plan is not None else None,
        group_name=plan.group_name if plan is not None else "",
        participant=call.participant,
        contact_id=call.contact_id,
    )
