"""One use that Titus makes of a provider: recorded into one cassette, and replayed from it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import Enum
from typing import Any

import msgspec

from titus_core.kernel.errors import TitusError


class Given(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What scenarios ask about. It is kept in the cassette, scrubbed like all the rest, so that a replay asks the same.
    Blank: the account has none."""

    since: datetime
    page: int = 2
    """How many rows a page of a list has, where an adapter lets us choose."""

    call: str = ""
    recording: str = ""
    message: str = ""
    """A text that came in with a picture, which is `media`."""

    media: str = ""
    number: str = ""
    """One of the account's own."""

    phone: str = ""
    """Somebody's who agreed to be rung and texted."""

    application: str = ""
    conversation: str = ""
    agent: str = ""
    model: str = ""


class Kind(Enum):
    """What a scenario does to a real account."""

    READS = "reads"
    COSTS = "costs money, or rings or texts somebody"
    PLAYED = "would change or destroy something, or cannot be brought about"


Play = Callable[[Any, Given], Awaitable[object]]
"""Asks the adapters of one provider (first argument); answers what they answer."""


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """`needs` are the fields of `Given` without which it cannot be played. `holds` says of the answer what must be true
    wherever it was recorded."""

    name: str
    play: Play
    holds: Callable[[Given, Any], bool]
    needs: tuple[str, ...] = ()
    kind: Kind = Kind.READS

    def of(self, given: Given) -> Given:
        """What this scenario needs of it, and nothing else."""
        return Given(since=given.since, page=given.page, **{name: getattr(given, name) for name in self.needs})


async def answered(scenario: Scenario, adapters: Any, given: Given) -> object:
    """What the adapters answer; an error that their port tells of is an answer too."""
    try:
        return await scenario.play(adapters, given)
    except TitusError as error:
        return error
