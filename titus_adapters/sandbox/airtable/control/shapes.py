"""What the control side says and takes."""

from __future__ import annotations

from typing import Any

import msgspec

from titus_adapters.sandbox.airtable.accounts import SCOPES, SERVICE
from titus_adapters.sandbox.airtable.faults import Fault
from titus_adapters.sandbox.airtable.hooks.weather import Rule
from titus_adapters.sandbox.airtable.journal import Asked
from titus_adapters.sandbox.airtable.sandbox import AirtableSandbox
from titus_adapters.sandbox.airtable.switches import Limits, Pace, Switches

SHOWN = 200
"""Requests."""


class SetFaults(msgspec.Struct, frozen=True, kw_only=True):
    """Replaces all faults; an empty list means fair weather."""

    faults: list[Fault] = []


class SetWeather(msgspec.Struct, frozen=True, kw_only=True):
    """Replaces what happens to pings; no rules mean fair weather."""

    rules: list[Rule] = []
    seed: int = 0


class SetToken(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever is named need not be known yet."""

    secret: str
    user_id: str = SERVICE.id
    email: str = SERVICE.email
    permission: str = "create"
    scopes: frozenset[str] = SCOPES
    bases: frozenset[str] | None = None
    oauth: bool = False


class SetLimits(msgspec.Struct, frozen=True, kw_only=True):
    """`off` lets everybody ask as often as they like."""

    limits: Limits = Limits()
    off: bool = False


class SetView(msgspec.Struct, frozen=True, kw_only=True):
    """What a view shows, which metadata does not tell. `sort`: field, and whether it goes down."""

    table: str
    name: str
    formula: str | None = None
    sort: list[tuple[str, bool]] = []


class AddBase(msgspec.Struct, frozen=True, kw_only=True):
    """`tables` as the metadata API answers them."""

    tables: list[dict[str, Any]]
    id: str | None = None
    name: str = "Titus sandbox"


class Lock(msgspec.Struct, frozen=True, kw_only=True):
    base_id: str
    seconds: float = 30.0


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """So many requests of this month's quota."""

    count: int


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """Let virtual time pass: so many seconds, or until nothing is planned."""

    seconds: float | None = None


class BaseView(msgspec.Struct, frozen=True, kw_only=True):
    """`tables`: how many records each has."""

    id: str
    name: str
    tables: dict[str, int]
    locked_for: float
    used_this_month: int
    webhooks: list[dict[str, Any]]


class AskedView(msgspec.Struct, frozen=True, kw_only=True):
    at: float
    method: str
    path: str
    query: str
    status: int
    fault: str


class State(msgspec.Struct, frozen=True, kw_only=True):
    """`asked` has the newest request first."""

    now: float
    bases: list[BaseView]
    tokens: list[str]
    limits: Limits
    limits_off: bool
    switches: Switches
    pace: Pace
    faults: list[Fault]
    iterators: int
    pings: int
    asked: list[AskedView]


def state_of(sandbox: AirtableSandbox) -> State:
    desk = sandbox.desk
    newest = list(desk.journal.asked)[: -SHOWN - 1 : -1]
    return State(
        now=sandbox.now,
        bases=[base_view(sandbox, base_id) for base_id in desk.bases],
        tokens=list(desk.tokens),
        limits=desk.house.limits,
        limits_off=desk.meter.is_off,
        switches=desk.house.switches,
        pace=desk.house.pace,
        faults=desk.faults.waiting,
        iterators=len(desk.iterators),
        pings=len(desk.pings),
        asked=[_asked(one) for one in newest],
    )


def base_view(sandbox: AirtableSandbox, base_id: str) -> BaseView:
    desk, base = sandbox.desk, sandbox.desk.bases[base_id]
    return BaseView(
        id=base.id,
        name=base.name,
        tables={table.name: len(table.rows) for table in base.tables},
        locked_for=desk.meter.locked_for(base.id, sandbox.now),
        used_this_month=desk.meter.used_in(base.workspace_id, sandbox.now),
        webhooks=[hook.shown(sandbox.now) for hook in sandbox.hooks(base.id)],
    )


def _asked(one: Asked) -> AskedView:
    return AskedView(at=one.at, method=one.method, path=one.path, query=one.query, status=one.status, fault=one.fault)
