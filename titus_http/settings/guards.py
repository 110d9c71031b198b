"""What is refused though it can be read. In production: secrets that are none, and addresses in clear text
(`reliability-and-security.md` A17)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from titus_http.settings.faults import Fault
from titus_http.settings.values import Dsn, Secret, WebUrl, secrets_in

SHORTEST = 16
"""Characters of a provider's secret; every provider's own are longer."""

SHORTEST_KEY = 32
"""Characters of TITUS_SECRET_KEY: 128 bits, written in hex."""

_EXEMPT = {
    "DATABASE_URL",  # a URL is no secret of its own, and the database judges the password in it
    "TITUS_LEGACY_PASSWORD_SALT",  # is what it was, and opens nothing
}

_PLACEHOLDER = re.compile(
    r"^[<\[{].*[>\]}]$|^(.)\1*$|change.?me|replace.?(me|this|with)|your[-_ ]|placeholder|example|dummy|\btodo\b|sandbox"
    r"|^(x+|secret|password|test|token|dev|0123456789.*|12345.*)$",
    re.IGNORECASE,
)


def faults_of(values: Mapping[str, object], missing: Mapping[str, tuple[str, ...]]) -> Iterator[Fault]:
    """What is wrong with values that could be read, by the names of their variables."""
    records, primary = values.get("RECORDS_STORE", "sql"), values.get("RECORDS_PRIMARY", "airtable")
    if "airtable" in {records, primary if records == "shadow" else records} and "airtable" in missing:
        yield Fault("RECORDS_STORE", f"{records} needs {', '.join(missing['airtable'])}")
    if (records, primary) == ("shadow", "sql"):
        yield from _candidate(values)
    if str(values.get("FILES_URL", "")).startswith("s3://") and "bucket" in missing:
        yield Fault("FILES_URL", f"s3:// needs {', '.join(missing['bucket'])}")
    static = values.get("TITUS_STATIC_DIR")
    if isinstance(static, Path) and not static.is_dir():
        yield Fault("TITUS_STATIC_DIR", "is not a folder")
    if values.get("TITUS_ENV") == "production":
        yield from _addresses(values)
        yield from _secrets(values)


def _candidate(values: Mapping[str, object]) -> Iterator[Fault]:
    """A store beside itself would compare nothing."""
    candidate = values.get("RECORDS_CANDIDATE_URL")
    if candidate is None or candidate == values.get("DATABASE_URL"):
        yield Fault("RECORDS_CANDIDATE_URL", "must be another database than DATABASE_URL when RECORDS_PRIMARY is sql")


def _addresses(values: Mapping[str, object]) -> Iterator[Fault]:
    for name, value in values.items():
        if not isinstance(value, WebUrl | Dsn) or value.secure:
            continue
        if name == "OTEL_EXPORTER_OTLP_ENDPOINT" and values.get("OTEL_EXPORTER_OTLP_HEADERS") is None:
            continue  # no credential goes there, and nothing of a person
        if name == "BASE_URL":
            yield Fault(name, "must be set, and be https://, in production")
        elif not value.loopback:
            yield Fault(name, "must be https:// in production: credentials go there")
    origins = values.get("CORS_ORIGINS")
    if isinstance(origins, tuple) and "*" in origins:
        yield Fault("CORS_ORIGINS", "must name its origins in production")


def _secrets(values: Mapping[str, object]) -> Iterator[Fault]:
    for name, value in values.items():
        if name in _EXEMPT:
            continue
        shortest = SHORTEST_KEY if name == "TITUS_SECRET_KEY" else SHORTEST
        for secret in secrets_in(value):
            if reason := weakness(secret, shortest):
                yield Fault(name, reason)


def weakness(secret: Secret, shortest: int) -> str | None:
    """Why this is no secret to rely on; None if it looks like one."""
    text = secret.reveal()
    if not text:
        return "must be set in production"
    if _PLACEHOLDER.search(text):
        return "is a placeholder"
    return f"is too short: at least {shortest} characters" if len(text) < shortest else None
