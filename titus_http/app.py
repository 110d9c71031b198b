"""The REST application. Twilio's webhooks stand in front of it (`webhooks/twilio/edge.py`)."""

from __future__ import annotations

from litestar import Litestar

from titus_http.use_cases import UseCases
from titus_http.webhooks.elevenlabs.routes import ElevenLabsEdge, routes


def create_app(use_cases: UseCases, elevenlabs: ElevenLabsEdge) -> Litestar:
    return Litestar(route_handlers=routes(elevenlabs))
