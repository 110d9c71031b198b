"""The settings: `load()` reads the environment and `.env` (the environment wins), `read(variables)` any mapping.

Both raise `BadSettings` with every fault that they find. Sections are plain Structs that know no adapter; the
composition root turns them into what each adapter wants.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from titus_http.settings import dotenv, guards, secret_key
from titus_http.settings.faults import BadSettings, Fault
from titus_http.settings.reading import Variables, read_section
from titus_http.settings.sections import (
    SECTIONS,
    Accounts,
    Airtable,
    Anthropic,
    BrowserCalls,
    Bucket,
    ElevenLabs,
    ErrorReports,
    Graph,
    Recordings,
    Server,
    Settings,
    Stores,
    Telemetry,
    Tracing,
    Twilio,
    Webhooks,
)
from titus_http.settings.values import DatabaseUrl, Dsn, Phone, Secret, WebUrl

__all__ = [
    "Accounts",
    "Airtable",
    "Anthropic",
    "BadSettings",
    "BrowserCalls",
    "Bucket",
    "DatabaseUrl",
    "Dsn",
    "ElevenLabs",
    "ErrorReports",
    "Fault",
    "Graph",
    "Phone",
    "Recordings",
    "Secret",
    "Server",
    "Settings",
    "Stores",
    "Telemetry",
    "Tracing",
    "Twilio",
    "WebUrl",
    "Webhooks",
    "load",
    "read",
]


def load(environment: Mapping[str, str] | None = None, file: Path = Path(".env")) -> Settings:
    """The settings of this process. In development, the secret key is made and kept if none is set."""
    given, faults = _from_file(file)
    settings = read(given | dict(os.environ if environment is None else environment), faults)
    return _with_key(settings)


def read(variables: Mapping[str, str], faults: tuple[Fault, ...] = ()) -> Settings:
    """The settings that these variables make; nothing is written. `faults` were found before."""
    known = Variables(variables)
    readings = {name: read_section(section, known) for name, section in SECTIONS.items()}
    values = {name: value for reading in readings.values() for name, value in reading.by_variable.items()}
    missing = {name: reading.missing for name, reading in readings.items() if reading.missing}
    found = [*faults, *(fault for reading in readings.values() for fault in reading.faults)]
    found += guards.faults_of(values, missing)
    if found:
        raise BadSettings(tuple(dict.fromkeys(found)))
    sections: dict[str, Any] = {name: reading.made for name, reading in readings.items()}
    return Settings(**sections, missing=missing)


def _from_file(file: Path) -> tuple[dict[str, str], tuple[Fault, ...]]:
    try:
        return dotenv.parse(file.read_text(encoding="utf-8"), file.name)
    except FileNotFoundError:
        return {}, ()
    except (OSError, UnicodeDecodeError):
        return {}, (Fault(str(file), "cannot be read as UTF-8 text"),)


def _with_key(settings: Settings) -> Settings:
    server = settings.server
    if server.secret_key.reveal():
        return settings
    try:
        key = Secret(secret_key.kept_in(server.data_dir))
    except (OSError, UnicodeDecodeError):
        raise BadSettings([Fault("TITUS_SECRET_KEY", f"cannot be kept in the data folder {server.data_dir}")]) from None
    if guards.weakness(key, guards.SHORTEST_KEY):
        told = "holds no key any more; delete it, and another one is made"
        raise BadSettings([Fault(str(server.data_dir / secret_key.FILE), told)])
    return msgspec.structs.replace(settings, server=msgspec.structs.replace(server, secret_key=key))
