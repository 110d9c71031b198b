"""What a unit of work sees of the memory store: every area's tx in one."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from titus_adapters.memory import events, jobs
from titus_adapters.memory.accounts import MemorySessions, MemoryUsers
from titus_adapters.memory.callbacks import MemoryCallbacks
from titus_adapters.memory.calls import MemoryCalls
from titus_adapters.memory.dial_requests import MemoryDialRequests
from titus_adapters.memory.engagements import MemoryEngagements
from titus_adapters.memory.hunt_groups import MemoryHuntGroups, MemoryVoiceSettings
from titus_adapters.memory.inbox import MemoryInbox
from titus_adapters.memory.known_callers import MemoryKnownCallers
from titus_adapters.memory.members import MemoryMembers
from titus_adapters.memory.messages import MemoryMessages, MemoryOptOuts
from titus_adapters.memory.record_journal import MemoryRecordJournal
from titus_adapters.memory.records import MemoryRecordRows
from titus_adapters.memory.standings import MemoryStandings
from titus_adapters.memory.state import State
from titus_adapters.memory.tallies import MemoryTallies
from titus_adapters.memory.transcripts import MemoryAgentVisits, MemoryTranscripts
from titus_adapters.memory.unit import Unit
from titus_adapters.memory.watermarks import MemoryWatermarks
from titus_core.jobs.model import Causes, NewJob
from titus_core.kernel.events import Envelope


class MemoryTx:
    """Every area's tx in one."""

    def __init__(self, state: State, unit: Unit, causes: Causes) -> None:
        self._state = state
        self._unit = unit
        self._causes = causes
        self.calls = MemoryCalls(state, unit)
        self.callbacks = MemoryCallbacks(state, unit)
        self.messages = MemoryMessages(state, unit)
        self.opt_outs = MemoryOptOuts(state, unit)
        self.watermarks = MemoryWatermarks(state, unit)
        self.standings = MemoryStandings(state, unit)
        self.agent_visits = MemoryAgentVisits(state, unit)
        self.transcripts = MemoryTranscripts(state, unit)
        self.dial_requests = MemoryDialRequests(state, unit)
        self.engagements = MemoryEngagements(state, unit)
        self.inbox = MemoryInbox(state, unit)
        self.known_callers = MemoryKnownCallers(state, unit)
        self.hunt_groups = MemoryHuntGroups(state, unit)
        self.members = MemoryMembers(state, unit)
        self.voice_settings = MemoryVoiceSettings(state, unit)
        self.record_rows = MemoryRecordRows(state, unit)
        self.record_journal = MemoryRecordJournal(state, unit)
        self.record_tallies = MemoryTallies(state, unit)
        self.users = MemoryUsers(state, unit)
        self.sessions = MemorySessions(state, unit)

    def enqueue(self, job: NewJob, at: datetime) -> None:
        self._unit.write(partial(jobs.enqueue, self._state, job, at))

    def record(self, *envelopes: Envelope) -> None:
        if envelopes:
            self._unit.write(partial(events.record, self._state, self._causes, envelopes))
            self._unit.events.extend(envelopes)
