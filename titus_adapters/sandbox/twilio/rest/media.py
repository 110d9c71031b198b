"""Sound files of the right length, with nothing to hear."""

from __future__ import annotations

import io
import math
import wave

RATE = 8000
MP3_FRAME = bytes((0xFF, 0xFB, 0x10, 0xC4)) + bytes(100)
"""One silent frame: MPEG-1 layer III, 32 kbit/s, 44.1 kHz, mono: 144 · 32000 / 44100 = 104 bytes."""
MP3_FRAME_SECONDS = 1152 / 44100


def wav(seconds: int, channels: int) -> bytes:
    """8 kHz, 8 bit: what a telephone line carries."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(1)
        sound.setframerate(RATE)
        sound.writeframes(b"\x80" * (seconds * RATE * channels))
    return out.getvalue()


def mp3(seconds: int, title: str) -> bytes:
    """With an ID3v1 tag behind it, so that no two recordings are the same bytes. A sid is longer than the tag's first
    field, and goes on in the next one."""
    return MP3_FRAME * math.ceil(seconds / MP3_FRAME_SECONDS) + b"TAG" + title.encode("ascii").ljust(125, b"\0")
