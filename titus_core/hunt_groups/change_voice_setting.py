"""One of the switches for all calls is set."""

from __future__ import annotations

from typing import Literal

import msgspec

from titus_core.hunt_groups.events import VoiceSettingsSet
from titus_core.hunt_groups.hours import AUSTRALIAN_STATES
from titus_core.hunt_groups.ports import HuntGroupTx
from titus_core.kernel.actor import Actor
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import Invalid
from titus_core.kernel.events import Envelope
from titus_core.kernel.unit_of_work import Storage

DEFAULTS = {"ai_enabled": "true", "timezone": "QLD"}
"""What holds until someone says otherwise, as in today's system."""

_ALLOWED = {"ai_enabled": ("true", "false"), "timezone": AUSTRALIAN_STATES}


class VoiceSettingChange(msgspec.Struct, frozen=True):
    actor: Actor
    name: Literal["ai_enabled", "timezone"]
    value: str


class ChangeVoiceSetting:
    """Raises `Invalid` for a value that the setting cannot have. Setting what is set already is not an event."""

    def __init__(self, storage: Storage[HuntGroupTx], clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def __call__(self, command: VoiceSettingChange) -> None:
        if command.value not in _ALLOWED[command.name]:
            raise Invalid(command.name, f"must be one of {', '.join(_ALLOWED[command.name])}")
        await self._storage.transact(self._work, command)

    async def _work(self, tx: HuntGroupTx, command: VoiceSettingChange) -> None:
        before = await tx.voice_settings.get(command.name)
        if before == command.value:
            return
        now = self._clock.now()
        tx.voice_settings.set(command.name, command.value, now)
        changed = VoiceSettingsSet(name=command.name, before=before or DEFAULTS[command.name], after=command.value)
        tx.record(Envelope("voice_settings", now, command.actor, changed))
