"""Requests to providers, counted and traced. Nothing of ours goes along: a provider has no use for our trace ids, and
an address or a query may hold a number, so traces name the host and no more."""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import Any, TypeVar, cast

from titus_adapters.telemetry.observer import Observer

Client = TypeVar("Client", bound=type[Any])


class Watched:
    """`titus_adapters.clients.Watching` for the clients of one provider: httpx's, or any with the same `send`."""

    def __init__(self, observer: Observer, provider: str) -> None:
        self._observer = observer
        self._provider = provider

    def __call__(self, client: Client, /) -> Client:
        async def send(http: Any, request: Any, **options: Any) -> Any:
            return await self._sent(client.send(http, request, **options), request)

        return cast(Client, type(client.__name__, (client,), {"send": send}))

    async def _sent(self, sending: Any, request: Any) -> Any:
        began, result = perf_counter(), "unreachable"
        with self._observer.span(
            f"{request.method} {self._provider}",
            "client",
            http__request__method=request.method,
            server__address=request.url.host,
        ) as span:
            try:
                response = await sending
                result = f"{response.status_code // 100}xx"
                span.note(http__response__status_code=response.status_code)
                return response
            except BaseException as error:
                result = _why(error)
                raise
            finally:
                self._observer.asked(self._provider, result, perf_counter() - began)


def _why(error: BaseException) -> str:
    """Who waits sets the time, by the client's own limits or by cancelling."""
    late = isinstance(error, asyncio.CancelledError) or "Timeout" in type(error).__name__
    return "timeout" if late else "unreachable"
