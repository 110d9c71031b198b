"""All read sides in one object."""

from __future__ import annotations

from titus_adapters.sql.account_lists import AccountQueries
from titus_adapters.sql.call_lists import CallQueries
from titus_adapters.sql.callbacks import CallbackQueries
from titus_adapters.sql.dial_requests import DialQueries
from titus_adapters.sql.events import AlertQueries
from titus_adapters.sql.member_lists import HuntGroupQueries
from titus_adapters.sql.messages import MessageQueries
from titus_adapters.sql.records.reader import RecordReading
from titus_adapters.sql.records.schema import RecordSchema
from titus_adapters.sql.records.tallies import TallyQueries
from titus_adapters.sql.retention import RetentionQueries
from titus_adapters.sql.session import Reading
from titus_adapters.sql.standings import StandingQueries
from titus_adapters.sql.transcripts import TranscriptQueries
from titus_adapters.sql.watermarks import WatermarkQueries
from titus_core.calls.ports import Feed


class SqlReader(
    AlertQueries,
    CallQueries,
    CallbackQueries,
    MessageQueries,
    TranscriptQueries,
    RetentionQueries,
    DialQueries,
    WatermarkQueries,
    StandingQueries,
    HuntGroupQueries,
    AccountQueries,
    RecordReading,
    TallyQueries,
):
    """Sees what was committed; each question is one statement (of records, up to three)."""

    def __init__(self, reading: Reading, feed: Feed, schema: RecordSchema) -> None:
        super().__init__(reading)
        self._feed = feed
        self._schema = schema
