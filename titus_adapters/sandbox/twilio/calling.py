"""Starts calls: somebody dials a number, a browser dials out, the app asks for a call over REST."""

from __future__ import annotations

import msgspec

from titus_adapters.sandbox.twilio import progress
from titus_adapters.sandbox.twilio.behaviour import Caller
from titus_adapters.sandbox.twilio.engine.process import sleep
from titus_adapters.sandbox.twilio.records import Call
from titus_adapters.sandbox.twilio.switchboard import Switchboard
from titus_adapters.sandbox.twilio.verbs import machine
from titus_adapters.sandbox.twilio.verbs.legs import tell_machine
from titus_adapters.sandbox.twilio.verbs.line import HungUp, Line, Source, interrupt
from titus_adapters.sandbox.twilio.verbs.ringing import NotAnswered, ring
from titus_adapters.sandbox.twilio.world import Application, Number

LOOKS_AGAIN = 5.0
HELD = frozenset({"talk", "record", "agent"})
CALL_TOKEN = "%7B%22parentCallInfoToken%22%3A%22SANDBOX%22%7D"  # noqa: S105 - a made-up value of a form field


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A call as REST asks for it."""

    from_: str
    to: str
    source: Source
    timeout: float = 60.0
    fallback: str = ""
    fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"
    status_callback_events: tuple[str, ...] = ("completed",)
    machine_callback: str = ""


def call_in(board: Switchboard, caller: Caller, number: Number) -> Call:
    """Somebody dials one of the account's numbers."""
    call = _incoming(board, caller, number.phone_number)
    call.number = number
    call.callback, call.callback_method = number.status_callback, number.status_callback_method
    params: dict[str, str] = {}
    if caller.forwarded_from is not None:
        call.extra["ForwardedFrom"] = caller.forwarded_from
        params["CallToken"] = CALL_TOKEN
    source = Source(kind="incoming", url=number.voice_url, method=number.voice_method, params=params)
    _start(board, call, source, number.voice_fallback_url, number.voice_fallback_method)
    return call


def call_from_browser(
    board: Switchboard, caller: Caller, to: str, application: Application, params: dict[str, str]
) -> Call:
    """A browser dials out: the TwiML App is asked, with whatever fields the browser chose."""
    call = _incoming(board, caller, to)
    call.callback = application.status_callback
    call.extra = {"ApplicationSid": application.sid, **params}
    source = Source(kind="incoming", url=application.voice_url, method=application.voice_method)
    _start(board, call, source, application.voice_fallback_url, "POST")
    return call


def call_out(board: Switchboard, wanted: Wanted) -> Call:
    """The app asks for a call over REST: queued, then started at the account's pace."""
    call = Call(
        sid=board.sids.new("CA"),
        from_=wanted.from_,
        to=wanted.to,
        direction="outbound-api",
        created_at=board.now(),
        number=board.world.numbers.get(wanted.from_),
        callback=wanted.status_callback,
        callback_method=wanted.status_callback_method,
        callback_events=wanted.status_callback_events,
    )
    board.calls[call.sid] = call
    board.last_api_start = max(board.now(), board.last_api_start + 1 / board.pace.calls_per_second)
    wait = board.last_api_start - board.now()
    board.processes[call.sid] = board.spawn(_dial_out, board, call, wanted, wait)
    return call


def _incoming(board: Switchboard, caller: Caller, to: str) -> Call:
    return Call(
        sid=board.sids.new("CA"),
        from_=caller.number,
        to=to,
        direction="inbound",
        created_at=board.now(),
        status="ringing",
        party=caller,
    )


def _start(board: Switchboard, call: Call, source: Source, fallback: str, fallback_method: str) -> None:
    board.calls[call.sid] = call
    board.note(call, "caller", f"{call.from_} dials {call.to}")
    line = Line(board, call, machine.follow, fallback=fallback, fallback_method=fallback_method)
    board.processes[call.sid] = board.spawn(machine.run, line, source)
    _limit(board, call)
    line.begin("ring")
    if isinstance(call.party, Caller) and call.party.gives_up_after is not None:
        board.agenda.later(call.party.gives_up_after, lambda: _give_up(board, call))


def _limit(board: Switchboard, call: Call) -> None:
    timer = board.agenda.later(board.pace.longest_call, lambda: interrupt(board, call, HungUp("twilio")))
    board.limits[call.sid] = timer


def _give_up(board: Switchboard, call: Call) -> None:
    """Leave; whoever is held by a person, the agent or a message sees afterwards."""
    if call.ended:
        return
    if board.activities.get(call.sid) in HELD:
        board.agenda.later(LOOKS_AGAIN, lambda: _give_up(board, call))
    else:
        interrupt(board, call, HungUp("party"))


async def _dial_out(board: Switchboard, call: Call, wanted: Wanted, wait: float) -> None:
    if not await _queue(board, call, wait):
        return
    timer = board.agenda.later(wanted.timeout, lambda: _stop_ringing(board, call))
    try:
        call.party = await ring(board, call)
    except NotAnswered as silence:
        progress.end(board, call, silence.status, silence.sip_code)
    except HungUp as gone:
        progress.end(board, call, "no-answer" if gone.by == "timeout" else "canceled")
    timer.cancel()
    if call.ended:
        return
    _limit(board, call)
    progress.advance(board, call, "in-progress")
    if wanted.machine_callback:
        board.spawn(tell_machine, board, call, wanted.machine_callback)
    line = Line(board, call, machine.follow, fallback=wanted.fallback, fallback_method=wanted.fallback_method)
    await machine.run(line, wanted.source)


async def _queue(board: Switchboard, call: Call, wait: float) -> bool:
    """Wait for a turn; a call taken back before it tells nobody (documented)."""
    try:
        await sleep(wait)
    except HungUp:
        call.callback = ""
        progress.end(board, call, "canceled")
        return False
    return True


def _stop_ringing(board: Switchboard, call: Call) -> None:
    if call.answered_at is None:
        interrupt(board, call, HungUp("timeout"))
