"""The dialer's sounds, made here: the SDK would fetch its own from another host."""

from __future__ import annotations

import math
import struct
from functools import lru_cache
from io import BytesIO
from wave import open as open_wave

RATE = 8000
_RING = ((0.4, True), (0.2, False), (0.4, True), (2.0, False))
"""As telephones ring here: twice, then two seconds of silence."""


@lru_cache(maxsize=1)
def ring_tone() -> bytes:
    """An incoming call, as WAV."""
    return _wave([sample for seconds, on in _RING for sample in _samples(seconds, (400, 425) if on else ())])


@lru_cache(maxsize=1)
def short_tone() -> bytes:
    """Everything else that the SDK plays."""
    return _wave(_samples(0.12, (697, 1209)))


def _samples(seconds: float, tones: tuple[int, ...]) -> list[int]:
    count = int(seconds * RATE)
    loud = 9000 / max(1, len(tones))
    return [int(sum(loud * math.sin(2 * math.pi * tone * at / RATE) for tone in tones)) for at in range(count)]


def _wave(samples: list[int]) -> bytes:
    out = BytesIO()
    with open_wave(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return out.getvalue()
