"""What the control side says and takes."""

from __future__ import annotations

import msgspec

from titus_adapters.sandbox.elevenlabs.desk import Desk, Sent
from titus_adapters.sandbox.elevenlabs.records import Conversation, Entry
from titus_adapters.sandbox.elevenlabs.restfaults import RestFault
from titus_adapters.sandbox.elevenlabs.scripts import Line, Script
from titus_adapters.sandbox.elevenlabs.subscription import Kind
from titus_adapters.sandbox.elevenlabs.switches import Switches
from titus_adapters.sandbox.elevenlabs.weather import Rule


class SetScripts(msgspec.Struct, frozen=True, kw_only=True):
    """How the next conversations with this number (blank: with anybody) go, the last one repeating."""

    number: str = ""
    scripts: list[Script]


class SetAgent(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str = "Denise"


class SetWebhook(msgspec.Struct, frozen=True, kw_only=True):
    """Replaces the webhook, which starts with a clean record."""

    url: str = ""
    secret: str = ""
    events: frozenset[Kind] = frozenset({"transcription", "audio", "initiation_failure"})
    retry_enabled: bool = False
    exclude_transcript: bool = False


class SetWeather(msgspec.Struct, frozen=True, kw_only=True):
    """Replaces what happens to webhooks; no rules mean fair weather."""

    rules: list[Rule] = []
    seed: int = 0


class SetFaults(msgspec.Struct, frozen=True, kw_only=True):
    """Replaces what happens to requests of the app."""

    faults: list[RestFault] = []


class Connect(msgspec.Struct, frozen=True, kw_only=True):
    """`by_itself`: it ends as scripted, otherwise when told to."""

    call_sid: str = ""
    by_itself: bool = True


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """Let virtual time pass: so many seconds, or until nothing is planned."""

    seconds: float | None = None


class ConversationView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    agent: str
    source: str
    number: str
    line: str
    status: str
    call_sid: str
    created_at: float
    seconds: int
    variables: dict[str, str | int | float | bool]
    said: list[Line]
    story: list[Entry]


class SentView(msgspec.Struct, frozen=True, kw_only=True):
    at: float
    kind: Kind
    conversation_id: str
    attempt: int
    status: int
    error: str


class State(msgspec.Struct, frozen=True, kw_only=True):
    now: float
    agents: list[SetAgent]
    webhook: SetWebhook
    auto_disabled: bool
    failures: int
    faults: list[RestFault]
    switches: Switches
    sent: list[SentView]


def conversation_view(desk: Desk, conversation: Conversation) -> ConversationView:
    return ConversationView(
        id=conversation.id,
        agent=conversation.agent.id,
        source=conversation.source,
        number=conversation.number,
        line=conversation.line,
        status=conversation.status,
        call_sid=conversation.call_sid,
        created_at=conversation.created_at,
        seconds=conversation.seconds(desk.now()),
        variables=conversation.variables,
        said=list(conversation.said(desk.now())),
        story=conversation.story,
    )


def state_of(desk: Desk) -> State:
    hook = desk.subscription
    return State(
        now=desk.now(),
        agents=[SetAgent(id=agent.id, name=agent.name) for agent in desk.agents.values()],
        webhook=SetWebhook(
            url=hook.url,
            secret=hook.secret,
            events=hook.events,
            retry_enabled=hook.retry_enabled,
            exclude_transcript=hook.exclude_transcript,
        ),
        auto_disabled=hook.auto_disabled,
        failures=hook.failures,
        faults=desk.faults.waiting,
        switches=desk.switches,
        sent=[_sent_view(sent) for sent in desk.sent],
    )


def _sent_view(sent: Sent) -> SentView:
    return SentView(
        at=sent.at,
        kind=sent.kind,
        conversation_id=sent.conversation_id,
        attempt=sent.attempt,
        status=sent.status,
        error=sent.error,
    )
