"""The control API: JSON in, JSON out, no credentials."""

import msgspec
from litestar import Response, Router, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import FromPath, JSONBody

from titus_adapters.sandbox.twilio.chaos import Chaos
from titus_adapters.sandbox.twilio.control.shapes import (
    CallView,
    DeviceView,
    MessageView,
    Pass,
    PlaceCall,
    PlaceText,
    SetApplication,
    SetChaos,
    SetDevice,
    SetNumber,
    State,
    call_view,
    device_view,
    message_view,
)
from titus_adapters.sandbox.twilio.records import Call
from titus_adapters.sandbox.twilio.sandbox import TwilioSandbox
from titus_adapters.sandbox.twilio.switches import Switches

Sandbox = NamedDependency[TwilioSandbox]


def control_router(sandbox: TwilioSandbox) -> Router:
    return Router(
        path="/control",
        route_handlers=[
            state,
            list_calls,
            place_call,
            show_call,
            tell_call,
            hang_up,
            set_device,
            set_number,
            make_application,
            place_text,
            set_switches,
            set_chaos,
            pass_time,
        ],
        dependencies={"sandbox": Provide(lambda: sandbox, sync_to_thread=False)},
    )


def _find(sandbox: TwilioSandbox, sid: str) -> Call:
    if sid not in sandbox.board.calls:
        raise NotFoundException(f"No call {sid}")
    return sandbox.board.calls[sid]


@get("/state")
async def state(sandbox: Sandbox) -> State:
    """Numbers, phones, messages, switches, and what was wrong so far."""
    return _look(sandbox)


def _look(sandbox: TwilioSandbox) -> State:
    world = sandbox.world
    numbers = [
        SetNumber(
            phone_number=number.phone_number,
            voice_url=number.voice_url,
            voice_fallback_url=number.voice_fallback_url,
            status_callback=number.status_callback,
            sms_url=number.sms_url,
        )
        for number in world.numbers.values()
    ]
    return State(
        now=sandbox.now,
        numbers=numbers,
        devices=[device_view(device) for device in world.devices.values()],
        messages=[message_view(message) for message in sandbox.messages],
        switches=sandbox.board.switches,
        warnings=[f"{finding.code} {finding.message}" for finding in sandbox.findings],
        double_rings=[clash.address for clash in world.double_rings],
    )


@get("/calls")
async def list_calls(sandbox: Sandbox) -> list[CallView]:
    """Calls (legs are in their timelines), newest first."""
    return [call_view(call) for call in reversed(sandbox.calls) if call.parent is None]


@post("/calls", status_code=201)
async def place_call(data: JSONBody[PlaceCall], sandbox: Sandbox) -> CallView:
    if data.application_sid:
        if data.application_sid not in sandbox.world.applications:
            raise ClientException(f"No TwiML App {data.application_sid}")
        return call_view(sandbox.call_from_browser(data.caller, data.to, data.application_sid, data.params))
    if data.to not in sandbox.world.numbers:
        raise ClientException(f"{data.to} is not a number of this account")
    return call_view(sandbox.call(data.caller, data.to))


@get("/calls/{sid:str}")
async def show_call(sid: FromPath[str], sandbox: Sandbox) -> CallView:
    return call_view(_find(sandbox, sid))


@get("/calls/{sid:str}/story")
async def tell_call(sid: FromPath[str], sandbox: Sandbox) -> Response[str]:
    """The timeline as text."""
    return Response("\n".join(sandbox.describe(_find(sandbox, sid))) + "\n", media_type="text/plain; charset=utf-8")


@post("/calls/{sid:str}/hangup", status_code=202)
async def hang_up(sid: FromPath[str], sandbox: Sandbox) -> None:
    """The party of that call or leg puts the receiver down."""
    sandbox.hang_up(_find(sandbox, sid))


@put("/devices")
async def set_device(data: JSONBody[SetDevice], sandbox: Sandbox) -> DeviceView:
    if data.address.startswith("client:"):
        identity = data.address.removeprefix("client:")
        return device_view(sandbox.world.client(identity, *data.reactions, registered=data.registered))
    return device_view(sandbox.world.phone(data.address, *data.reactions))


@put("/numbers")
async def set_number(data: JSONBody[SetNumber], sandbox: Sandbox) -> SetNumber:
    """Buy a number, or set one's addresses anew."""
    sandbox.world.number(
        data.phone_number,
        voice_url=data.voice_url,
        voice_fallback_url=data.voice_fallback_url,
        status_callback=data.status_callback,
        sms_url=data.sms_url,
    )
    return data


@post("/applications", status_code=201)
async def make_application(data: JSONBody[SetApplication], sandbox: Sandbox) -> SetApplication:
    made = sandbox.world.application(
        data.voice_url, status_callback=data.status_callback, voice_fallback_url=data.voice_fallback_url
    )
    return msgspec.structs.replace(data, sid=made.sid)


@post("/texts", status_code=201)
async def place_text(data: JSONBody[PlaceText], sandbox: Sandbox) -> MessageView:
    if data.to not in sandbox.world.numbers:
        raise ClientException(f"{data.to} is not a number of this account")
    return message_view(sandbox.text(data.from_, data.to, data.body, data.media))


@put("/switches")
async def set_switches(data: JSONBody[Switches], sandbox: Sandbox) -> Switches:
    sandbox.board.switches = data
    return data


@put("/chaos")
async def set_chaos(data: JSONBody[SetChaos], sandbox: Sandbox) -> SetChaos:
    """Outages count from now."""
    sandbox.set_chaos(Chaos(*data.rules, outages=data.outages, seed=data.seed))
    return data


@post("/time", status_code=200)
async def pass_time(data: JSONBody[Pass], sandbox: Sandbox) -> State:
    """In virtual time only: in real time the clock does it."""
    if sandbox.in_real_time:
        raise ClientException("This sandbox follows the real clock")
    if data.seconds is None:
        await sandbox.run_until_idle()
    else:
        await sandbox.run_for(data.seconds)
    return _look(sandbox)
