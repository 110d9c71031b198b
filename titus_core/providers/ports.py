"""What looking at providers needs."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from titus_core.kernel.unit_of_work import Records
from titus_core.providers.model import Seen, Standing


class Watched(Protocol):
    """A provider that can be asked how it stands with us."""

    async def look(self, now: datetime) -> Seen:
        """An implementer MUST NOT raise for what the provider or the network does: that is what was seen. It answers
        within a minute, and costs nothing."""
        ...


class Standings(Protocol):
    """The last look at each provider, one row each."""

    async def get(self, name: str) -> Standing | None: ...

    def save(self, standing: Standing) -> None:
        """Store it as version `standing.version + 1`. MUST end in `Conflict` at commit if the stored version is not
        `standing.version`, or (for version 0) if there is one already."""
        ...


class ProviderTx(Records, Protocol):
    @property
    def standings(self) -> Standings: ...


class StandingReader(Protocol):
    """The read side, outside units of work."""

    async def standings(self) -> tuple[Standing, ...]:
        """Of every provider that was ever looked at, by name."""
        ...
