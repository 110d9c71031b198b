"""What became of webhooks in JSON, counted and traced."""

from __future__ import annotations

from collections.abc import Awaitable
from time import perf_counter
from typing import Any, NamedTuple

from litestar import Response

from titus_http.problems import Malformed
from titus_http.telemetry import Telemetry, Verdict


class Answer(NamedTuple):
    response: Response[Any]
    verdict: Verdict
    reason: str = ""


async def watched(telemetry: Telemetry, provider: str, route: str, answering: Awaitable[Answer]) -> Response[Any]:
    """The answer, once it is counted. Lets `Malformed` and whatever else through."""
    began, verdict = perf_counter(), Verdict.FAILED
    with telemetry.span(f"webhook {route}", titus__webhook__provider=provider) as span:
        try:
            response, verdict, reason = await answering
        except Malformed:
            verdict = Verdict.UNREADABLE
            raise
        finally:
            telemetry.webhook(provider, route, verdict, perf_counter() - began)
            span.note(titus__webhook__verdict=verdict.value)
    if verdict is Verdict.REFUSED:
        telemetry.refused(provider, reason)
    return response
