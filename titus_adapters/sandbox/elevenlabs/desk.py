"""The state that every part of the sandbox shares."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ParamSpec

import msgspec

from titus_adapters.sandbox.elevenlabs.records import Agent, Conversation, Entry, Source
from titus_adapters.sandbox.elevenlabs.restfaults import RestFaults
from titus_adapters.sandbox.elevenlabs.scripts import Script
from titus_adapters.sandbox.elevenlabs.subscription import Kind, Subscription
from titus_adapters.sandbox.elevenlabs.switches import Pace, Switches
from titus_adapters.sandbox.elevenlabs.weather import Weather
from titus_adapters.sandbox.twilio.engine.agenda import Agenda
from titus_adapters.sandbox.twilio.engine.process import Body, Process
from titus_adapters.sandbox.twilio.engine.wire import Wire
from titus_adapters.sandbox.twilio.sids import Sids

P = ParamSpec("P")


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Whose ElevenLabs it is. `stream_url` is where documents lead."""

    api_key: str = "titus-sandbox-xi-api-key-0000001"
    stream_url: str = "wss://api.elevenlabs.io/v1/convai/conversation"


class Initiation(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asked for the context of a redirected conversation; `url` blank: nobody. Not signed: `headers` carry the
    configured secret."""

    url: str = ""
    headers: dict[str, str] = {}


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt at one webhook, and what came of it."""

    at: float
    kind: Kind
    url: str
    headers: dict[str, str]
    body: bytes
    attempt: int
    status: int
    error: str
    conversation_id: str


class Desk:
    """Rows, log and settings; it starts processes but decides nothing."""

    def __init__(self, account: Account, agenda: Agenda, wire: Wire, seed: int) -> None:
        self.account = account
        self.agenda = agenda
        self.wire = wire
        self.ids = Sids(seed)
        self.switches = Switches()
        self.pace = Pace()
        self.weather = Weather()
        self.faults = RestFaults()
        self.subscription = Subscription(created_at=agenda.now())
        self.initiation = Initiation()
        self.agents: dict[str, Agent] = {}
        self.conversations: dict[str, Conversation] = {}
        self.processes: dict[str, Process] = {}
        self.scripts: dict[str, list[Script]] = {}
        """By the caller's number, one per conversation, the last one for ever after; "" is for everybody else."""
        self.sent: list[Sent] = []

    def now(self) -> float:
        return self.agenda.now()

    def spawn(self, body: Callable[P, Body], *args: P.args, **kwargs: P.kwargs) -> Process:
        """Start a process that runs `body(*args)`, at this very instant but after what is under way."""
        return Process(self.agenda, partial(body, *args, **kwargs))

    def agent(self, agent_id: str, name: str = "Denise") -> Agent:
        """The agent of that id; made, if there is none."""
        return self.agents.setdefault(agent_id, Agent(id=agent_id, name=name, created_at=self.now()))

    def open(
        self, agent_id: str, source: Source, number: str, line: str, direction: str, client_data: dict[str, Any]
    ) -> Conversation:
        """A conversation that has an id and has not begun."""
        conversation = Conversation(
            id=self.ids.new("conv_"),
            agent=self.agents[agent_id],
            source=source,
            number=number,
            line=line,
            direction=direction,
            script=self._next_script(number),
            created_at=self.now(),
            client_data=client_data,
        )
        self.conversations[conversation.id] = conversation
        self.note(conversation, f"{source}: {number or 'somebody'} for {conversation.agent.name}")
        return conversation

    def note(self, conversation: Conversation, text: str) -> None:
        """A line in the conversation's story."""
        conversation.story.append(Entry(self.now(), text))

    def _next_script(self, number: str) -> Script:
        scripts = self.scripts.get(number) or self.scripts.get("") or [Script()]
        return scripts.pop(0) if len(scripts) > 1 else scripts[0]
