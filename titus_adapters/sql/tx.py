"""What a unit of work is given: the stores of every area over one session."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from titus_adapters.sql.accounts import SqlSessions, SqlUsers
from titus_adapters.sql.callbacks import SqlCallbacks
from titus_adapters.sql.calls import SqlCalls
from titus_adapters.sql.dial_requests import SqlDialRequests
from titus_adapters.sql.engagements import SqlEngagements
from titus_adapters.sql.hunt_groups import SqlHuntGroups
from titus_adapters.sql.inbox import SqlInbox
from titus_adapters.sql.known_callers import SqlKnownCallers
from titus_adapters.sql.members import SqlMembers
from titus_adapters.sql.messages import SqlMessages, SqlOptOuts
from titus_adapters.sql.records.journal import SqlRecordJournal
from titus_adapters.sql.records.rows import SqlRecordRows
from titus_adapters.sql.records.schema import RecordSchema
from titus_adapters.sql.records.tallies import SqlTallies
from titus_adapters.sql.session import Session
from titus_adapters.sql.standings import SqlStandings
from titus_adapters.sql.transcripts import SqlAgentVisits, SqlTranscripts
from titus_adapters.sql.voice_settings import SqlVoiceSettings
from titus_adapters.sql.watermarks import SqlWatermarks
from titus_core.jobs.model import NewJob
from titus_core.kernel.events import Envelope


class RecordingSession(Session, Protocol):
    """A session that keeps events and jobs too."""

    def record(self, *envelopes: Envelope) -> None: ...
    def enqueue(self, job: NewJob, at: datetime) -> None: ...


class SqlTx:
    """Every area's tx in one."""

    __slots__ = ("_schema", "_session")

    def __init__(self, session: RecordingSession, schema: RecordSchema) -> None:
        self._session = session
        self._schema = schema

    def record(self, *envelopes: Envelope) -> None:
        self._session.record(*envelopes)

    def enqueue(self, job: NewJob, at: datetime) -> None:
        self._session.enqueue(job, at)

    @property
    def watermarks(self) -> SqlWatermarks:
        return SqlWatermarks(self._session)

    @property
    def standings(self) -> SqlStandings:
        return SqlStandings(self._session)

    @property
    def calls(self) -> SqlCalls:
        return SqlCalls(self._session)

    @property
    def callbacks(self) -> SqlCallbacks:
        return SqlCallbacks(self._session)

    @property
    def messages(self) -> SqlMessages:
        return SqlMessages(self._session)

    @property
    def opt_outs(self) -> SqlOptOuts:
        return SqlOptOuts(self._session)

    @property
    def engagements(self) -> SqlEngagements:
        return SqlEngagements(self._session)

    @property
    def agent_visits(self) -> SqlAgentVisits:
        return SqlAgentVisits(self._session)

    @property
    def transcripts(self) -> SqlTranscripts:
        return SqlTranscripts(self._session)

    @property
    def dial_requests(self) -> SqlDialRequests:
        return SqlDialRequests(self._session)

    @property
    def inbox(self) -> SqlInbox:
        return SqlInbox(self._session)

    @property
    def known_callers(self) -> SqlKnownCallers:
        return SqlKnownCallers(self._session)

    @property
    def hunt_groups(self) -> SqlHuntGroups:
        return SqlHuntGroups(self._session)

    @property
    def members(self) -> SqlMembers:
        return SqlMembers(self._session)

    @property
    def voice_settings(self) -> SqlVoiceSettings:
        return SqlVoiceSettings(self._session)

    @property
    def record_rows(self) -> SqlRecordRows:
        return SqlRecordRows(self._session, self._schema.queries)

    @property
    def record_journal(self) -> SqlRecordJournal:
        return SqlRecordJournal(self._session, self._schema)

    @property
    def record_tallies(self) -> SqlTallies:
        return SqlTallies(self._session)

    @property
    def users(self) -> SqlUsers:
        return SqlUsers(self._session)

    @property
    def sessions(self) -> SqlSessions:
        return SqlSessions(self._session)
