"""The way in for Twilio: bounded body, signature, fields, use case, answer. An ASGI application of its own in front of
the REST API, because these few paths carry callers: they are short, and they fail in their own way.

- Not verified: 403, or 4xx for what cannot even be read; nothing is stored but a count.
- A path that asks what to do next always gets a document, with status 200, within `DEADLINE`.
- A report that could not be stored is answered 503, so that Twilio repeats it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from time import perf_counter
from typing import Any, NamedTuple, cast

import msgspec
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from titus_core.calls.delivering import Incoming
from titus_core.calls.keep_delivery import KeepDelivery, KeepThis
from titus_core.calls.ports import Delivery
from titus_core.kernel.clock import Clock
from titus_core.kernel.correlation import about
from titus_core.kernel.errors import TitusError, Unavailable
from titus_http.callers_first import CallersFirst
from titus_http.telemetry import SILENT, Telemetry, Verdict
from titus_http.webhooks.twilio.agent import AgentLine
from titus_http.webhooks.twilio.body import TOO_LARGE, Form, Malformed, parse_query
from titus_http.webhooks.twilio.links import PREFIX, Links
from titus_http.webhooks.twilio.requests import body_of, call_of, form_of, respond, target_of, text_of
from titus_http.webhooks.twilio.routes import Asked, Route, document
from titus_http.webhooks.twilio.signature import SETTINGS_HEADER, SIGNATURE_HEADER, TwilioVerifier

DEADLINE = 1.5
"""Seconds after which a caller gets the degraded answer (`reliability-and-security.md` W8)."""

_LOG = logging.getLogger("titus.twilio")
_TOKEN_HEADER = b"i-twilio-idempotency-token"
_PROVIDER = "twilio"


class _Answer(NamedTuple):
    status: int
    body: bytes
    verdict: Verdict


class TwilioEdge:
    """`accounts`: whose webhooks these may be; empty: anyone's who can sign. `refusals` counts what was turned away,
    by reason."""

    def __init__(
        self,
        rest: ASGIApp,
        table: Mapping[str, Route[Any]],
        verifier: TwilioVerifier,
        keep: KeepDelivery,
        clock: Clock,
        agent: AgentLine,
        *,
        base_url: str,
        accounts: frozenset[str],
        callers: CallersFirst,
        telemetry: Telemetry = SILENT,
    ) -> None:
        self._rest = rest
        self._table = {f"{PREFIX}/{name}": route for name, route in table.items()}
        self._verifier = verifier
        self._keep = keep
        self._clock = clock
        self._agent = agent
        self._base_url = base_url
        self._accounts = accounts
        self._callers = callers
        self._telemetry = telemetry
        self.refusals: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._table.get(scope["path"]) if scope["type"] == ScopeType.HTTP else None
        if route is None:
            await self._rest(scope, receive, send)
            return
        http = cast(HTTPScope, scope)
        began, http["path_template"] = perf_counter(), http["path"]
        with self._callers.serving():
            answer = await self._answered(route, http, receive)
        await respond(send, answer.status, answer.body)
        self._telemetry.webhook(_PROVIDER, route.name, answer.verdict, perf_counter() - began)

    async def _answered(self, route: Route[Any], scope: HTTPScope, receive: Receive) -> _Answer:
        raw = await body_of(receive)
        if raw is None:
            return self._refused(route, "too-large-or-broken-off", TOO_LARGE.status)
        headers = {name.lower(): value for name, value in scope["headers"]}
        query_string: bytes = scope["query_string"]
        form = form_of(scope, raw, query_string, headers)
        query = parse_query(query_string)
        if isinstance(form, Malformed) or isinstance(query, Malformed):
            fault = form if isinstance(form, Malformed) else cast(Malformed, query)
            return self._refused(route, fault.code, fault.status)
        refusal = self._refusal(scope, raw, form, headers)
        if refusal is not None:
            return self._refused(route, refusal, 405 if refusal == "method" else 403)
        asked = Asked(form, query, Links(self._base_url), self._agent.direct_url(form.fields.get("From", "")))
        delivery = Delivery(
            route=route.name,
            key="",
            token=headers[_TOKEN_HEADER].decode("latin-1")[:200] if _TOKEN_HEADER in headers else None,
            query=query_string.decode(),
            body=raw.decode(),
            received_at=self._clock.now(),
        )
        with (
            about(call_id=call_of(asked.form, asked.query)),
            self._telemetry.span(f"webhook {route.name}", titus__webhook__provider=_PROVIDER) as span,
        ):
            answer = await self._acted(route, asked, delivery)
            span.note(titus__webhook__verdict=answer.verdict.value)
            return answer

    def _refusal(self, scope: HTTPScope, raw: bytes, form: Form, headers: Mapping[bytes, bytes]) -> str | None:
        """Why this request is not taken; None if it is Twilio's, for us."""
        method = scope["method"]
        if method not in {"GET", "POST"}:
            return "method"
        verdict = self._verifier.verify(
            target_of(scope),
            form if method == "POST" else None,
            raw,
            signature=text_of(headers, SIGNATURE_HEADER),
            settings=text_of(headers, SETTINGS_HEADER),
        )
        if not verdict:
            return verdict.value
        account = form.fields.get("AccountSid")
        return "foreign-account" if self._accounts and account is not None and account not in self._accounts else None

    def _refused(self, route: Route[Any], reason: str, status: int) -> _Answer:
        self.refusals[reason] += 1
        self._telemetry.refused(_PROVIDER, reason)
        # The URL that we expected tells an operator which proxy or BASE_URL is wrong; no secret and no field is in it.
        _LOG.warning("refused %s: %s (expected to be called at %s%s)", route.name, reason, self._base_url, PREFIX)
        return _Answer(status, b"", Verdict.REFUSED)

    async def _acted(self, route: Route[Any], asked: Asked, delivery: Delivery) -> _Answer:
        try:
            key, fact = route.read(asked.form, asked.query)
        except msgspec.ValidationError as error:
            _LOG.warning("%s: a request that cannot be read: %s", route.name, error)
            if route.degrade is not None or not _tells_of_something(asked.form):
                return _degraded(route, asked, 400, Verdict.UNREADABLE)
            return await self._kept_for_later(route, asked, _unread(delivery))
        delivery = msgspec.structs.replace(delivery, key=key)
        incoming = Incoming(fact, delivery, self._base_url, self._agent.available)
        try:
            async with asyncio.timeout(DEADLINE if route.degrade is not None else None):
                kept = await route.act(incoming)
        except (Unavailable, TimeoutError) as error:
            _LOG.error("%s %s: not stored: %s", route.name, key, error or "too slow")
            return _degraded(route, asked, 503, Verdict.FAILED)
        except Exception:  # noqa: BLE001 (a caller never hears our errors; it is logged and kept)
            _LOG.exception("%s %s: could not be worked on", route.name, key)
            return await self._kept_for_later(route, asked, delivery)
        return _Answer(200, document(kept, route, asked), Verdict.REPEATED if kept.repeated else Verdict.ACCEPTED)

    async def _kept_for_later(self, route: Route[Any], asked: Asked, delivery: Delivery) -> _Answer:
        """Our own fault: the raw request is kept and worked on again, the caller is served without it."""
        try:
            async with asyncio.timeout(DEADLINE):
                kept = await self._keep(KeepThis(delivery, self._base_url, reply=None, reduced=False))
        except (TitusError, TimeoutError) as error:
            _LOG.error("%s %s: not stored either: %s", route.name, delivery.key, error or "too slow")
            return _degraded(route, asked, 503, Verdict.FAILED)
        verdict = Verdict.DEFERRED if route.degrade is None else Verdict.FALLBACK
        return _Answer(200, document(kept, route, asked), verdict)


def _tells_of_something(form: Form) -> bool:
    """Every report of Twilio names its call or its message; what names neither tells nobody anything."""
    return any(form.fields.get(name) for name in ("CallSid", "MessageSid", "SmsSid"))


def _unread(delivery: Delivery) -> Delivery:
    """A report in words that we do not know (yet): kept as it came, and shown until a later Titus can read it."""
    told = sha256(f"{delivery.query}\n{delivery.body}".encode()).hexdigest()
    return msgspec.structs.replace(delivery, key=f"unread:{told}")


def _degraded(route: Route[Any], asked: Asked, status: int, verdict: Verdict) -> _Answer:
    """A caller is served without what failed; a report is refused, with that status."""
    if route.degrade is None:
        return _Answer(status, b"", verdict)
    return _Answer(200, route.degrade(asked), Verdict.FALLBACK)
