"""What a unit of work sees of the memory store: every area's tx in one."""

from __future__ import annotations

from functools import partial

from titus_adapters.memory import events
from titus_adapters.memory.accounts import MemorySessions, MemoryUsers
from titus_adapters.memory.calls import MemoryCalls
from titus_adapters.memory.dial_requests import MemoryDialRequests
from titus_adapters.memory.engagements import MemoryEngagements
from titus_adapters.memory.hunt_groups import MemoryHuntGroups, MemoryVoiceSettings
from titus_adapters.memory.inbox import MemoryInbox
from titus_adapters.memory.known_callers import MemoryKnownCallers
from titus_adapters.memory.members import MemoryMembers
from titus_adapters.memory.state import State
from titus_adapters.memory.transcripts import MemoryAgentVisits, MemoryTranscripts
from titus_adapters.memory.unit import Unit
from titus_core.jobs.model import Causes
from titus_core.kernel.events import Envelope


class MemoryTx:
    """`CallTx`, `HuntGroupTx` and `AccountTx`."""

    def __init__(self, state: State, unit: Unit, causes: Causes) -> None:
        self._state = state
        self._unit = unit
        self._causes = causes
        self.calls = MemoryCalls(state, unit)
        self.agent_visits = MemoryAgentVisits(state, unit)
        self.transcripts = MemoryTranscripts(state, unit)
        self.dial_requests = MemoryDialRequests(state, unit)
        self.engagements = MemoryEngagements(state, unit)
        self.inbox = MemoryInbox(state, unit)
        self.known_callers = MemoryKnownCallers(state, unit)
        self.hunt_groups = MemoryHuntGroups(state, unit)
        self.members = MemoryMembers(state, unit)
        self.voice_settings = MemoryVoiceSettings(state, unit)
        self.users = MemoryUsers(state, unit)
        self.sessions = MemorySessions(state, unit)

    def record(self, *envelopes: Envelope) -> None:
        if envelopes:
            self._unit.write(partial(events.record, self._state, self._causes, envelopes))
