"""HTTP clients that somebody may watch: adapters open theirs from a class that was handed through a `Watching`."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

Client = TypeVar("Client", bound=type[Any])


class Watching(Protocol):
    """Makes a client's class one whose requests are watched. An implementer MUST change nothing of what is sent,
    answered or raised."""

    def __call__(self, client: Client, /) -> Client: ...


def unwatched(client: Client, /) -> Client:
    """As it is."""
    return client
