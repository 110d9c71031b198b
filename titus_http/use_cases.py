"""The product's table of contents: everything that routes may ask of Titus, built in `wiring.py`.

Routes receive single fields by name, so a field's name is a handler's parameter.
"""

from __future__ import annotations

import msgspec
from litestar.di import Provide

from titus_core.accounts.change_user import ChangeUser
from titus_core.accounts.create_user import CreateUser
from titus_core.accounts.ports import AccountReader
from titus_core.accounts.resume_session import ResumeSession
from titus_core.accounts.sign_in import SignIn
from titus_core.accounts.sign_out import SignOut
from titus_core.callbacks.change_callback import ChangeCallback
from titus_core.callbacks.ports import CallbackReader
from titus_core.calls.advance_hunt import AdvanceHunt
from titus_core.calls.answer_call import AnswerCall
from titus_core.calls.call_from_browser import CallFromBrowser
from titus_core.calls.connect_agent import ConnectAgent
from titus_core.calls.connect_call import ConnectCall
from titus_core.calls.explain_routing import ExplainRouting
from titus_core.calls.find_calls import FindCalls
from titus_core.calls.keep_delivery import KeepDelivery
from titus_core.calls.link_conversation import LinkConversation
from titus_core.calls.measure_calls import MeasureCalls
from titus_core.calls.note_alert import NoteAlert
from titus_core.calls.note_report import NoteReport
from titus_core.calls.ports import CallReader, VoiceAgent
from titus_core.calls.screen_leg import ScreenLeg
from titus_core.calls.take_message import TakeMessage
from titus_core.calls.tend_call import TendCall
from titus_core.calls.try_again import CountTry
from titus_core.hunt_groups.change_voice_setting import ChangeVoiceSetting
from titus_core.hunt_groups.ports import HuntGroupReader
from titus_core.hunt_groups.report_presence import ReportPresence
from titus_core.hunt_groups.retire_group import RetireGroup
from titus_core.hunt_groups.save_group import SaveGroup
from titus_core.hunt_groups.set_availability import SetAvailability
from titus_core.jobs.find_gaps import FindGaps
from titus_core.jobs.ports import JobBoard
from titus_core.jobs.search_conversations import SearchConversations
from titus_core.kernel.clock import Clock
from titus_core.kernel.files import Files
from titus_core.messaging.note_status import NoteStatus
from titus_core.messaging.ports import MessageReader
from titus_core.messaging.queue_text import QueueText
from titus_core.messaging.receive_text import ReceiveText
from titus_core.records.shadow.ports import TallyReader
from titus_http.calling_out import CallingOut
from titus_http.live_feed import LiveFeed
from titus_http.record_desk import RecordDesk
from titus_http.security.links import LinkSigner


class CallUseCases(msgspec.Struct, frozen=True, kw_only=True):
    """What the telephony provider and the timers ask of Titus."""

    answer_call: AnswerCall
    advance_hunt: AdvanceHunt
    screen_leg: ScreenLeg
    connect_agent: ConnectAgent
    take_message: TakeMessage
    connect_call: ConnectCall
    call_from_browser: CallFromBrowser
    note_report: NoteReport
    keep_delivery: KeepDelivery
    tend_call: TendCall
    find_calls: FindCalls | None
    count_try: CountTry
    receive_text: ReceiveText
    note_text_status: NoteStatus
    note_alert: NoteAlert


class UseCases(msgspec.Struct, frozen=True, kw_only=True):
    """One field per use case or reader."""

    clock: Clock

    # --- accounts
    account_reader: AccountReader
    sign_in: SignIn
    sign_out: SignOut
    resume_session: ResumeSession
    create_user: CreateUser
    change_user: ChangeUser

    # --- hunt groups
    group_reader: HuntGroupReader
    save_group: SaveGroup
    retire_group: RetireGroup
    set_availability: SetAvailability
    report_presence: ReportPresence
    change_voice_setting: ChangeVoiceSetting

    # --- calls
    call_reader: CallReader
    live_feed: LiveFeed
    measure_calls: MeasureCalls
    link_conversation: LinkConversation
    search_conversations: SearchConversations | None = None
    explain_routing: ExplainRouting
    voice_agent: VoiceAgent | None = None
    calling_out: CallingOut

    # --- messages
    message_reader: MessageReader
    queue_text: QueueText

    # --- callbacks
    callback_reader: CallbackReader
    change_callback: ChangeCallback

    # --- jobs
    job_board: JobBoard
    find_gaps: FindGaps

    # --- records
    records: RecordDesk
    tally_reader: TallyReader

    # --- files
    files: Files
    link_signer: LinkSigner


def dependencies(use_cases: UseCases) -> dict[str, Provide]:
    """Each field as a dependency of its name."""
    return {name: constant(getattr(use_cases, name)) for name in use_cases.__struct_fields__}


def constant(value: object) -> Provide:
    """A dependency that is always this value."""
    return _Constant(lambda: value, sync_to_thread=False)


class _Constant(Provide):
    """Itself alone: Litestar compares every dependency with every other, for each handler."""

    __eq__ = object.__eq__
    __hash__ = object.__hash__
