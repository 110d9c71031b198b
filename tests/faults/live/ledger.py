"""What the world did, beside what is stored: the accounts that the checks compare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec

from tests.faults.live.acts import LINKS
from tests.faults.live.clock import BASE
from tests.faults.live.run import Played
from tests.faults.live.stored import Kept, Stored, everything
from tests.faults.live.wire import Exchange
from tests.simulation.history import Delivered, History
from titus_adapters.memory.world import World
from titus_adapters.sandbox.twilio.records import Call as Caller
from titus_core.calls.advance_hunt import NextStep
from titus_core.calls.instructions import HandOver
from titus_core.calls.model import Call
from titus_core.kernel.ids import CallId
from titus_http.bootstrap import build_for
from titus_http.webhooks.twilio.body import Form, parse_query
from titus_http.webhooks.twilio.routes import Asked, Route, routes
from titus_http.webhooks.twilio.twiml import render

NO_CALLS = frozenset({"sms-inbound", "sms-status", "debugger"})
"""Twilio's webhooks that tell of no call."""

AGENT_URL = "https://agent.example/twilio/inbound_call?agent_id=agent_live&caller_id="


class Answered(msgspec.Struct, frozen=True):
    """An exchange that was acknowledged, and what it was about. `stands_in`: the answer is the one that needs no
    store, because the work failed or took too long."""

    exchange: Exchange
    route: Route[Any]
    key: str
    call_id: CallId
    stands_in: bool

    @property
    def asked(self) -> bool:
        return self.route.degrade is not None


class Ledger(msgspec.Struct, frozen=True):
    """`callers` are the world's calls; `answered` and `histories` (what was kept of each call) go by call."""

    played: Played
    stored: Stored
    callers: dict[CallId, Caller]
    answered: dict[CallId, list[Answered]]
    histories: dict[CallId, History]

    def all_answered(self) -> Iterator[Answered]:
        return (told for answered in self.answered.values() for told in answered)

    def both(self) -> Iterator[tuple[CallId, Caller, Call]]:
        """The calls of the world that are stored."""
        for call_id, caller in self.callers.items():
            if (call := self.stored.calls.get(call_id)) is not None:
                yield call_id, caller, call


async def ledger(played: Played) -> Ledger:
    stored = await everything(played.store)
    table = {name: route for name, route in routes(build_for(World()).calls).items() if name not in NO_CALLS}
    callers = {CallId(call.sid): call for call in played.twilio.calls if call.parent is None}
    answered: dict[CallId, list[Answered]] = defaultdict(list)
    for exchange in played.wire.exchanges:
        if exchange.acknowledged and exchange.route in table:
            told = _answered(exchange, table[exchange.route], stored, redirects=not played.script.afterwards)
            answered[told.call_id].append(told)
    histories: dict[CallId, History] = {}
    for kept in stored.inbox.values():
        if kept.route not in table:
            continue
        fact = _fact(table[kept.route], kept.body, kept.query)[1]
        call_id: CallId = fact.call_id
        if call_id not in histories:
            histories[call_id] = _history(played.script.seed, call_id, stored)
        _add(histories[call_id], kept, fact, asked=table[kept.route].degrade is not None)
    return Ledger(played, stored, callers, dict(answered), histories)


def _answered(exchange: Exchange, route: Route[Any], stored: Stored, *, redirects: bool) -> Answered:
    key, fact = _fact(route, exchange.body.decode(), exchange.query)
    stands_in = False
    if route.degrade is not None:
        kept = stored.inbox.get((route.name, key))
        if kept is None or kept.reply is None or render(kept.reply, LINKS) != exchange.answer.body:
            form = _form(exchange.body.decode())
            agent = AGENT_URL + form.fields["From"].replace("+", "%2B") if redirects else None
            stands_in = exchange.answer.body == route.degrade(Asked(form, _form(exchange.query), LINKS, agent))
    return Answered(exchange, route, key, fact.call_id, stands_in)


def _fact(route: Route[Any], body: str, query: str) -> tuple[str, Any]:
    key, fact = route.read(_form(body), _form(query))
    return key, fact.fact if isinstance(fact, NextStep) else fact


def _form(text: str) -> Form:
    form = parse_query(text.encode())
    assert isinstance(form, Form), text
    return form


def _history(seed: int, call_id: CallId, stored: Stored) -> History:
    history = History(seed, BASE)
    if call_id in stored.calls:
        history.calls[call_id] = stored.calls[call_id]
        history.events[call_id] = stored.events.get(call_id, [])
    return history


def _add(history: History, kept: Kept, fact: Any, *, asked: bool) -> None:
    history.delivered.append(Delivered(kept.route, kept.key, fact, kept.reply, asked))
    if kept.reply is not None and any(isinstance(step, HandOver) for step in kept.reply.instructions):
        history.handed_over.add(kept.reply.call_id)
