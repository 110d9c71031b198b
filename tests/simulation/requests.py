"""A request of the provider, and how it insists on an answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from tests.simulation.boundaries import Crashed
from tests.simulation.faults import TRIES
from titus_core.calls.instructions import Reply
from titus_core.kernel.ids import CallId

if TYPE_CHECKING:
    from tests.simulation.provider import Provider

TIMES_OUT = 4.0
"""Seconds that a question waits for its answer (`rt=4000`, `links.FLOW`)."""

How: TypeAlias = Literal["fresh", "repeated", "report"]


class Request(msgspec.Struct, frozen=True):
    """`use_case` is an attribute of `Titus`; `key` is the same for every repetition. `how`: a question for the first
    time, one that nobody waits for any more, or a report."""

    call_id: CallId
    use_case: str
    route: str
    key: str
    fact: Any
    how: How = "fresh"

    @property
    def again(self) -> Request:
        return msgspec.structs.replace(self, how="repeated") if self.how == "fresh" else self


class Question:
    """Asks until it has an answer (`then` gets it; None: a degraded one) or the provider gives up (`give_up`). What
    came too late, or to a caller who is gone (`wanted`), nobody hears."""

    def __init__(
        self,
        provider: Provider,
        request: Request,
        then: Callable[[Reply | None], object],
        give_up: Callable[[], object],
        wanted: Callable[[], bool],
    ) -> None:
        self._provider = provider
        self._request = request
        self._then = then
        self._give_up = give_up
        self._wanted = wanted

    def ask(self, tried: int = 0) -> None:
        if self._provider.luck.strikes("unanswered"):
            self._time_out(tried)
            return
        request = self._request if tried == 0 else self._request.again
        for _ in range(tried, min(TRIES, self._provider.faults.retries)):
            try:
                reply = self._provider.exchange(request)
            except Crashed:
                request = request.again  # the connection broke: the provider tries again at once
                continue
            self._then(reply)
            return
        self._give_up()

    def _time_out(self, tried: int) -> None:
        """The question got lost, or comes after the provider stopped waiting, or its answer did not come."""
        provider, request = self._provider, self._request if tried == 0 else self._request.again
        match provider.random.randrange(3):
            case 0:
                provider.tell(request)
            case 1:
                provider.agenda.after(provider.luck.one_of(4.5, 13.0), provider.tell, request.again)
        provider.history.delay(request.call_id, TIMES_OUT)
        is_last = tried + 1 >= min(TRIES, provider.faults.retries)
        provider.agenda.after(TIMES_OUT, self._if_wanted, self._give_up if is_last else partial(self.ask, tried + 1))

    def _if_wanted(self, do: Callable[[], object]) -> None:
        if self._wanted():
            do()
