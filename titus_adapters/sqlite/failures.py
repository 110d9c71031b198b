"""SQLite's errors in Titus's words."""

from __future__ import annotations

import sqlite3

from titus_core.kernel.errors import Conflict, Unavailable

TROUBLE = (sqlite3.Error, OSError, MemoryError)
"""What may go wrong with a connection. (`sqlite3` says `MemoryError` when SQLite itself has none.)"""


def in_our_words(error: BaseException) -> BaseException:
    """Full, locked or broken is `Unavailable`; a broken constraint is a race that was lost; the rest stays as it is.

    Statements say themselves what they expect (`ON CONFLICT`, row counts), so the last two are rare."""
    if isinstance(error, sqlite3.IntegrityError):
        return _because(Conflict(str(error)), error)
    if isinstance(error, sqlite3.OperationalError | OSError | MemoryError) or type(error) is sqlite3.DatabaseError:
        return _because(Unavailable(f"the SQLite store cannot be used now: {error}"), error)
    return error


def _because(error: BaseException, cause: BaseException) -> BaseException:
    error.__cause__ = cause
    return error
