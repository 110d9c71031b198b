"""Sound files of the right length, with nothing to hear."""

from __future__ import annotations

import io
import math
import wave

RATE = 8000
MP3_RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""Kilobit a second, by the number that a frame's head has for them (MPEG-1 layer III)."""
MP3_HZ = 44100
MP3_FRAME_SECONDS = 1152 / MP3_HZ


def wav(seconds: int, channels: int) -> bytes:
    """8 kHz, 8 bit: what a telephone line carries."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(1)
        sound.setframerate(RATE)
        sound.writeframes(b"\x80" * (seconds * RATE * channels))
    return out.getvalue()


def mp3(seconds: int, title: str, kbit: int = 32) -> bytes:
    """With an ID3v1 tag behind it, so that no two recordings are the same bytes. A sid is longer than the tag's first
    field, and goes on in the next one."""
    sound = _frame(kbit) * math.ceil(seconds / MP3_FRAME_SECONDS)
    return sound + b"TAG" + title.encode("ascii").ljust(125, b"\0")


def _frame(kbit: int) -> bytes:
    """A silent one: MPEG-1 layer III, 44.1 kHz, mono. Raises ValueError for a rate that MP3 does not have."""
    head = bytes((0xFF, 0xFB, MP3_RATES.index(kbit, 1) << 4, 0xC4))
    return head + bytes(144 * kbit * 1000 // MP3_HZ - len(head))
