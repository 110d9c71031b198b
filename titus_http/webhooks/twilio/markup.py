"""XML as text. Twilio's own builder makes the same documents in several times the time, on the path that a caller
waits for; the tests hold this one against it."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>'
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (§2.2) cannot carry, escaped or not; Twilio would drop the call."""


def document(*verbs: str) -> bytes:
    """A whole document of these verbs."""
    return f"{_PROLOGUE}<Response>{''.join(verbs)}</Response>".encode() if verbs else EMPTY


def element(name: str, attributes: Mapping[str, object], *inner: str) -> str:
    """One element; attributes that are None are left out. `inner` is markup: text in it went through `escaped`."""
    given = "".join([f' {key}="{escaped(str(value))}"' for key, value in attributes.items() if value is not None])
    return f"<{name}{given}>{''.join(inner)}</{name}>" if inner else f"<{name}{given} />"


def carried(text: str) -> str:
    """The text without what XML cannot carry."""
    return _ILLEGAL.sub("", text)


def escaped(text: str) -> str:
    """The text as content or as an attribute's value: what XML cannot carry is left out, line ends stay as they are."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    # All that XML cannot carry is unprintable, and hardly any text is.
    if text.isprintable():
        return text
    return carried(text).replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")


EMPTY = f"{_PROLOGUE}<Response />".encode()
"""Twilio does nothing more, or what it does next on its own."""
