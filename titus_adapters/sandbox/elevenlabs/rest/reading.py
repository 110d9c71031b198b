"""Bodies in JSON, refused as FastAPI refuses them."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec

from titus_adapters.sandbox.elevenlabs.rest.errors import InvalidBody

T = TypeVar("T", bound=msgspec.Struct)
_MISSING = re.compile(r"missing required field `(\w+)`")
_PATH = re.compile(r"at `\$\.?(.*)`")


def read_body(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _invalid(str(error)) from error


def _invalid(words: str) -> InvalidBody:
    missing, path = _MISSING.search(words), _PATH.search(words)
    inner = path.group(1).split(".") if path and path.group(1) else []
    if missing:
        return InvalidBody(("body", *inner, missing.group(1)), "Field required", "missing")
    return InvalidBody(("body", *inner), words, "value_error")
