"""Twilio's paths are documented by hand, so a test compares the hand with the table."""

from __future__ import annotations

from typing import Any

from tests.journeys.stage import Stage
from titus_http.webhooks.twilio.openapi import ASKING, REPORTING, add_to
from titus_http.webhooks.twilio.routes import routes


def test_every_webhook_is_documented_as_what_it_is() -> None:
    table = routes(Stage().titus.calls)
    assert {name for name, route in table.items() if route.degrade is not None} == set(ASKING)
    assert {name for name, route in table.items() if route.degrade is None} == set(REPORTING)


def test_adding_twice_changes_nothing() -> None:
    document: dict[str, Any] = {}
    add_to(document)
    once = repr(document)
    add_to(document)
    assert repr(document) == once
