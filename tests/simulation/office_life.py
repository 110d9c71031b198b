"""What people in the office do: come and go, and edit groups while callers are on the line."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from msgspec.structs import replace

from tests.core.calls.builders import MAIN, NOON
from tests.core.calls.office import Setup
from tests.simulation.history import History
from tests.simulation.setting import STAFF, Setting
from titus_core.hunt_groups.availability import Presence
from titus_core.hunt_groups.model import HuntGroup, Member, Strategy
from titus_core.kernel.ids import UserId


class OfficeLife:
    """Edits go through the store as an administrator's would."""

    def __init__(self, setup: Setup, history: History, random: Random) -> None:
        self._setup = setup
        self._history = history
        self._random = random

    def begin(self, setting: Setting) -> None:
        self._group(*setting.groups)
        self._setup.staff(*STAFF, said=setting.presence)
        self._history.presence.update(setting.presence)
        for user_id, seconds in setting.heartbeats.items():
            at = NOON + timedelta(seconds=seconds)
            self._setup.heartbeat(user_id, at=at)
            self._history.heartbeats[user_id] = at

    def edit(self) -> None:
        """Someone comes or goes, and the group is changed, emptied or switched off."""
        random = self._random
        self._say({random.choice(STAFF): random.choice(list(Presence))})
        stored = self._setup.run(self._setup.store.reader.group(MAIN))
        assert stored is not None
        self._group(self._edited(stored))

    def _edited(self, stored: HuntGroup) -> HuntGroup:
        random = self._random
        match random.randrange(6):
            case 0:
                return replace(stored, members=())
            case 1:
                return replace(stored, active=not stored.active)
            case 2:
                return replace(stored, strategy=random.choice(list(Strategy)), overflow=())
            case _:
                people = random.sample(STAFF, random.randint(1, 4))
                return replace(stored, members=tuple(map(Member, people)))

    def _group(self, *groups: HuntGroup) -> None:
        self._setup.groups(*groups)
        self._history.groups.update({group.id: group for group in groups})

    def _say(self, said: dict[UserId, Presence]) -> None:
        self._setup.say(said)
        self._history.presence.update(said)
