"""The sound inside a `post_call_audio` event, found while its body comes in, and decoded without ever holding it.

Such an event has exactly `type`, `event_timestamp` and `data` with `agent_id`, `conversation_id` and `full_audio`: MP3
in base64, tens of megabytes (elevenlabs-anthropic-graph.md §1.3). The members may come in any order.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import AsyncIterator

from titus_core.kernel.errors import Invalid

MEMBER = "full_audio"

# Inside a string of JSON every quote has a backslash before it, so this can only be a member and its value's beginning.
_OPENS = re.compile(rb'"full_audio"[ \t\r\n]{0,64}:[ \t\r\n]{0,64}"')
_LONGEST = 160
_ENDS = re.compile(rb'["\\]')


class AudioCut:
    """Takes a body piece by piece and keeps all of it but the sound. `span` is where the sound stands: its first byte
    and the one behind its last; None while neither is known."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._taken = 0
        self._start: int | None = None
        self._end: int | None = None
        self._skips = False

    @property
    def kept(self) -> int:
        """Bytes that are held."""
        return len(self._kept)

    @property
    def span(self) -> tuple[int, int] | None:
        return (self._start, self._end) if self._start is not None and self._end is not None else None

    def feed(self, piece: bytes) -> None:
        if self._start is None:
            self._look(piece)
        elif self._end is None:
            self._pass_over(piece)
        else:
            self._kept += piece
        self._taken += len(piece)

    def without_sound(self, instead: str) -> bytes:
        """The body with these words in the sound's place (they must need no escaping); as it came, if it has none."""
        if self._start is None:
            return bytes(self._kept)
        return bytes(self._kept[: self._start]) + instead.encode() + bytes(self._kept[self._start :])

    def _look(self, piece: bytes) -> None:
        seen = max(0, len(self._kept) - _LONGEST)
        self._kept += piece
        found = _OPENS.search(self._kept, seen)
        if found is None:
            return
        rest = bytes(self._kept[found.end() :])
        del self._kept[found.end() :]
        self._start = found.end()
        self._pass_over(rest, at=self._start)

    def _pass_over(self, piece: bytes, at: int | None = None) -> None:
        """Let go of `piece` (which begins at that byte of the body) up to the quote that ends the sound."""
        place = 1 if self._skips else 0
        self._skips = False
        while (found := _ENDS.search(piece, place)) is not None:
            if found[0] == b'"':
                self._end = (self._taken if at is None else at) + found.start()
                self._kept += piece[found.start() :]
                return
            place = found.start() + 2  # a backslash, and what it escapes
            self._skips = place > len(piece)


async def sound(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The bytes that this base64 stands for. Raises `Invalid` where it is none."""
    left, ended = b"", False
    async for piece in pieces:
        text = left + piece
        # The one escape that base64 can have in JSON: some writers put a backslash before every slash.
        held = b"\\" if text.endswith(b"\\") else b""
        text = text.removesuffix(held).replace(b"\\/", b"/")
        whole = len(text) - len(text) % 4
        left = text[whole:] + held
        if not whole:
            continue
        if ended:
            raise _no_base64()  # padding is only at the end
        ended = text[:whole].endswith(b"=")
        yield _decoded(text[:whole])
    if left:
        raise _no_base64()


def _decoded(text: bytes) -> bytes:
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except binascii.Error:
        raise _no_base64() from None


def _no_base64() -> Invalid:
    return Invalid(MEMBER, "is not base64")
