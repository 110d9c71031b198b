"""What a setting's text can mean beyond a number or a word.

Each type here has `parse(text)`, which raises ValueError with a reason that completes "NAME: …" and never quotes the
text: it may be a secret, or hold one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, urlsplit

from titus_core.kernel.phone import e164

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_WEB = re.compile(r"https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?(/[^?#\s]*)?")
_SQLITE = re.compile(r"sqlite(?:\+aiosqlite)?:///([^?#]+)")
_DSN = re.compile(r"https?://[0-9A-Za-z]+@[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._-]+)*/[0-9]+")
_POSTGRES = re.compile(r"postgres(?:ql)?(?:\+\w+)?://(\S+)")


class Secret:
    """Text that must not be seen: only `reveal()` shows it, and nothing serialises it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(text)

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a Secret is not serialised")


def secrets_in(value: object) -> Iterator[Secret]:
    """Those that a setting holds: itself, or its parts."""
    values = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else (value,)
    yield from (item for item in values if isinstance(item, Secret))


class WebUrl(str):
    """`http(s)://host[:port][/path]`, without a slash at its end. No user, query or fragment."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        if _WEB.fullmatch(text) is None or not _has_good_port(text):
            raise ValueError("must be http(s)://host[:port][/path]")
        return cls(text.rstrip("/"))

    @property
    def secure(self) -> bool:
        return self.startswith("https://")

    @property
    def loopback(self) -> bool:
        """Whether it leads nowhere but to this machine."""
        return urlsplit(self).hostname in LOOPBACK


class Phone(str):
    """A number in E.164; blanks, hyphens and parentheses in the setting are dropped."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        number = e164(re.sub(r"[\s()-]", "", text))
        if number is None:
            raise ValueError("must be a telephone number in E.164, such as +61255500001")
        return cls(number)


class DatabaseUrl(Secret):
    """Which database, as `sqlite:///path` or `postgresql://…`, without a driver's name: drivers are the adapter's
    business. It may hold a password, so it is a secret."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        if file := _SQLITE.fullmatch(text):
            return cls(f"sqlite:///{file[1]}")
        server = _POSTGRES.fullmatch(text)
        if server is None or not _names_a_server(url := f"postgresql://{server[1]}"):
            raise ValueError("must be sqlite:///path, or postgresql://user:password@host[:port]/database")
        return cls(url)

    @property
    def file(self) -> Path | None:
        """The database's file; None for a server."""
        path = self._text.removeprefix("sqlite:///")
        return None if path == self._text else Path(path)


class Dsn(Secret):
    """Where error reports go: `https://key@host/project`. Whoever has the key can send some, so it is a secret."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        if _DSN.fullmatch(text) is None or not _has_good_port(text):
            raise ValueError("must be https://key@host/project, as Sentry shows it")
        return cls(text)

    @property
    def secure(self) -> bool:
        return self._text.startswith("https://")

    @property
    def loopback(self) -> bool:
        """Whether it leads nowhere but to this machine."""
        return urlsplit(self._text).hostname in LOOPBACK


def _has_good_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _names_a_server(url: str) -> bool:
    """A host before the path, or a socket's folder in the query."""
    try:
        parts = urlsplit(url)
        return parts.port != 0 and bool(parts.hostname or "host" in parse_qs(parts.query))
    except ValueError:
        return False
