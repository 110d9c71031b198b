"""What calls need of a store and of the providers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from titus_core.callbacks.ports import Callbacks
from titus_core.calls.conversations import Conversation, Invitation, Summary, Turn
from titus_core.calls.dialling import DialId, Dialled, DialRequest, DialState
from titus_core.calls.instructions import Reply
from titus_core.calls.model import Call, CallStatus, Direction, Outcome, RecordingState
from titus_core.calls.transcripts import AgentVisit, Transcript
from titus_core.hunt_groups.availability import Engagement
from titus_core.hunt_groups.ports import HuntGroups, Members, VoiceSettings
from titus_core.kernel.events import Recorded
from titus_core.kernel.ids import CallId, ConversationId, LegId, RecordingId, UserId
from titus_core.kernel.paging import Page
from titus_core.kernel.phone import PhoneNumber
from titus_core.kernel.unit_of_work import Records
from titus_core.kernel.watermarks import Watermarks

# --- inside a unit of work ------------------------------------------------------------------------------------------


class TalkRecord(msgspec.Struct, frozen=True):
    """What someone answered lately: `answered` calls since the asked instant, and when the last talk ended or began."""

    answered: int
    idle_since: datetime


class Calls(Protocol):
    """The calls, one row each."""

    async def get(self, call_id: CallId) -> Call | None: ...

    def save(self, call: Call) -> None:
        """Store it as version `call.version + 1`, with everything that lists and timers look for (`CallRow`,
        `timers.due_at`). MUST end in `Conflict` at commit if the stored version is not `call.version`, or (for
        version 0) if the call exists already."""
        ...

    def look_again(self, call_id: CallId, at: datetime) -> None:
        """Change only when the call is due next: nothing happened to it, so its version stays."""
        ...

    async def last_answerer(self, caller: PhoneNumber, since: datetime) -> UserId | None:
        """Who took this caller's latest answered call since then."""
        ...

    async def talks(self, user_ids: Collection[UserId], since: datetime) -> Mapping[UserId, TalkRecord]:
        """The record of each of these who answered a call since then."""
        ...


class Engagements(Protocol):
    """Who is taken, one row a person: a reservation by constraint, not by hope."""

    def replace(self, before: Collection[Engagement], after: Collection[Engagement], now: datetime) -> None:
        """Turn what one call held into what it holds now; rows equal in both stay untouched.

        MUST end in `Conflict` at commit if a person whom `after` newly rings is held by another call beyond `now`:
        an offer is ours to make or not. A talk is a fact, and takes the person from a call that only rings them or
        from a wrap-up; where another call talks to them beyond `now`, that row stays. Leaving and wrapping up
        never take anybody from another call. Releasing a row that another call holds by now does nothing."""
        ...


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One request of a provider, raw. `key` names the fact itself (the same for every repetition), `token` the
    provider's own idempotency token; `query` and `body` are as received."""

    route: str
    key: str
    token: str | None
    query: str
    body: str
    received_at: datetime


class Kept(msgspec.Struct, frozen=True):
    """A delivery and its answer. `reply` None: nothing was asked. `repeated`: it was answered before, and so this is
    the stored answer."""

    key: str
    reply: Reply | None
    base_url: str
    repeated: bool = False

    def again(self) -> Kept:
        """The same, as a repetition gets it."""
        return msgspec.structs.replace(self, repeated=True)


class Waiting(msgspec.Struct, frozen=True):
    """A delivery that was stored but could not be understood yet. `tries` counts the attempts so far."""

    id: int
    delivery: Delivery
    tries: int


class Inbox(Protocol):
    """Every webhook as it came, with the answer that it got."""

    async def find(self, route: str, key: str, token: str | None) -> Kept | None:
        """The answered delivery with this route and key, or with this route and token if its key is the same."""
        ...

    def keep(self, delivery: Delivery, reply: Reply | None, base_url: str, *, reduced: bool = True) -> None:
        """Store it with its answer. MUST end in `Conflict` at commit if the route has the key already. A token that
        the route has already (under another key) is stored without it. `reduced` False: to be retried."""
        ...

    def settle(self, waiting_id: int, *, reduced: bool, at: datetime) -> None:
        """Mark a waiting delivery as understood, or count one more try."""
        ...


class CallerKind(StrEnum):
    """Which of the two registers tells of somebody: clients, or all the others."""

    CONTACT = "contact"
    CLIENT = "client"


class KnownCaller(msgspec.Struct, frozen=True):
    """Somebody who has a number; several may have the same one. `contact_id` is their record, `coordinator` the user
    who looks after the client."""

    number: PhoneNumber
    contact_id: str
    name: str
    coordinator: UserId | None = None
    kind: CallerKind = CallerKind.CONTACT


class KnownCallers(Protocol):
    """Caller identity, in local tables: routing never waits for Airtable."""

    async def with_number(self, number: PhoneNumber) -> tuple[KnownCaller, ...]:
        """All who have it, by contact; `identifying.identity_of` says who that is."""
        ...

    async def of_contacts(self, ids: Collection[str]) -> tuple[KnownCaller, ...]:
        """All numbers of these, by contact, then number."""
        ...

    async def contacts(self) -> tuple[str, ...]:
        """All who have a number, each once, in order."""
        ...

    def save(self, caller: KnownCaller) -> None:
        """Insert it, or replace what this contact had under this number."""
        ...

    def forget(self, caller: KnownCaller) -> None:
        """The contact has the number no more; nothing happens if it had not."""
        ...


class AgentVisits(Protocol):
    """Which callers were handed over to the AI agent, one row a call."""

    def add(self, visit: AgentVisit) -> None:
        """Keep it; the first of a call stays."""
        ...

    async def of(self, conversation_id: ConversationId) -> CallId | None:
        """The call whose conversation its provider named so beforehand."""
        ...

    async def near(self, caller: PhoneNumber, start: datetime, end: datetime) -> tuple[CallId, ...]:
        """This caller's calls that were handed over from `start` to `end`, both included, of which the agent's provider
        named no conversation beforehand, and which have no transcript; by time."""
        ...


class Transcripts(Protocol):
    """The conversations with the AI agent, one row each."""

    async def get(self, conversation_id: ConversationId) -> Transcript | None: ...

    def save(self, transcript: Transcript) -> None:
        """Store it as version `transcript.version + 1`. MUST end in `Conflict` at commit if the stored version is not
        `transcript.version`, or (for version 0) if the conversation exists already, or if another one is tied to its
        call by number and time as well."""
        ...


class DialRequests(Protocol):
    """The calls that we were asked to place, one row each."""

    async def get(self, dial_id: DialId) -> DialRequest | None: ...

    async def of_key(self, user_id: UserId, key: str) -> DialRequest | None:
        """What this user asked for under this idempotency key."""
        ...

    async def of_calls(self, call_ids: Collection[CallId]) -> tuple[CallId, ...]:
        """Those of these calls that belong to a request, by id."""
        ...

    def save(self, request: DialRequest) -> None:
        """Store it as version `request.version + 1`. MUST end in `Conflict` at commit if the stored version is not
        `request.version`, or (for version 0) if the id exists already, or if the user has that key already."""
        ...


class CallTx(Records, Protocol):
    """What the use cases of this area need in one unit of work."""

    @property
    def callbacks(self) -> Callbacks: ...

    @property
    def calls(self) -> Calls: ...
    @property
    def watermarks(self) -> Watermarks: ...
    @property
    def engagements(self) -> Engagements: ...
    @property
    def agent_visits(self) -> AgentVisits: ...
    @property
    def transcripts(self) -> Transcripts: ...
    @property
    def dial_requests(self) -> DialRequests: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def known_callers(self) -> KnownCallers: ...
    @property
    def hunt_groups(self) -> HuntGroups: ...
    @property
    def members(self) -> Members: ...
    @property
    def voice_settings(self) -> VoiceSettings: ...


# --- reading --------------------------------------------------------------------------------------------------------


class CallRow(msgspec.Struct, frozen=True):
    """A call as lists show it. `number` grows with each call; `created_at` is when Titus first knew of it.
    `has_copies`: there is a recording to be heard."""

    number: int
    sid: CallId
    direction: Direction
    from_number: str
    to_number: str
    participant: str | None
    status: CallStatus
    outcome: Outcome | None
    duration: int | None
    created_at: datetime
    updated_at: datetime
    has_copies: bool = False


class CallFilter(msgspec.Struct, frozen=True):
    """Narrow a list of calls; None: any. `party`: from or to this number."""

    outcome: Outcome | None = None
    from_number: str | None = None
    since: datetime | None = None
    party: str | None = None


class CallReader(Protocol):
    """The read side, outside units of work. It sees what was committed."""

    async def transcript_of(self, call_id: CallId) -> Transcript | None:
        """The call's conversation with the AI agent; of several, the one with the most to read."""
        ...

    async def transcripts_of(self, call_ids: Collection[CallId]) -> Mapping[CallId, Transcript]:
        """`transcript_of` for each of these calls that has one."""
        ...

    async def transcript(self, conversation_id: ConversationId) -> Transcript | None: ...

    async def conversations(self, limit: int, after: ConversationId | None) -> Page[Transcript]:
        """All conversations, the latest heard of first. `after` is the id of the last one seen, and `Page.next` such an
        id; after one that is not known there is nothing."""
        ...

    async def unlinked(self, limit: int, after: ConversationId | None = None) -> tuple[Transcript, ...]:
        """Conversations that belong to no call yet, the latest first. `after` is the id of the last one seen, whether
        it has got a call meanwhile or not; after one that is not known there is nothing."""
        ...

    async def dial_requests(
        self, state: DialState | None, limit: int, after: DialId | None = None
    ) -> tuple[DialRequest, ...]:
        """The latest first; `state` None: of any. `after` is the id of the last one seen, whatever its state is by now;
        after one that is not known there is nothing."""
        ...

    async def call(self, call_id: CallId) -> Call | None: ...

    async def with_copies(self, before: datetime, limit: int) -> tuple[CallId, ...]:
        """Settled calls that became known before then, of whose recordings we have copies, and to whose callers nothing
        is owed (any more); the earliest first."""
        ...

    async def with_audio(self, before: datetime, limit: int) -> tuple[ConversationId, ...]:
        """Conversations heard of before then whose sound we have a copy of, that belong to a call to whose caller
        nothing is owed (any more); the earliest first."""
        ...

    async def events(self, call_id: CallId) -> tuple[Recorded, ...]:
        """The events of the call, in order."""
        ...

    async def alerts(self, since: datetime, limit: int) -> tuple[Recorded, ...]:
        """`ProviderAlerted` events of then or later, the oldest first."""
        ...

    async def calls(self, where: CallFilter, limit: int, after: int | None) -> Page[CallRow]:
        """The latest first. `after` is the `number` of the last row seen; `Page.next` is such a number, as text."""
        ...

    async def settled(self, since: datetime, until: datetime, limit: int, after: int | None) -> Page[Call]:
        """Settled calls that became known from `since` on and before `until`, the earliest first. `after` is
        `Page.next` of the page before, as a number."""
        ...

    async def due(self, now: datetime, limit: int) -> tuple[CallId, ...]:
        """Calls whose time has come, the longest overdue first."""
        ...

    async def live(self) -> tuple[CallId, ...]:
        """Calls that have not ended, as far as we know."""
        ...

    async def waiting(self, now: datetime, limit: int) -> tuple[Waiting, ...]:
        """Deliveries to be retried, the oldest first: untried ones, and tried ones after a pause of
        2^tries seconds (at most an hour)."""
        ...


class Mark(msgspec.Struct, frozen=True, order=True):
    """A place in the feed, comparable with others of the same store. `skip`: how many news of the event after it were
    told already; a store need not look at it."""

    txid: int = 0
    position: int = 0
    skip: int = 0


class Fed(msgspec.Struct, frozen=True):
    """A stored event (of any subject) and the mark behind it."""

    mark: Mark
    event: Recorded


class Feed(Protocol):
    """All stored events in one order. An implementer MUST:

    - keep the order for ever, the events of one subject as they were recorded;
    - show an event only when nothing can come before it any more, so that whoever asks for what is `after` the last
      one seen misses nothing, in whatever order transactions commit, and on whatever process they ask;
    - raise `Unavailable` when the store cannot be reached.
    """

    async def after(self, mark: Mark, limit: int) -> tuple[Fed, ...]:
        """The next events behind the mark."""
        ...

    async def newest(self) -> Mark:
        """The mark behind everything that is shown now."""
        ...

    async def wait(self, seconds: float) -> None:
        """Return when there may be more, or after so long at the latest. One task at a time may wait; what comes
        between two waits ends the second at once. It is a hint: an event may come without one."""
        ...


# --- providers ------------------------------------------------------------------------------------------------------


class LegNews(msgspec.Struct, frozen=True):
    """What the provider's API says of one leg. `parent` None: the leg is a caller's own. `began_at` None: it does not
    say."""

    id: CallId | LegId
    status: CallStatus
    parent: CallId | None
    direction: Direction
    from_number: str
    to_number: str
    duration: int | None
    began_at: datetime | None = None


class Telephony(Protocol):
    """The provider's API, for what no webhook told. Every method raises `Unavailable` when the provider cannot be
    asked, says nothing within 10 s, or answers with an error."""

    async def call(self, call_id: CallId) -> LegNews | None:
        """None: the provider does not know it."""
        ...

    async def legs(self, call_id: CallId) -> tuple[LegNews, ...]:
        """The child legs rung for this call."""
        ...

    async def live_calls(self) -> tuple[LegNews, ...]:
        """All callers' legs that have not ended, complete or an error."""
        ...


class Dialler(Protocol):
    """The provider's way of placing a call."""

    async def dial(self, request: DialRequest) -> Dialled:
        """Ring `callback` now. An implementer MUST ask the provider once (again only after an answer that nothing was
        done), MUST NOT raise for what the provider or the network does, and MUST answer `Uncertain` unless it is
        certain that nothing was dialled."""
        ...

    async def look_for(self, request: DialRequest) -> tuple[CallId, ...]:
        """The calls from `from_number` to `callback` that the provider began for somebody about when this was asked.
        Raises `Unavailable` when the provider cannot be asked."""
        ...


class BrowserTokens(Protocol):
    """What a browser needs to be a telephone."""

    def token(self, user_id: UserId, *, may_call_out: bool) -> str:
        """Good for one hour, as `user_<id>`. It is a secret: never logged."""
        ...


class ToldRecording(msgspec.Struct, frozen=True):
    """What the provider's list says of a recording; `voicemail` if the caller left it as a message."""

    id: RecordingId
    call_id: CallId
    state: RecordingState
    voicemail: bool
    duration: int | None
    channels: int | None


class CallLedger(Protocol):
    """The provider's lists of what was. Both answer everything that began at or after `since`, complete or
    `Unavailable`."""

    async def calls(self, since: datetime) -> tuple[LegNews, ...]:
        """Callers' own legs and child legs, in any state."""
        ...

    async def recordings(self, since: datetime) -> tuple[ToldRecording, ...]:
        """Recordings in any state that we have a word for."""
        ...


class RecordingSource(Protocol):
    """The provider's recordings, asked for by id at the provider's own address: never at one that somebody told us."""

    def audio(self, recording_id: RecordingId) -> AsyncIterator[bytes]:
        """The recording as MP3, whole or an error. Raises `NotFound` at the first piece if the provider has none (yet),
        and `Unavailable` when it cannot be asked, breaks off, or is silent for 30 s."""
        ...

    async def delete(self, recording_id: RecordingId) -> None:
        """The provider has it no longer, whether or not it had it. Raises `Unavailable`."""
        ...


class VoiceAgent(Protocol):
    """The AI agent that talks to callers when nobody else can."""

    @property
    def available(self) -> bool:
        """False while it is not configured, or known to be down."""
        ...

    async def invite(self, call: Call) -> Invitation:
        """How this caller is taken over. Raises `Unavailable` when it cannot be had within its deadline."""
        ...


class Conversations(Protocol):
    """What the AI agent's provider keeps of its conversations. Every method raises `Unavailable` when the provider
    cannot be asked, says nothing within 10 s, or answers what cannot be read."""

    async def conversation(self, conversation_id: ConversationId) -> Conversation | None:
        """None: the provider does not know it (any more)."""
        ...

    async def ended_since(self, at: datetime) -> tuple[ConversationId, ...]:
        """Every conversation of our agent that began at or after then and has ended, the latest first; complete or an
        error."""
        ...

    async def of_call(self, call_id: CallId) -> tuple[ConversationId, ...]:
        """Every conversation of our agent that was given this id of ours before it began, in any state."""
        ...

    def audio(self, conversation_id: ConversationId) -> AsyncIterator[bytes]:
        """What was said, as MP3, in pieces. Raises `NotFound` at the first piece if there is none."""
        ...


class Summariser(Protocol):
    """Says in two or three sentences what a talk was about."""

    async def summarise(self, turns: tuple[Turn, ...]) -> Summary:
        """Raises `Unavailable` when it may work later (busy, unreachable, too slow), and `Refused` when it never will
        for these words (the model declined, or its answer was no summary)."""
        ...
