"""Parts → use cases → application: the diagram. Which adapters the parts are is `bootstrap`'s choice.

What stands on the left is built from what stands in the brackets.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Protocol

import msgspec
from litestar import Litestar
from litestar.types import ASGIApp, ControllerRouterHandler

from titus_core.accounts.change_user import ChangeUser
from titus_core.accounts.create_user import CreateUser
from titus_core.accounts.ports import AccountReader, AccountTx, PasswordHasher
from titus_core.accounts.resume_session import ResumeSession
from titus_core.accounts.sign_in import SignIn
from titus_core.accounts.sign_out import SignOut
from titus_core.callbacks.change_callback import ChangeCallback
from titus_core.callbacks.ports import CallbackTx
from titus_core.calls.absorb_conversation import AbsorbConversation
from titus_core.calls.advance_hunt import AdvanceHunt
from titus_core.calls.answer_call import AnswerCall
from titus_core.calls.brief_agent import BriefAgent
from titus_core.calls.call_from_browser import CallFromBrowser
from titus_core.calls.connect_agent import ConnectAgent
from titus_core.calls.connect_call import ConnectCall
from titus_core.calls.conversation_audio import AudioCopies
from titus_core.calls.erase_at_provider import EraseAtProvider
from titus_core.calls.erase_old_recordings import EraseOldRecordings
from titus_core.calls.explain_routing import ExplainRouting
from titus_core.calls.find_calls import FindCalls
from titus_core.calls.find_conversation import FindConversation
from titus_core.calls.find_lost_calls import FindLostCalls
from titus_core.calls.find_lost_conversations import FindLostConversations
from titus_core.calls.keep_conversation_audio import KeepConversationAudio
from titus_core.calls.keep_delivery import KeepDelivery
from titus_core.calls.keep_recording import KeepRecording
from titus_core.calls.link_conversation import LinkConversation
from titus_core.calls.look_for_call import LookForCall
from titus_core.calls.measure_calls import MeasureCalls
from titus_core.calls.note_alert import NoteAlert
from titus_core.calls.note_report import NoteReport
from titus_core.calls.place_call import PlaceCall
from titus_core.calls.ports import (
    BrowserTokens,
    CallLedger,
    CallTx,
    Conversations,
    Dialler,
    Feed,
    RecordingSource,
    Summariser,
    Telephony,
)
from titus_core.calls.pull_conversation import PullConversation
from titus_core.calls.screen_leg import ScreenLeg
from titus_core.calls.summarise_call import SummariseCall
from titus_core.calls.take_audio import TakeAudio
from titus_core.calls.take_conversation import TakeConversation
from titus_core.calls.take_message import TakeMessage
from titus_core.calls.tend_call import TendCall
from titus_core.calls.try_again import CountTry
from titus_core.crm.ports import NumberReading
from titus_core.crm.refresh_callers import RefreshCallers
from titus_core.hunt_groups.change_voice_setting import ChangeVoiceSetting
from titus_core.hunt_groups.hours import HolidayCalendar
from titus_core.hunt_groups.ports import HuntGroupReader, HuntGroupTx
from titus_core.hunt_groups.report_presence import ReportPresence
from titus_core.hunt_groups.retire_group import RetireGroup
from titus_core.hunt_groups.save_group import SaveGroup
from titus_core.hunt_groups.set_availability import SetAvailability
from titus_core.jobs.find_gaps import FindGaps, GapReader
from titus_core.jobs.keep_ping import KeepPing
from titus_core.jobs.periodic import EnqueuePeriodic
from titus_core.jobs.ports import JobBoard, JobTx, JobWorker
from titus_core.jobs.search_conversations import SearchConversations
from titus_core.kernel.clock import Clock
from titus_core.kernel.files import Files
from titus_core.kernel.ids import IdSource
from titus_core.kernel.phone import e164
from titus_core.kernel.unit_of_work import Storage
from titus_core.messaging.find_lost_texts import FindLostTexts
from titus_core.messaging.follow_texts import FollowTexts
from titus_core.messaging.keep_media import KeepMedia
from titus_core.messaging.note_status import NoteStatus
from titus_core.messaging.ports import MediaSource, MessageTx, NumberRules, TextLedger, TextSender
from titus_core.messaging.queue_text import QueueText
from titus_core.messaging.receive_text import AbsorbText, ReceiveText
from titus_core.messaging.send_text import SendText
from titus_core.messaging.tell_group import TellGroup
from titus_core.messaging.text_missed_caller import TextMissedCaller
from titus_core.providers.look_at_providers import LookAtProviders
from titus_core.providers.ports import ProviderTx, Watched
from titus_core.records.ports import Catalogues, RecordReader, RecordStore, RecordTx
from titus_core.records.shadow.ports import TallyReader, TallyTx
from titus_http.app import VERSION, AppSettings, create_app, integrations
from titus_http.callers_first import CallersFirst
from titus_http.calling_out import CallingOut
from titus_http.jobs import Erasing, Finding, Recording, TextWork, Working, handlers
from titus_http.live_feed import LiveFeed, Pace
from titus_http.observing import Observed
from titus_http.record_desk import RecordDesk
from titus_http.routes.health import Health
from titus_http.routes.legacy_paths import LegacyPaths
from titus_http.security.cursors import CursorSigner
from titus_http.security.file_links import FileLinks
from titus_http.security.links import LinkSigner
from titus_http.security.monitors import Monitors
from titus_http.security.origin import Site
from titus_http.stopping import Stopping
from titus_http.telemetry import SILENT, Telemetry
from titus_http.ticker import Ticker
from titus_http.use_cases import CallUseCases, UseCases
from titus_http.webhooks import probe
from titus_http.webhooks.airtable.pings import PingEdge
from titus_http.webhooks.airtable.routes import airtable_routes
from titus_http.webhooks.airtable.signature import AirtableVerifier
from titus_http.webhooks.elevenlabs.initiation import InitiationEdge
from titus_http.webhooks.elevenlabs.post_call import PostCallEdge
from titus_http.webhooks.elevenlabs.routes import elevenlabs_routes
from titus_http.webhooks.elevenlabs.signature import ElevenLabsVerifier
from titus_http.webhooks.elevenlabs.spool import Room
from titus_http.webhooks.elevenlabs.vendor import Vendor
from titus_http.webhooks.twilio.again import WorkAgain
from titus_http.webhooks.twilio.agent import AgentLine
from titus_http.webhooks.twilio.edge import TwilioEdge
from titus_http.webhooks.twilio.routes import routes
from titus_http.webhooks.twilio.signature import TwilioVerifier


class Tx(CallTx, CallbackTx, MessageTx, JobTx, ProviderTx, HuntGroupTx, AccountTx, RecordTx, TallyTx, Protocol):
    """What all areas need of one unit of work."""


class Reader(GapReader, HuntGroupReader, AccountReader, RecordReader, TallyReader, Catalogues, Protocol):
    """What all areas read."""


class Numbers(NumberRules, NumberReading, Protocol):
    """All that is asked of numbers."""


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that Titus is built from. `base_url` is our address as the providers know it, without a slash at its
    end; `waiting_for` names what keeps requests from being served; `missing` the settings that sections lack."""

    storage: Storage[Tx]
    reader: Reader
    feed: Feed
    clock: Clock
    ids: IdSource
    hasher: PasswordHasher
    calendar: HolidayCalendar
    jobs: JobBoard
    worker: JobWorker
    telephony: Telephony | None
    recordings: RecordingSource | None
    call_ledger: CallLedger | None
    text_ledger: TextLedger | None
    text_sender: TextSender | None
    media: MediaSource | None
    number_rules: Numbers
    conversations: Conversations | None
    summariser: Summariser | None
    elevenlabs: Vendor
    files: Files
    records: RecordStore | None
    catalogues: Catalogues
    zone: str
    agent: AgentLine
    base_url: str
    secret_key: str
    waiting_for: Callable[[], Awaitable[tuple[str, ...]]]
    auth_tokens: tuple[str, ...] = ()
    shared_keys: Mapping[str, str] = {}
    accounts: frozenset[str] = frozenset()
    elevenlabs_secret: str = ""
    airtable_secret: str = ""
    base_id: str = ""
    agent_id: str = ""
    watched: Mapping[str, Watched] = {}
    recording: Recording = Recording()
    spool_dir: Path | None = None
    twilio_number: str = ""
    dialler: Dialler | None = None
    browser_tokens: BrowserTokens | None = None
    call_countries: frozenset[str] = frozenset()
    recording_days: int = 0
    erase_at_provider: bool = False
    voice_sdk: Path | None = None
    missing: Mapping[str, tuple[str, ...]] = {}
    sections: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    static_dir: Path | None = None
    development: bool = False
    pace: Pace = Pace()
    telemetry: Telemetry = SILENT
    metrics_token: str = ""


class Titus(msgspec.Struct, frozen=True):
    """Titus, put together: serve `app` and run `ticker` beside it. `rest` is what stands behind Twilio's paths. Whoever
    ends it tells `stopping`, which makes it not ready, and ends what goes on for ever."""

    app: ASGIApp
    rest: Litestar
    edge: TwilioEdge
    ticker: Ticker
    stopping: Stopping
    use_cases: UseCases
    calls: CallUseCases
    working: Working


def wire(parts: Parts) -> Titus:
    """Build everything. Starts nothing and asks nobody."""
    storage, reader, clock, telemetry = parts.storage, parts.reader, parts.clock, parts.telemetry
    stopping, callers = Stopping(), CallersFirst()
    use_cases = UseCases(
        clock=clock,
        account_reader=reader,
        sign_in=SignIn(storage, parts.hasher, clock, parts.ids),
        sign_out=SignOut(storage, clock),
        resume_session=ResumeSession(reader, storage, clock),
        create_user=CreateUser(storage, parts.hasher, clock),
        change_user=ChangeUser(storage, parts.hasher, clock),
        group_reader=reader,
        save_group=SaveGroup(storage, clock),
        retire_group=RetireGroup(storage, clock),
        set_availability=SetAvailability(storage, clock),
        report_presence=ReportPresence(storage, clock),
        change_voice_setting=ChangeVoiceSetting(storage, clock),
        call_reader=reader,
        live_feed=LiveFeed(parts.feed, reader, stopping, parts.pace, telemetry),
        measure_calls=MeasureCalls(reader),
        link_conversation=LinkConversation(storage, clock),
        search_conversations=(SearchConversations(storage, reader, clock) if parts.conversations is not None else None),
        explain_routing=ExplainRouting(storage, parts.calendar, clock, parts.agent),
        voice_agent=parts.agent,
        calling_out=CallingOut(
            place_call=PlaceCall(storage, parts.dialler, clock, parts.ids) if parts.dialler is not None else None,
            tokens=parts.browser_tokens,
            our_number=e164(parts.twilio_number),
            countries=parts.call_countries,
            missing=parts.missing,
        ),
        message_reader=reader,
        queue_text=QueueText(storage, parts.number_rules, clock, parts.twilio_number),
        callback_reader=reader,
        change_callback=ChangeCallback(storage, clock),
        job_board=parts.jobs,
        find_gaps=FindGaps(reader, parts.jobs, clock, lists=_finding(parts).lists, watched=parts.watched),
        records=_record_desk(parts),
        tally_reader=reader,
        files=parts.files,
        link_signer=LinkSigner(parts.secret_key),
    )
    calls = CallUseCases(
        answer_call=AnswerCall(storage, parts.calendar),
        advance_hunt=AdvanceHunt(storage, parts.calendar),
        screen_leg=ScreenLeg(storage),
        connect_agent=ConnectAgent(storage, parts.agent, parts.calendar),
        take_message=TakeMessage(storage),
        connect_call=ConnectCall(storage, parts.calendar),
        call_from_browser=CallFromBrowser(storage, parts.calendar, e164(parts.twilio_number)),
        note_report=NoteReport(storage),
        keep_delivery=KeepDelivery(storage),
        tend_call=TendCall(storage, reader, parts.telephony, clock),
        find_calls=FindCalls(storage, reader, parts.telephony, clock) if parts.telephony is not None else None,
        count_try=CountTry(storage),
        receive_text=ReceiveText(storage),
        note_text_status=NoteStatus(storage),
        note_alert=NoteAlert(storage),
    )
    table = routes(calls, parts.call_countries)
    copies = AudioCopies(parts.files, reader)
    rest = create_app(
        use_cases,
        Health(
            VERSION,
            _until_told(stopping, parts.waiting_for),
            integrations(parts.missing, parts.sections),
            reader,
        ),
        [
            *_elevenlabs(parts, copies, callers),
            *_airtable(parts),
            probe.route(parts.base_url, parts.twilio_number, clock),
        ],
        AppSettings(
            site=Site(parts.base_url, secure=not parts.development),
            cors_origins=parts.cors_origins,
            static_dir=parts.static_dir,
            voice_sdk=parts.voice_sdk,
            monitors=Monitors(parts.metrics_token),
        ),
        telemetry,
    )
    verifier = TwilioVerifier(parts.auth_tokens, parts.shared_keys, parts.base_url)
    edge = TwilioEdge(
        LegacyPaths(rest),
        table,
        verifier,
        calls.keep_delivery,
        clock,
        parts.agent,
        base_url=parts.base_url,
        accounts=parts.accounts,
        callers=callers,
        telemetry=telemetry,
    )
    ticker = Ticker(
        clock, reader, calls.tend_call, calls.find_calls, WorkAgain(table, calls.count_try, clock), stopping, telemetry
    )
    keep_recording = (
        KeepRecording(storage, reader, parts.recordings, parts.files, clock) if parts.recordings is not None else None
    )
    pull_conversation = (
        PullConversation(parts.conversations, AbsorbConversation(storage, clock), clock)
        if parts.conversations is not None
        else None
    )
    summarise_call = SummariseCall(storage, reader, parts.summariser, clock) if parts.summariser is not None else None
    look_for_call = LookForCall(storage, parts.dialler, clock) if parts.dialler is not None else None
    doing = handlers(
        keep_recording,
        pull_conversation,
        summarise_call,
        _text_work(parts),
        _finding(parts),
        look_for_call,
        _keep_audio(parts, copies),
        _find_conversation(parts),
    )
    doing |= _erasing(parts).handlers() | parts.recording.handlers()
    working = Working(parts.worker, doing, EnqueuePeriodic(storage, doing, clock), callers, telemetry)
    return Titus(Observed(edge, telemetry), rest, edge, ticker, stopping, use_cases, calls, working)


def _elevenlabs(parts: Parts, copies: AudioCopies, callers: CallersFirst) -> list[ControllerRouterHandler]:
    secret, vendor, clock, take = (
        parts.elevenlabs_secret,
        parts.elevenlabs,
        parts.clock,
        TakeConversation(parts.storage, parts.agent_id),
    )
    tell = PostCallEdge(
        ElevenLabsVerifier(secret),
        vendor,
        take,
        TakeAudio(copies, take),
        parts.files,
        clock,
        Room(parts.spool_dir),
        callers,
    )
    ask = InitiationEdge(secret, vendor, BriefAgent(parts.storage), clock)
    return elevenlabs_routes(tell, ask, parts.telemetry)


def _airtable(parts: Parts) -> list[ControllerRouterHandler]:
    verifier = AirtableVerifier(parts.airtable_secret)
    return airtable_routes(PingEdge(verifier, parts.base_id, KeepPing(parts.storage), parts.clock), parts.telemetry)


def _keep_audio(parts: Parts, copies: AudioCopies) -> KeepConversationAudio | None:
    if parts.conversations is None:
        return None
    return KeepConversationAudio(parts.storage, parts.reader, parts.conversations, copies, parts.clock)


def _find_conversation(parts: Parts) -> FindConversation | None:
    if parts.conversations is None:
        return None
    return FindConversation(parts.conversations, AbsorbConversation(parts.storage, parts.clock))


def _record_desk(parts: Parts) -> RecordDesk:
    return RecordDesk(
        store=parts.records,
        catalogues=parts.catalogues,
        cursors=CursorSigner(parts.secret_key),
        links=FileLinks(LinkSigner(parts.secret_key), parts.base_url, parts.clock),
        zone=parts.zone,
        missing=parts.missing.get("airtable", ()),
    )


def _text_work(parts: Parts) -> TextWork | None:
    if parts.text_sender is None or parts.media is None:
        return None
    storage, rules, clock, number = parts.storage, parts.number_rules, parts.clock, parts.twilio_number
    return TextWork(
        SendText(storage, parts.text_sender, clock),
        KeepMedia(storage, parts.reader, parts.media, parts.files, clock),
        TextMissedCaller(storage, rules, clock, number),
        TellGroup(storage, rules, clock, number),
    )


def _erasing(parts: Parts) -> Erasing:
    storage, reader, files, clock = parts.storage, parts.reader, parts.files, parts.clock
    at_provider, old = None, None
    if parts.recordings is not None and parts.erase_at_provider:
        at_provider = EraseAtProvider(storage, reader, parts.recordings, files, clock)
    if parts.recording_days:
        old = EraseOldRecordings(storage, reader, files, clock, parts.recording_days)
    return Erasing(at_provider, old)


def _finding(parts: Parts) -> Finding:
    storage, reader, clock = parts.storage, parts.reader, parts.clock
    calls, texts, conversations, sent_texts = None, None, None, None
    if parts.call_ledger is not None and parts.telephony is not None:
        calls = FindLostCalls(storage, reader, parts.call_ledger, parts.telephony, clock)
    if parts.text_ledger is not None:
        texts = FindLostTexts(storage, reader, parts.text_ledger, AbsorbText(storage, clock), clock)
        sent_texts = FollowTexts(storage, reader, parts.text_ledger, clock)
    if parts.conversations is not None:
        absorb = AbsorbConversation(storage, clock)
        conversations = FindLostConversations(storage, reader, parts.conversations, absorb, clock)
    providers = LookAtProviders(storage, parts.watched, clock) if parts.watched else None
    callers = None
    if parts.records is not None:
        callers = RefreshCallers(storage, parts.records, parts.catalogues, reader, parts.number_rules, clock)
    return Finding(calls, texts, conversations, providers, sent_texts, callers)


def _until_told(
    stopping: Stopping, waiting_for: Callable[[], Awaitable[tuple[str, ...]]]
) -> Callable[[], Awaitable[tuple[str, ...]]]:
    """Who is stopping is not ready, whatever its store says."""

    async def waits_for() -> tuple[str, ...]:
        return ("the next server: this one is stopping",) if stopping.told else await waiting_for()

    return waits_for
