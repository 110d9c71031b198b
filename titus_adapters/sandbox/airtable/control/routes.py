"""The control API: JSON in, JSON out, no credentials."""

from litestar import Router, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.exceptions import ClientException
from litestar.params import JSONBody

from titus_adapters.sandbox.airtable.control.records import RECORDS
from titus_adapters.sandbox.airtable.control.shapes import (
    AddBase,
    BaseView,
    Lock,
    Pass,
    SetFaults,
    SetLimits,
    SetToken,
    SetWeather,
    State,
    Use,
    base_view,
    state_of,
)
from titus_adapters.sandbox.airtable.hooks.weather import Weather
from titus_adapters.sandbox.airtable.house import User
from titus_adapters.sandbox.airtable.sandbox import AirtableSandbox
from titus_adapters.sandbox.airtable.switches import Pace, Switches

Sandbox = NamedDependency[AirtableSandbox]


def control_router(sandbox: AirtableSandbox) -> Router:
    return Router(
        path="/control",
        route_handlers=[
            state,
            add_base,
            set_token,
            set_faults,
            set_weather,
            set_switches,
            set_pace,
            set_limits,
            lock_base,
            use_quota,
            kill_iterators,
            pass_time,
            *RECORDS,
        ],
        dependencies={"sandbox": Provide(lambda: sandbox, sync_to_thread=False)},
    )


@get("/state")
async def state(sandbox: Sandbox) -> State:
    """Bases, limits, faults to come, and what was asked so far."""
    return state_of(sandbox)


@post("/bases")
async def add_base(data: JSONBody[AddBase], sandbox: Sandbox) -> BaseView:
    handle = sandbox.base({"tables": data.tables}, id=data.id, name=data.name)
    return base_view(sandbox, handle.id)


@put("/tokens")
async def set_token(data: JSONBody[SetToken], sandbox: Sandbox) -> State:
    user = User(id=data.user_id, email=data.email, permission=data.permission)
    sandbox.token(data.secret, user=user, scopes=data.scopes, bases=data.bases, oauth=data.oauth)
    return state_of(sandbox)


@put("/faults")
async def set_faults(data: JSONBody[SetFaults], sandbox: Sandbox) -> State:
    sandbox.desk.faults.clear()
    sandbox.break_rest(*data.faults)
    return state_of(sandbox)


@put("/weather")
async def set_weather(data: JSONBody[SetWeather], sandbox: Sandbox) -> State:
    sandbox.set_weather(Weather(*data.rules, seed=data.seed))
    return state_of(sandbox)


@put("/switches")
async def set_switches(data: JSONBody[Switches], sandbox: Sandbox) -> State:
    sandbox.set_switches(data)
    return state_of(sandbox)


@put("/pace")
async def set_pace(data: JSONBody[Pace], sandbox: Sandbox) -> State:
    sandbox.house.pace = data
    return state_of(sandbox)


@put("/limits")
async def set_limits(data: JSONBody[SetLimits], sandbox: Sandbox) -> State:
    sandbox.house.limits, sandbox.desk.meter.is_off = data.limits, data.off
    return state_of(sandbox)


@post("/lock", status_code=200)
async def lock_base(data: JSONBody[Lock], sandbox: Sandbox) -> State:
    """As if somebody else had asked too often."""
    sandbox.lock(data.base_id, data.seconds)
    return state_of(sandbox)


@post("/quota", status_code=200)
async def use_quota(data: JSONBody[Use], sandbox: Sandbox) -> State:
    """As if so many requests had been made this month."""
    sandbox.use_quota(data.count)
    return state_of(sandbox)


@post("/iterators/kill", status_code=200)
async def kill_iterators(sandbox: Sandbox) -> State:
    """As a restart of Airtable does."""
    sandbox.kill_iterators()
    return state_of(sandbox)


@post("/time", status_code=200)
async def pass_time(data: JSONBody[Pass], sandbox: Sandbox) -> State:
    """In virtual time of its own only."""
    if sandbox.in_real_time or sandbox.follows_a_clock:
        raise ClientException("This sandbox follows another clock")
    if data.seconds is None:
        await sandbox.run_until_idle()
    else:
        await sandbox.run_for(data.seconds)
    return state_of(sandbox)
