"""Everything in memory: the world of a test. `titus_http.bootstrap.build_for(world)` puts Titus into it."""

from __future__ import annotations

from datetime import datetime

from titus_adapters.memory.clock import NOON, CountingIds, ManualClock
from titus_adapters.memory.conversations import MemoryConversations
from titus_adapters.memory.dialler import MemoryDialler, MemoryTokens
from titus_adapters.memory.files import MemoryFiles
from titus_adapters.memory.holidays import FixedHolidays
from titus_adapters.memory.ledger import MemoryLedger
from titus_adapters.memory.passwords import PlainHasher
from titus_adapters.memory.recordings import MemoryRecordings
from titus_adapters.memory.store import MemoryStore
from titus_adapters.memory.summaries import MemorySummariser
from titus_adapters.memory.telephony import MemoryTelephony
from titus_adapters.memory.texts import MemoryTexts
from titus_adapters.memory.voice_agent import ScriptedAgent
from titus_core.jobs.causes import Kind, causes_of


class World:
    """One of each, fresh. Turn the clock, script the agent, tell the telephony what it knows."""

    def __init__(self, at: datetime = NOON) -> None:
        self.clock = ManualClock(at)
        self.store = MemoryStore(causes=causes_of(tuple(Kind)), clock=self.clock)
        self.ids = CountingIds()
        self.hasher = PlainHasher()
        self.calendar = FixedHolidays()
        self.telephony = MemoryTelephony()
        self.dialler = MemoryDialler()
        self.tokens = MemoryTokens()
        self.recordings = MemoryRecordings()
        self.ledger = MemoryLedger()
        self.files = MemoryFiles()
        self.summariser = MemorySummariser()
        self.texts = MemoryTexts()
        self.agent = ScriptedAgent()
        self.conversations = MemoryConversations()
