"""The state that every part of the sandbox shares."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import ParamSpec

import msgspec

from titus_adapters.sandbox.twilio.behaviour import Activity
from titus_adapters.sandbox.twilio.chaos import Chaos
from titus_adapters.sandbox.twilio.engine.agenda import Agenda, Timer
from titus_adapters.sandbox.twilio.engine.process import Body, Process
from titus_adapters.sandbox.twilio.records import Call, Entry, Message, Recording
from titus_adapters.sandbox.twilio.sids import Sids
from titus_adapters.sandbox.twilio.signature import SharedKey
from titus_adapters.sandbox.twilio.switches import Pace, Switches
from titus_adapters.sandbox.twilio.twiml.documents import Element
from titus_adapters.sandbox.twilio.world import World

P = ParamSpec("P")
DOCUMENT_CODES = frozenset({11750, 12100, 12200, 12300})
"""Complaints about what a document says, as against the road to it: strict mode does not forgive these."""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Whose Twilio it is. With `shared_key`, webhooks are signed by that key and HMAC-SHA256."""

    sid: str = "AC00000000000000000000000000000001"
    auth_token: str = "titus-sandbox-auth-token-0000001"  # noqa: S105 - guards nothing: the sandbox's own
    friendly_name: str = "Titus sandbox"
    shared_key: SharedKey | None = None
    debugger_url: str = ""
    api_url: str = "https://api.twilio.com"
    """What recording and media addresses begin with."""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt at one webhook, and what came of it."""

    at: float
    kind: str
    method: str
    url: str
    params: dict[str, str]
    headers: dict[str, str]
    token: str
    attempt: int
    status: int
    error: str
    body: str
    call_sid: str


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something Twilio's debugger would list: a warning about a document, or an error on the way to one."""

    at: float
    code: int
    level: str
    message: str
    url: str
    call_sid: str


class RestFault(msgspec.Struct, frozen=True):
    """A refusal of REST before anything was done; the default is the rate limit."""

    status: int = 429
    code: int = 20429
    message: str = "Too Many Requests"


class StrictTwiml(AssertionError):
    """A document that Twilio would complain about, met in strict mode."""


class Switchboard:
    """World, rows, log and settings; it starts processes but decides nothing."""

    def __init__(self, account: Account, agenda: Agenda, *, seed: int, strict: bool) -> None:
        self.account = account
        self.agenda = agenda
        self.strict = strict
        self.began = agenda.now()
        self.sids = Sids(seed)
        self.world = World(self.sids, self.began)
        self.switches = Switches()
        self.pace = Pace()
        self.chaos = Chaos()
        self.chaos_since = self.began
        self.calls: dict[str, Call] = {}
        self.recordings: dict[str, Recording] = {}
        self.messages: dict[str, Message] = {}
        self.processes: dict[str, Process] = {}
        self.activities: dict[str, Activity] = {}
        self.limits: dict[str, Timer] = {}
        """Each live call's longest duration, running."""
        self.sequences: dict[str, int] = {}
        self.on_agent: Callable[[Call, Element], None] = lambda call, noun: None
        self.last_api_start = 0.0
        self.rest_faults: deque[RestFault] = deque()
        """What the next REST requests are refused with, one each."""
        self.sent: list[Sent] = []
        self.findings: list[Finding] = []

    def now(self) -> float:
        return self.agenda.now()

    def spawn(self, body: Callable[P, Body], *args: P.args, **kwargs: P.kwargs) -> Process:
        """Start a process that runs `body(*args)`, at this very instant but after what is under way."""
        return Process(self.agenda, partial(body, *args, **kwargs))

    def note(self, call: Call, kind: str, text: str) -> None:
        """A line in the call's story; what happens on a leg is told by its parent too."""
        entry = Entry(self.now(), kind, text)
        call.timeline.append(entry)
        if call.parent is not None:
            call.root.timeline.append(Entry(entry.at, kind, f"[{call.to}] {text}"))

    def find(self, call: Call | None, code: int, level: str, message: str, url: str = "") -> None:
        """List something for the debugger; in strict mode it is an error of the test."""
        sid = call.sid if call else ""
        self.findings.append(Finding(at=self.now(), code=code, level=level, message=message, url=url, call_sid=sid))
        if call is not None:
            self.note(call, level, f"{code} {message}")
        if self.strict and code in DOCUMENT_CODES:
            raise StrictTwiml(f"{code} {message} ({url})")

    def next_sequence(self, call: Call) -> int:
        """Counts the progress callbacks of one call, from 0."""
        self.sequences[call.sid] = self.sequences.get(call.sid, -1) + 1
        return self.sequences[call.sid]
