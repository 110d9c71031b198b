"""What happens to a callback. Notes stay in the callback itself: they may name health, and the trail is for ever."""

from __future__ import annotations

from titus_core.callbacks.model import Reached, Resolution
from titus_core.kernel.events import Event
from titus_core.kernel.ids import CallId


class CallbackEvent(Event, frozen=True, kw_only=True):
    call_id: CallId


class CallbackOwed(CallbackEvent, frozen=True, tag="callback.owed", kw_only=True):
    """Nobody served the caller: someone owes them a call."""

    outcome: str


class CallbackClaimed(CallbackEvent, frozen=True, tag="callback.claimed", kw_only=True):
    """The actor has taken it on."""


class CallbackReleased(CallbackEvent, frozen=True, tag="callback.released", kw_only=True):
    """The actor has given it back."""


class CallbackAttempted(CallbackEvent, frozen=True, tag="callback.attempted", kw_only=True):
    """The actor rang the caller."""

    result: Reached


class CallbackClosed(CallbackEvent, frozen=True, tag="callback.closed", kw_only=True):
    """Nothing is owed any more."""

    resolution: Resolution


class GroupTold(CallbackEvent, frozen=True, tag="callback.group_told", kw_only=True):
    """`told`: to so many of its addresses a message is on its way; `left_out` says which kinds could not be told."""

    told: int
    left_out: tuple[str, ...] = ()
