"""Telling whoever wrote a unit of work what it awaited that it must not."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from titus_core.kernel.errors import ForeignAwait


def foreign_await(work: Any, waited: object) -> ForeignAwait:
    """The error for a unit of work that stands still at something that is not its tx."""
    return ForeignAwait(
        f"a unit of work may await only its tx; it waited for {type(waited).__name__} at {_place(work)}"
    )


def abandon(running: Any) -> None:
    """End a unit of work where it stands; what it says to that is of no interest."""
    with suppress(Exception):
        running.close()


def _place(work: Any) -> str:
    frame = None
    while (inner := getattr(work, "cr_frame", None)) is not None:
        frame, work = inner, work.cr_await
    return f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame is not None else "an unknown place"
