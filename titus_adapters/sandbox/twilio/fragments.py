"""Connection overrides: how an address itself (`#rc=2&rp=all`) says how to connect and when to try again."""

from __future__ import annotations

from urllib.parse import parse_qsl, urldefrag

import msgspec

RETRIABLE = frozenset({"4xx", "5xx", "ct", "rt"})
RANGES = {"ct": (100, 10_000), "rt": (100, 15_000), "tt": (100, 15_000), "rc": (0, 5)}


class Connection(msgspec.Struct, frozen=True):
    """Twilio's defaults: one retry, and only if no connection came about."""

    connect_seconds: float = 5.0
    read_seconds: float = 15.0
    total_seconds: float = 15.0
    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})
    edge: str = "ashburn"


def split(url: str) -> tuple[str, Connection]:
    """The address as it is called and signed, and what its fragment asked for."""
    address, fragment = urldefrag(url)
    wanted = dict(parse_qsl(fragment))
    numbers = {key: _within(key, wanted[key]) for key in RANGES if wanted.get(key, "").isdigit()}
    default = Connection()
    connection = Connection(
        connect_seconds=numbers["ct"] / 1000 if "ct" in numbers else default.connect_seconds,
        read_seconds=numbers["rt"] / 1000 if "rt" in numbers else default.read_seconds,
        total_seconds=numbers["tt"] / 1000 if "tt" in numbers else default.total_seconds,
        retries=numbers.get("rc", default.retries),
        retry_on=_policy(wanted["rp"]) if "rp" in wanted else default.retry_on,
        edge=wanted.get("e", default.edge),
    )
    return address, connection


def _within(key: str, value: str) -> int:
    low, high = RANGES[key]
    return min(high, max(low, int(value)))


def _policy(value: str) -> frozenset[str]:
    names = frozenset(value.split(","))
    return RETRIABLE if "all" in names else names & RETRIABLE
