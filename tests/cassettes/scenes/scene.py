"""A provider as recordings of the sandbox find it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from tests.cassettes.scenario import Given

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""When everything begins; real recordings are moved to then."""

AN_HOUR = 3600.0
OFFICE, CALLER, MEMBER, COLLEAGUE = "+61255500001", "+61491570006", "+61491570156", "+61491570157"


class Scene(NamedTuple):
    """`app` plays the provider, `account` is its one at the address where it is served, and `given` what can be asked
    about."""

    app: Any
    account: Callable[[str], Any]
    given: Given
