"""What is known of a stored file, behind its last byte: name, content and digest change together, and players see only
the content. A folder and a bucket hold the same bytes, so one can be copied into the other."""

from __future__ import annotations

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


def told_by(end: bytes, length: int, key: str) -> StoredFile:
    """What the last `TRAILER` bytes of a file of so many bytes say. Raises `Unavailable` if they are not a trailer that
    we wrote, or the file was cut."""
    mark, _, told = end.partition(_MARK)
    try:
        known = msgspec.json.decode(told, type=_Known)
    except msgspec.DecodeError as error:
        raise Unavailable(f"{key} was not stored by Titus, or is damaged") from error
    if mark or known.size != length - TRAILER:
        raise Unavailable(f"{key} was not stored by Titus, or is damaged")
    return StoredFile(key, known.size, known.sha256, known.content_type)
