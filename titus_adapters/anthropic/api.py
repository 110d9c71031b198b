"""Anthropic's API by its official client, with the errors of the ports."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, Self, TypeVar

import msgspec

from titus_adapters.anthropic.settings import AnthropicSettings
from titus_adapters.clients import Watching, unwatched
from titus_core.kernel.errors import NotFound, Refused, TitusError, Unavailable

T = TypeVar("T")

ANSWER_WITHIN = 60.0
"""Seconds for one whole answer. Nobody waits on the line; three sentences take a few seconds."""

CONNECT_WITHIN = 5.0
_NOT_FOUND = 404
_TOO_LARGE = 413


class Answer(NamedTuple):
    """An answer as it came, and the id to name to Anthropic's support."""

    body: bytes
    request_id: str

    def read(self, kind: type[T]) -> T:
        """Raises `Unavailable` if it is not what was expected."""
        try:
            return msgspec.json.decode(self.body, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            # Without the decoder's own words: they may quote what was said.
            raise _unavailable("Anthropic's answer could not be read", request_id=self.request_id) from error


class AnthropicApi:
    """One key. Close it, or use it as a context. `http_client` (an `httpx2.AsyncClient`) replaces the client's own."""

    def __init__(
        self,
        settings: AnthropicSettings,
        *,
        within: float = ANSWER_WITHIN,
        http_client: Any = None,
        watching: Watching = unwatched,
    ) -> None:
        self._settings = settings
        self._watching = watching
        self._within = within
        self._http_client = http_client
        self._client: Any = None
        self._opening = asyncio.Lock()

    async def ask(self, question: Callable[[Any], Awaitable[Any]]) -> Answer:
        """What `question` gets from the official client's raw side, once: whoever asks comes back later.

        Raises `NotFound` for what Anthropic does not know, `Refused` for what is too large, and `Unavailable` for
        every other failure, a wrong key included: somebody can mend that. `data` has `status`, `type`, `request_id`,
        and `retry_after` in seconds where Anthropic said one."""
        try:
            async with asyncio.timeout(self._within):
                return await self._asked(question)
        except TimeoutError as error:
            raise _unavailable("Anthropic did not answer in time") from error

    async def warm_up(self) -> None:
        """What the first question would have to wait for, at a time when nobody does: the official library takes two
        seconds of processor time to import, and its client reads the certificates of the world."""
        await asyncio.to_thread(_libraries)
        await self._opened()

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _asked(self, question: Callable[[Any], Awaitable[Any]]) -> Answer:
        # In a thread: on the loop, callers would wait for it.
        anthropic, httpx2 = await asyncio.to_thread(_libraries)
        try:
            client = await self._opened()
            raw = await question(client.with_raw_response)
            return Answer(raw.http_response.content, raw.headers.get("request-id", ""))
        except anthropic.APIStatusError as error:
            raise _refused(error) from error
        except anthropic.APITimeoutError as error:
            raise _unavailable("Anthropic did not answer in time") from error
        except (anthropic.APIError, httpx2.InvalidURL) as error:
            raise _unavailable("Anthropic could not be reached") from error

    async def _opened(self) -> Any:
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(self._open)
            return self._client

    def _open(self) -> Any:
        import anthropic

        settings = self._settings
        timeout = anthropic.Timeout(self._within, connect=CONNECT_WITHIN)
        return anthropic.AsyncAnthropic(
            api_key=settings.api_key,
            base_url=settings.base_url,
            # Its own repetitions obey a Retry-After of days, and a repeated request is paid for twice; the job that
            # asks is repeated anyway, with a memory.
            max_retries=0,
            # Spans could be told to carry what was said.
            open_telemetry=False,
            # A redirect would take the talk to another host.
            http_client=self._http_client
            or self._watching(anthropic.DefaultAsyncHttpxClient)(timeout=timeout, follow_redirects=False),
        )


def _libraries() -> tuple[Any, Any]:
    import anthropic
    import httpx2

    return anthropic, httpx2


def _refused(error: Any) -> TitusError:
    # Only numbers and fixed words: Anthropic's own sentences may quote what was asked.
    data: dict[str, object] = {"status": error.status_code, "type": error.type, "request_id": error.request_id}
    after = error.response.headers.get("retry-after", "")
    if after.isdecimal():
        data["retry_after"] = int(after)
    if error.status_code == _NOT_FOUND:
        return NotFound("Anthropic does not know that", provider="anthropic", **data)
    if error.status_code == _TOO_LARGE:
        return Refused("Anthropic takes no request of that size", provider="anthropic", **data)
    return _unavailable(f"Anthropic answered {error.status_code}", **data)


def _unavailable(message: str, **data: object) -> Unavailable:
    return Unavailable(message, provider="anthropic", **data)
