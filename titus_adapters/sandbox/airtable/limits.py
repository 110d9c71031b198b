"""How often Airtable may be asked: windows by base and by user, the lock behind them, and the month's quota."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from typing import Literal

import msgspec

from titus_adapters.sandbox.airtable.switches import Limits, Switches
from titus_adapters.sandbox.airtable.times import moment

Verdict = Literal["admitted", "too_fast", "quota_used_up"]


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks for what, and when. `base_id` "" for what belongs to no base; `is_meta`: the quota does not count it."""

    at: float
    user_id: str
    base_id: str = ""
    workspace_id: str = ""
    is_meta: bool = False


class Meter:
    """Counts requests. Refused ones do not count, but may make the lock longer."""

    def __init__(self) -> None:
        self.is_off = False
        self.used: Counter[str] = Counter()
        """Requests by workspace and month: `wsp… 2026-02`."""
        self._windows: dict[str, deque[float]] = defaultdict(deque)
        self._locked_until: dict[str, float] = {}

    def judge(self, asking: Asking, limits: Limits, switches: Switches) -> Verdict:
        """Also what it changes: a request too many locks the base, or all of the user's."""
        if self.is_off:
            return "admitted"
        if self._quota_is_used_up(asking, limits):
            return "quota_used_up"
        for key, most in self._keys(asking, limits):
            if self._is_locked(key, asking.at, limits, switches):
                return "too_fast"
            if len(self._recent(key, asking.at, limits)) >= most:
                self._locked_until[key] = asking.at + limits.lock
                return "too_fast"
        self._count(asking, limits)
        return "admitted"

    def locked_for(self, key: str, at: float) -> float:
        """Seconds until this base or user may ask again."""
        return max(0.0, self._locked_until.get(key, at) - at)

    def lock(self, key: str, until: float) -> None:
        """As if somebody else had asked too often."""
        self._locked_until[key] = until

    def used_in(self, workspace_id: str, at: float) -> int:
        return self.used[_month(workspace_id, at)]

    def use(self, workspace_id: str, at: float, count: int) -> None:
        """As if so many requests had been made this month."""
        self.used[_month(workspace_id, at)] += count

    def _keys(self, asking: Asking, limits: Limits) -> list[tuple[str, int]]:
        by_user = [(asking.user_id, limits.per_user)]
        return [(asking.base_id, limits.per_base), *by_user] if asking.base_id else by_user

    def _is_locked(self, key: str, at: float, limits: Limits, switches: Switches) -> bool:
        locked = at < self._locked_until.get(key, at)
        if locked and switches.lock_extended_by_requests:
            self._locked_until[key] = at + limits.lock
        return locked

    def _recent(self, key: str, at: float, limits: Limits) -> deque[float]:
        window = self._windows[key]
        while window and window[0] <= at - limits.window:
            window.popleft()
        return window

    def _quota_is_used_up(self, asking: Asking, limits: Limits) -> bool:
        counts = not asking.is_meta and asking.workspace_id != ""
        return counts and limits.monthly is not None and self.used_in(asking.workspace_id, asking.at) >= limits.monthly

    def _count(self, asking: Asking, limits: Limits) -> None:
        for key, _ in self._keys(asking, limits):
            self._windows[key].append(asking.at)
        if not asking.is_meta and asking.workspace_id:
            self.used[_month(asking.workspace_id, asking.at)] += 1


def _month(workspace_id: str, at: float) -> str:
    return f"{workspace_id} {moment(at):%Y-%m}"
