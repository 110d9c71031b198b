"""The table of Twilio's webhooks: path → how it is read, what it does, and what a caller gets if that fails.

A new webhook is a line here, a reader in `forms` and a test with a payload.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec

from titus_core.calls.delivering import Incoming
from titus_core.calls.instructions import Accept, AskToAccept, Hangup, Reply, Say
from titus_core.calls.keep_delivery import KeepDelivery, KeepThis
from titus_core.calls.ports import Kept
from titus_core.calls.routing import SCREENING_PROMPT
from titus_core.hunt_groups.model import Prompts
from titus_core.kernel.ids import CallId
from titus_http.use_cases import CallUseCases
from titus_http.webhooks.twilio import fallback, forms
from titus_http.webhooks.twilio.body import Form
from titus_http.webhooks.twilio.links import Links
from titus_http.webhooks.twilio.markup import EMPTY
from titus_http.webhooks.twilio.twiml import render

F = TypeVar("F")


class Asked(msgspec.Struct, frozen=True):
    """A verified request as a degraded answer needs it."""

    form: Form
    query: Form
    links: Links
    agent_url: str | None


Degrade: TypeAlias = Callable[[Asked], bytes]


class Route(msgspec.Struct, Generic[F], frozen=True):
    """`degrade` makes the answer when `act` failed; None: Twilio only reports, and shall repeat what was not stored."""

    name: str
    read: Callable[[Form, Form], tuple[str, F]]
    act: Callable[[Incoming[F]], Awaitable[Kept]]
    degrade: Degrade | None = None


def routes(calls: CallUseCases, countries: Collection[str] = ()) -> dict[str, Route[Any]]:
    """All of Twilio's webhooks by the last part of their path. `countries` are those that browsers may call."""
    table: tuple[Route[Any], ...] = (
        Route("inbound", forms.read_arrival, calls.answer_call, _moment),
        Route("hunt-step", forms.read_step, calls.advance_hunt, _moment),
        Route("screen", forms.read_leg, calls.screen_leg, _screen),
        Route("agent", forms.read_agent, calls.connect_agent, _agent_or_voicemail),
        Route("voicemail", forms.read_message, calls.take_message, _hang_up),
        Route("fallback", forms.read_fallback, calls.advance_hunt, _next_moment),
        Route("status", forms.read_status, calls.note_report),
        Route("recording", forms.read_recording, calls.note_report),
        Route("notice", forms.read_leg, calls.screen_leg, _notice),
        Route("outbound", forms.read_operator, calls.connect_call, _hang_up),
        Route("browser-outbound", forms.browser_reader(countries), calls.call_from_browser, _hang_up),
        Route("sms-inbound", forms.read_text, calls.receive_text),
        Route("sms-status", forms.read_text_status, calls.note_text_status),
        Route("transcription", forms.read_nothing, _kept(calls.keep_delivery)),
        Route("debugger", forms.read_alert, calls.note_alert),
    )
    return {route.name: route for route in table}


def _kept(keep: KeepDelivery) -> Callable[..., Awaitable[Kept]]:
    """Store it raw: the feature comes later, the fact is not lost."""

    async def act(incoming: Incoming[None]) -> Kept:
        return await keep(KeepThis(incoming.delivery, incoming.base_url))

    return act


def _moment(asked: Asked) -> bytes:
    return fallback.document(asked.links, asked.agent_url, 0)


def _next_moment(asked: Asked) -> bytes:
    turn = asked.query.fields.get("turn", "")
    return fallback.document(asked.links, asked.agent_url, int(turn) if turn.isascii() and turn.isdigit() else 0)


def _agent_or_voicemail(asked: Asked) -> bytes:
    return fallback.document(asked.links, asked.agent_url, fallback.PATIENCE)


def _hang_up(asked: Asked) -> bytes:
    return render(Reply(CallId(""), (Hangup(),)), asked.links)


def _screen(asked: Asked) -> bytes:
    """Screening without a store: the answer of the person on the leg is all it takes."""
    digits, query = asked.form.fields.get("Digits"), asked.query.fields
    if digits:
        return render(Reply(CallId(""), (Accept(),)), asked.links) if digits == "1" else _hang_up(asked)
    wave = query.get("wave", "")
    ask = AskToAccept(int(wave) if wave.isascii() and wave.isdigit() else 0, query.get("to", ""), SCREENING_PROMPT)
    call_id = CallId(query.get("callSid", ""))
    return render(Reply(call_id, (ask, Hangup())), asked.links)


def _notice(asked: Asked) -> bytes:
    """The notice without a store, in its usual words: nobody is recorded who was not told."""
    return render(Reply(CallId(""), (Say(Prompts().recording_notice), Accept())), asked.links)


def document(kept: Kept, route: Route[Any], asked: Asked) -> bytes:
    """The answer that was decided (and stored), rendered with the base URL that it was decided for."""
    if route.degrade is None:
        return EMPTY
    if kept.reply is None:
        return route.degrade(asked)
    return render(kept.reply, Links(kept.base_url))
