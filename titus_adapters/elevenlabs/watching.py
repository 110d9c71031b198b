"""Does ElevenLabs still tell us of conversations? It gives up on a webhook after ten failures in a row if none
succeeded for a week, and only a person can enable it again (elevenlabs-anthropic-graph.md §1.3, auto-disable)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from titus_adapters.elevenlabs.api import ElevenLabsApi
from titus_adapters.elevenlabs.payloads import Moment
from titus_adapters.elevenlabs.refusals import Fault, fault
from titus_core.kernel.errors import NotFound, TitusError, Unavailable
from titus_core.providers.model import Level, Seen

PATH = "/v1/workspace/webhooks"
LATELY = timedelta(hours=2)
"""A failure this young is worth a look: it is older at the look after the next one."""

_LATER = "what it would tell is asked for every five minutes instead"


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """One of a workspace's webhooks, as far as it is looked at."""

    webhook_url: str
    is_disabled: bool = False
    is_auto_disabled: bool = False
    most_recent_failure_error_code: int | None = None
    most_recent_failure_timestamp: Moment | None = None

    @property
    def works(self) -> bool:
        return not self.is_disabled and not self.is_auto_disabled

    def failed_since(self, at: datetime) -> bool:
        failed = self.most_recent_failure_timestamp
        return failed is not None and failed >= at.timestamp()

    @property
    def failure(self) -> str:
        """How its last failure is told: a status, or nothing that ElevenLabs could tell."""
        code = self.most_recent_failure_error_code
        return f"the last failure was a {code}" if code is not None else "the last failure had no answer"


class Webhooks(msgspec.Struct, frozen=True):
    webhooks: tuple[Webhook, ...]


class WebhookWatch:
    """`providers.ports.Watched`: the webhook of the account that leads to `url`."""

    def __init__(self, api: ElevenLabsApi, url: str) -> None:
        self._api = api
        self._url = url.rstrip("/")

    async def look(self, now: datetime) -> Seen:
        try:
            told = await self._api.get(PATH, Webhooks)
        except (Unavailable, NotFound) as error:
            return _unseen(error)
        ours = [one for one in told.webhooks if one.webhook_url.rstrip("/") == self._url]
        return _standing(ours, now)


def _standing(ours: Sequence[Webhook], now: datetime) -> Seen:
    if not ours:
        return Seen(Level.WARNING, f"No webhook of the workspace leads to us; {_LATER}")
    working = [one for one in ours if one.works]
    if not working:
        return Seen(Level.DOWN, f"{_why(ours[0])}; {_LATER}")
    if working[0].failed_since(now - LATELY):
        return Seen(Level.WARNING, f"The webhook works, and failed lately: {working[0].failure}")
    return Seen(Level.OK)


def _why(hook: Webhook) -> str:
    if hook.is_auto_disabled:
        return f"ElevenLabs has disabled the webhook after too many failures ({hook.failure}): enable it there by hand"
    return "The webhook is disabled at ElevenLabs"


def _unseen(error: TitusError) -> Seen:
    """No look was possible. ElevenLabs itself may be well: a key need not be allowed to list webhooks."""
    reason = error.data.get("reason") or error.data.get("status")
    forbidden = reason == "missing_permissions" or error.data.get("status") == 403
    if isinstance(error, Unavailable) and fault(error) is Fault.SHUT and not forbidden:
        return Seen(Level.DOWN, f"ElevenLabs refuses the account or its key ({reason})")
    why = "the key may not list webhooks" if forbidden else str(error)
    return Seen(Level.WARNING, f"How the webhook is doing could not be seen: {why}")
