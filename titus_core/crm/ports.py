"""What the registers of people need of others."""

from __future__ import annotations

from typing import Protocol

from titus_core.calls.ports import KnownCallers
from titus_core.kernel.phone import PhoneNumber
from titus_core.kernel.unit_of_work import Records
from titus_core.kernel.watermarks import Watermarks


class NumberReading(Protocol):
    """Telephone numbers as people write them."""

    def numbers(self, text: str) -> tuple[PhoneNumber, ...]:
        """All that the text tells, each once, read as in Australia where they name no country. What is none, and what
        many people call from (a switchboard's number with an extension), MUST be left out."""
        ...


class CallerTx(Records, Protocol):
    """What is known of callers, and how far the records were read for it."""

    @property
    def known_callers(self) -> KnownCallers: ...
    @property
    def watermarks(self) -> Watermarks: ...
