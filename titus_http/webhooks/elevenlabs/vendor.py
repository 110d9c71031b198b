"""What the edge asks of whoever knows ElevenLabs' spelling."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Protocol

import msgspec

from titus_core.calls.conversations import PostCall
from titus_core.calls.model import Call
from titus_core.kernel.ids import CallId


class Cut(Protocol):
    """Takes a body piece by piece, and holds all of it but the sound."""

    @property
    def kept(self) -> int:
        """Bytes that are held."""
        ...

    @property
    def span(self) -> tuple[int, int] | None:
        """Where the sound stands in the body; None: it has none."""
        ...

    def feed(self, piece: bytes) -> None: ...

    def without_sound(self, instead: str) -> bytes:
        """The body with these words in place of the sound."""
        ...


class Vendor(msgspec.Struct, frozen=True):
    """`post_call` reads an event (raises `Invalid` if it is no JSON), `sound` decodes what a `cut` left out (raises
    `Invalid`); `asked_call` reads whose context a new conversation asks for (raises `Invalid`), `initiation` is the
    answer, also for a call that is not known (None)."""

    post_call: Callable[[bytes], PostCall]
    cut: Callable[[], Cut]
    sound: Callable[[AsyncIterator[bytes]], AsyncIterator[bytes]]
    asked_call: Callable[[bytes], CallId | None]
    initiation: Callable[[Call | None, CallId | None], dict[str, object]]
