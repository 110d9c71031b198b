"""Works again on stored requests that could not be understood when they came."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import msgspec

from titus_core.calls.delivering import Incoming
from titus_core.calls.ports import Waiting
from titus_core.calls.try_again import CountTry, TryAgain
from titus_core.kernel.clock import Clock
from titus_core.kernel.correlation import about
from titus_http.webhooks.twilio.body import Form, Malformed, parse_query
from titus_http.webhooks.twilio.requests import call_of
from titus_http.webhooks.twilio.routes import Route

_LOG = logging.getLogger("titus.twilio")


class WorkAgain:
    """The caller had an answer already: only the fact matters now. What still fails is counted and tried later."""

    def __init__(self, table: Mapping[str, Route[Any]], count: CountTry, clock: Clock) -> None:
        self._table = table
        self._count = count
        self._clock = clock

    async def __call__(self, waiting: Waiting) -> None:
        delivery = waiting.delivery
        try:
            route, form, query = (
                self._table[delivery.route],
                _read(delivery.body or delivery.query),
                _read(delivery.query),
            )
            with about(call_id=call_of(form, query)):
                _, fact = route.read(form, query)
                now = msgspec.structs.replace(delivery, received_at=self._clock.now())
                await route.act(Incoming(fact, now, "", waiting_id=waiting.id))
        except msgspec.ValidationError as error:
            _LOG.warning("%s %s: still cannot be read: %s", delivery.route, delivery.key, error)
            await self._count(TryAgain(waiting.id, self._clock.now()))
        except Exception:  # noqa: BLE001 (whatever failed the first time may fail again; it is logged and counted)
            _LOG.exception("%s %s: could not be worked on again", delivery.route, delivery.key)
            await self._count(TryAgain(waiting.id, self._clock.now()))


def _read(text: str) -> Form:
    form = parse_query(text.encode())
    assert not isinstance(form, Malformed), "only what was read once is stored"
    return form
