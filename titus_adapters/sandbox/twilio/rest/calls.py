"""Calls: create, fetch, list, redirect, end, delete."""

from typing import Any

from litestar import Controller, Request, delete, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath

from titus_adapters.sandbox.twilio.calling import Wanted, call_out
from titus_adapters.sandbox.twilio.records import Call
from titus_adapters.sandbox.twilio.rest.errors import RestError, not_found
from titus_adapters.sandbox.twilio.rest.forms import DIALLABLE, bare, diallable, method, posted, several
from titus_adapters.sandbox.twilio.rest.paging import on_days, page, same
from titus_adapters.sandbox.twilio.rest.shapes import Json, base, call_json
from titus_adapters.sandbox.twilio.switchboard import Switchboard
from titus_adapters.sandbox.twilio.verbs.line import HungUp, Redirected, Source, interrupt

Web = Request[Any, Any, Any]
LONGEST_TWIML = 4000


def find_call(board: Switchboard, sid: str) -> Call:
    call = board.calls.get(bare(sid))
    if call is None:
        raise not_found(f"{base(board.account)}/Calls/{sid}")
    return call


class Calls(Controller):
    path = "/Calls"

    @get("/{sid:str}")
    async def fetch(self, board: NamedDependency[Switchboard], sid: FromPath[str]) -> Json:
        return call_json(board.account, find_call(board, sid))

    @post("/{sid:str}", status_code=200)
    async def update(self, request: Web, board: NamedDependency[Switchboard], sid: FromPath[str]) -> Json:
        """Redirect (Url or Twiml), or end (Status)."""
        call, form = find_call(board, sid), await posted(request)
        if form.get("Status"):
            _stop(board, call, str(form["Status"]))
        elif form.get("Url") or form.get("Twiml"):
            _redirect(board, call, form)
        return call_json(board.account, call)

    @delete("/{sid:str}", status_code=204)
    async def delete(self, board: NamedDependency[Switchboard], sid: FromPath[str]) -> None:
        call = find_call(board, sid)
        if not call.ended:
            raise RestError(400, 20009, "Cannot delete this call: it has not ended")
        del board.calls[call.sid]


@get("/Calls.json")
async def list_calls(request: Web, board: NamedDependency[Switchboard]) -> Json:
    query = request.query_params
    calls = [
        call
        for call in board.calls.values()
        if same(query, "To", call.to)
        and same(query, "From", call.from_)
        and same(query, "Status", call.status)
        and same(query, "ParentCallSid", call.parent.sid if call.parent else None)
        and on_days(query, "StartTime", call.created_at)
        and on_days(query, "EndTime", call.ended_at)
    ]
    uri = f"{base(board.account)}/Calls.json"
    return page("calls", uri, calls, lambda call: call_json(board.account, call), query)


@post("/Calls.json", status_code=201)
async def create_call(request: Web, board: NamedDependency[Switchboard]) -> Json:
    form = await posted(request)
    to = diallable(form, pattern=DIALLABLE, missing=21201)
    call = call_out(
        board,
        Wanted(
            from_=_caller_id(board, form),
            to=to,
            source=_source(board, form),
            timeout=float(form.get("Timeout") or 60),
            fallback=str(form.get("FallbackUrl") or ""),
            fallback_method=method(form, "FallbackMethod"),
            status_callback=str(form.get("StatusCallback") or ""),
            status_callback_method=method(form, "StatusCallbackMethod"),
            status_callback_events=several(form, "StatusCallbackEvent", ("completed",)),
            machine_callback=str(form.get("AsyncAmdStatusCallback") or "") if form.get("MachineDetection") else "",
        ),
    )
    return call_json(board.account, call)


def _caller_id(board: Switchboard, form: FormMultiDict) -> str:
    caller = str(form.get("From") or "")
    if not caller:
        raise RestError(400, 21213, "No 'From' number is specified")
    if not DIALLABLE.fullmatch(caller):
        raise RestError(400, 21212, f"The 'From' number {caller} is not a valid phone number.")
    if caller.startswith("+") and caller not in board.world.numbers:
        raise RestError(400, 21210, f"The source phone number provided, {caller}, is not verified for your account.")
    return caller


def _source(board: Switchboard, form: FormMultiDict) -> Source:
    application = board.world.applications.get(str(form.get("ApplicationSid") or ""))
    if application is not None:
        return Source(kind="incoming", url=application.voice_url, method=application.voice_method)
    if form.get("Twiml"):
        return Source(kind="incoming", twiml=_inline(form))
    if not form.get("Url"):
        raise RestError(400, 21205, "Url parameter is required.")
    return Source(kind="incoming", url=str(form["Url"]), method=method(form, "Method"))


def _inline(form: FormMultiDict) -> str:
    twiml = str(form["Twiml"])
    if len(twiml) > LONGEST_TWIML:
        raise RestError(400, 21218, f"Twiml is longer than {LONGEST_TWIML} characters.")
    return twiml


def _stop(board: Switchboard, call: Call, status: str) -> None:
    if status not in {"completed", "canceled"}:
        raise RestError(400, 21218, f"Invalid Status: {status}")
    if call.ended:
        raise RestError(400, 21220, "Call is not in-progress. Cannot end it.")
    if status == "completed" or call.answered_at is None:
        interrupt(board, call, HungUp("api"))


def _redirect(board: Switchboard, call: Call, form: FormMultiDict) -> None:
    """Only a call in progress takes another document; an inbound one that rings, if the switch says so."""
    ringing = call.status == "ringing" and call.direction == "inbound" and board.switches.redirect_unanswered
    if call.status != "in-progress" and not ringing:
        raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
    twiml = _inline(form) if form.get("Twiml") else None
    source = Source(kind="redirect", url=str(form.get("Url") or ""), method=method(form, "Method"), twiml=twiml)
    interrupt(board, call, Redirected(source))
