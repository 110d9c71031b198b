"""Failures on purpose: what a store that dies around a commit looks like to its callers."""

from __future__ import annotations

from titus_core.kernel.errors import Unavailable


class Faults:
    """Each armed fault strikes one unit of work with `Unavailable`; the ones before the commit strike first."""

    def __init__(self) -> None:
        self._before = 0
        self._after = 0

    def before_commit(self, times: int = 1) -> None:
        """The next so many units of work run, and nothing of them is stored."""
        self._before += times

    def after_commit(self, times: int = 1) -> None:
        """The next so many units of work are stored, but their callers are not told."""
        self._after += times

    def strike_before(self) -> None:
        if self._before:
            self._before -= 1
            raise Unavailable

    def strike_after(self) -> None:
        if self._after:
            self._after -= 1
            raise Unavailable
