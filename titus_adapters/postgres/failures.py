"""The driver's and the server's errors in Titus's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from titus_core.kernel.errors import Conflict, Unavailable


class Lost(Unavailable):
    """The connection went away before anything was written, so the unit of work may run again on another one."""


class Silent(Unavailable):
    """Nothing came from the server, not even that it ends the statement. The connection is not used again."""


_LOST_RACES = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError, asyncpg.UniqueViolationError)
GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what the driver says between the server's goodbye and the closed socket
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    OSError,
)
"""The connection is lost, or there was none."""

_UNABLE = (
    TimeoutError,  # the driver's deadline; an OSError too, but a slow server is not asked again
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InFailedSQLTransactionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
)


@contextmanager
def connecting() -> Iterator[None]:
    """Around getting a connection."""
    try:
        yield
    except (*GONE, *_UNABLE) as error:
        raise _unavailable("the PostgreSQL store cannot be reached", error) from error


@contextmanager
def reading() -> Iterator[None]:
    """Around what can be done again if the connection went away."""
    try:
        yield
    except ValueError:  # a bind of the wrong type is an InterfaceError too, but ours
        raise
    except _LOST_RACES as error:
        # The server's own words quote what was stored, telephone numbers included.
        raise Conflict(f"PostgreSQL: {type(error).__name__}") from error
    except GONE as error:
        if isinstance(error, TimeoutError):
            raise Silent("the PostgreSQL store did not answer in time") from error
        raise Lost(f"the connection to the PostgreSQL store was lost: {error}") from error
    except _UNABLE as error:
        raise _unavailable("the PostgreSQL store cannot answer", error) from error


@contextmanager
def writing() -> Iterator[None]:
    """Around a commit: if the connection goes away, nobody knows whether it happened, and nobody tries again."""
    try:
        with reading():
            yield
    except Lost as error:
        raise _unavailable("it is not known whether the PostgreSQL store kept this", error) from error


def _unavailable(what: str, error: BaseException) -> Unavailable:
    return Unavailable(f"{what}: {error or type(error).__name__}")
