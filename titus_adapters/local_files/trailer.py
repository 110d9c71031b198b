"""What is known of a file, behind its last byte: players and people who open it see only the content."""

from __future__ import annotations

import os
from typing import BinaryIO

import msgspec

from titus_core.kernel.errors import Unavailable
from titus_core.kernel.files import StoredFile

TRAILER = 512
"""Bytes that it takes."""

_MARK = b"\ntitus-file "


class _Known(msgspec.Struct, frozen=True):
    size: int
    sha256: str
    content_type: str


def trailer(file: StoredFile) -> bytes:
    """What to write behind the content. Raises `ValueError` if the content type is far too long."""
    told = _MARK + msgspec.json.encode(_Known(file.size, file.sha256, file.content_type))
    if len(told) > TRAILER:
        raise ValueError("the content type is too long")
    return told.ljust(TRAILER)


def about(file: BinaryIO, key: str) -> StoredFile:
    """What the trailer of an open file says. Raises `Unavailable` if it is not one that we wrote, or was cut."""
    length = file.seek(0, os.SEEK_END)
    file.seek(max(0, length - TRAILER))
    mark, _, told = file.read(TRAILER).partition(_MARK)
    try:
        known = msgspec.json.decode(told, type=_Known)
    except msgspec.DecodeError as error:
        raise Unavailable(f"{key} was not stored by Titus, or is damaged") from error
    if mark or known.size != length - TRAILER:
        raise Unavailable(f"{key} was not stored by Titus, or is damaged")
    return StoredFile(key, known.size, known.sha256, known.content_type)
