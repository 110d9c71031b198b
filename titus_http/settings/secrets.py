"""Every secret that the settings hold, for what must never show one."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import msgspec

from titus_http.settings.sections import SECTIONS, Settings
from titus_http.settings.values import DatabaseUrl, Dsn, Secret, secrets_in


def secrets_of(settings: Settings) -> frozenset[str]:
    """As plain text. Of what holds a secret (an address, a list of headers), it and the secret by itself."""
    sections = (getattr(settings, name) for name in SECTIONS)
    values = (value for section in sections if section is not None for value in msgspec.structs.astuple(section))
    found = {text for value in values for secret in secrets_in(value) for text in _texts(secret)}
    if settings.tracing is not None:
        found.update(settings.tracing.header_fields.values())
    return frozenset(found - {""})


def _texts(secret: Secret) -> Iterator[str]:
    match secret:
        case DatabaseUrl(file=None):
            password = urlsplit(secret.reveal()).password or ""
            yield from (secret.reveal(), password, unquote(password))
        case DatabaseUrl():
            return  # the path of a file is none
        case Dsn():
            yield from (secret.reveal(), urlsplit(secret.reveal()).username or "")
        case _:
            yield secret.reveal()
