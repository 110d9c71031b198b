"""Twilio's REST API by its official library, with the errors of the ports."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import Any, Self, TypeVar

import httpx

from titus_adapters.clients import Watching, unwatched
from titus_adapters.twilio.settings import TwilioSettings
from titus_adapters.twilio.transport import HttpxTransport, Pause
from titus_core.kernel.errors import NotFound, Unavailable

T = TypeVar("T")

_NOT_FOUND = 404


def _status(error: Exception) -> int | None:
    """The HTTP status; a refused page of a list carries it in the response."""
    response = error.args[1] if len(error.args) > 1 else None
    status = getattr(error, "status", None) or getattr(response, "status_code", None)
    return status if isinstance(status, int) else None


class TwilioApi:
    """One account. Close it, or use it as a context. `transport` leads elsewhere than to a network: to an ASGI app;
    `pause` waits before what Twilio was too busy for is asked again."""

    def __init__(
        self,
        settings: TwilioSettings,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        watching: Watching = unwatched,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._settings = settings
        self._transport = HttpxTransport(settings.base_url, transport, pause, watching=watching)

    async def ask(self, question: Callable[[Any], Awaitable[T]]) -> T:
        """What `question` gets from the library's client. Raises `NotFound` when Twilio knows no such thing, and
        `Unavailable` for every other failure."""
        from twilio.base.exceptions import TwilioException

        try:
            return await question(self._client)
        except TwilioException as error:
            # Only numbers: Twilio's own messages quote what was asked, telephone numbers included.
            status, code = _status(error), getattr(error, "code", None)
            if status == _NOT_FOUND:
                raise NotFound(provider="twilio", code=code) from error
            raise Unavailable(f"Twilio answered {status or 'an error'}", provider="twilio", code=code) from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unavailable("Twilio could not be reached", provider="twilio") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unavailable("Twilio's answer could not be read", provider="twilio") from error

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    @cached_property
    def _client(self) -> Any:
        # Here and not above: the library takes a quarter of a second to import, which a `titus --help` need not wait.
        from twilio.rest import Client

        # The library takes its region and edge from the process's environment, silently, unless it gets another one;
        # an empty one counts as none.
        environment = {"": ""}
        settings = self._settings
        return Client(settings.account_sid, settings.auth_token, http_client=self._transport, environment=environment)
