"""What the stores of the areas need of an engine: to read now, and to write when the unit of work is over."""

from __future__ import annotations

from typing import Protocol, TypeVar

from titus_adapters.sql.statements import Command, Params, Query

R = TypeVar("R")


class Reading(Protocol):
    """Reads what was committed."""

    async def one(self, query: Query[R], params: Params) -> R | None:
        """The first row; None if there is none."""
        ...

    async def all(self, query: Query[R], params: Params) -> list[R]: ...


class Session(Reading, Protocol):
    """One unit of work's way to the database."""

    def write(self, command: Command, params: Params, expect: int | None = None) -> None:
        """Run the command when the unit of work returns. If it then touches another number of rows than `expect`,
        nothing is stored and the unit of work runs again."""
        ...
