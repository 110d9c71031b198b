"""Who can be offered a call now, and why not."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from tests.core.hunt_groups.builders import MOBILE, SECOND, ready
from titus_adapters.memory.clock import NOON
from titus_core.hunt_groups.availability import (
    HEARTBEAT_LASTS,
    PASSING,
    Engagement,
    Presence,
    Reason,
    endpoints,
    exclusion,
)
from titus_core.hunt_groups.model import Endpoint
from titus_core.kernel.ids import CallId, UserId

CALL = CallId("CA" + "0" * 32)
OTHER = CallId("CA" + "1" * 32)


def engaged(kind: Literal["ringing", "talking", "wrap_up"], call: CallId = OTHER, **facts: Any) -> Engagement:
    return Engagement(UserId(1), call, kind, facts.get("until", NOON + SECOND))


@pytest.mark.parametrize(
    ("facts", "wanted", "reason"),
    [
        ({}, Endpoint.BOTH, None),
        ({"presence": Presence.OFFLINE}, Endpoint.BOTH, Reason.UNAVAILABLE),
        ({"presence": Presence.BUSY}, Endpoint.BOTH, Reason.BUSY),
        ({"do_not_disturb_until": NOON + SECOND}, Endpoint.BOTH, Reason.DO_NOT_DISTURB),
        ({"do_not_disturb_until": NOON}, Endpoint.BOTH, None),
        ({"engagement": engaged("ringing")}, Endpoint.BOTH, Reason.RESERVED),
        ({"engagement": engaged("ringing", CALL)}, Endpoint.BOTH, None),
        ({"engagement": engaged("talking")}, Endpoint.BOTH, Reason.BUSY),
        ({"engagement": engaged("talking", CALL)}, Endpoint.BOTH, Reason.BUSY),
        ({"engagement": engaged("wrap_up")}, Endpoint.BOTH, Reason.WRAP_UP),
        ({"engagement": engaged("talking", until=NOON)}, Endpoint.BOTH, None),
        ({"phone": None}, Endpoint.PHONE, Reason.NO_ENDPOINT),
        ({"phone": None}, Endpoint.BOTH, None),
        ({"heartbeat_at": None}, Endpoint.BROWSER, Reason.NO_HEARTBEAT),
        ({"heartbeat_at": NOON - HEARTBEAT_LASTS - SECOND}, Endpoint.BROWSER, Reason.NO_HEARTBEAT),
        ({"heartbeat_at": NOON - HEARTBEAT_LASTS}, Endpoint.BROWSER, None),
        ({"heartbeat_at": None, "phone": None}, Endpoint.BOTH, Reason.NO_HEARTBEAT),
        ({"heartbeat_at": None}, Endpoint.BOTH, None),
    ],
)
def test_every_exclusion_says_why(facts: dict[str, Any], wanted: Endpoint, reason: Reason | None) -> None:
    assert exclusion(ready(**facts), wanted, NOON, CALL) is reason


def test_who_is_no_active_user_is_unavailable() -> None:
    assert exclusion(None, Endpoint.BOTH, NOON, CALL) is Reason.UNAVAILABLE


@pytest.mark.parametrize(
    ("facts", "wanted", "rung"),
    [
        ({}, Endpoint.BOTH, (Endpoint.BROWSER, Endpoint.PHONE)),
        ({}, Endpoint.PHONE, (Endpoint.PHONE,)),
        ({}, Endpoint.BROWSER, (Endpoint.BROWSER,)),
        ({"heartbeat_at": None}, Endpoint.BOTH, (Endpoint.PHONE,)),
        ({"phone": None}, Endpoint.BOTH, (Endpoint.BROWSER,)),
        ({"phone": None, "heartbeat_at": None}, Endpoint.BOTH, ()),
    ],
)
def test_someone_is_rung_wherever_they_can_be_reached(
    facts: dict[str, Any], wanted: Endpoint, rung: tuple[Endpoint, ...]
) -> None:
    assert endpoints(ready(**facts), wanted, NOON) == rung


def test_only_reasons_that_end_soon_are_worth_waiting_for() -> None:
    assert {Reason.BUSY, Reason.RESERVED, Reason.WRAP_UP} == PASSING
    assert ready(phone=MOBILE).browser_is_fresh(NOON)
