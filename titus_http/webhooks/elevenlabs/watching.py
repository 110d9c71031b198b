"""What became of ElevenLabs' webhooks, counted and traced."""

from __future__ import annotations

from collections.abc import Awaitable
from time import perf_counter
from typing import Any, NamedTuple

from litestar import Response

from titus_http.problems import Malformed
from titus_http.telemetry import Telemetry, Verdict

PROVIDER = "elevenlabs"


class Answer(NamedTuple):
    response: Response[Any]
    verdict: Verdict
    reason: str = ""


async def watched(telemetry: Telemetry, route: str, answering: Awaitable[Answer]) -> Response[Any]:
    """The answer, once it is counted. Lets `Malformed` and whatever else through."""
    began, verdict = perf_counter(), Verdict.FAILED
    with telemetry.span(f"webhook {route}", titus__webhook__provider=PROVIDER) as span:
        try:
            response, verdict, reason = await answering
        except Malformed:
            verdict = Verdict.UNREADABLE
            raise
        finally:
            telemetry.webhook(PROVIDER, route, verdict, perf_counter() - began)
            span.note(titus__webhook__verdict=verdict.value)
    if verdict is Verdict.REFUSED:
        telemetry.refused(PROVIDER, reason)
    return response
