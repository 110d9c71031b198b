"""What the telephony provider shall do next, as data: no URL, no XML, no vendor's word.

The last instruction of a reply leads somewhere; after `Dial`, `Redirected`, `TakeVoicemail` and `Hold` the provider
asks us again.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from titus_core.hunt_groups.model import Endpoint, Voice
from titus_core.kernel.ids import CallId, UserId
from titus_core.kernel.phone import PhoneNumber


class Say(msgspec.Struct, frozen=True, tag="say"):
    """Speak to whoever hears this document."""

    text: str


class Target(msgspec.Struct, frozen=True):
    """One endpoint to ring: a phone number in E.164, or a browser's `client:<identity>`. `screened`: ask to press 1;
    `announced`: they hear the recording notice before they are joined."""

    endpoint: Endpoint
    address: str
    screened: bool
    user_id: UserId | None = None
    announced: bool = False


class About(msgspec.Struct, frozen=True):
    """Who is calling, for the screens of those who are rung: blank where it is not known."""

    name: str = ""
    number: str = ""
    group: str = ""


class Dial(msgspec.Struct, frozen=True, tag="dial"):
    """Ring all targets at once; the first who takes the call is joined to the caller. `ring_seconds` is what they
    hear. `caller_id` None: show the caller's own number. `about` is for browsers; None: there is none among them."""

    wave: int
    targets: tuple[Target, ...]
    ring_seconds: int
    record: bool
    caller_id: PhoneNumber | None = None
    about: About | None = None


class AskToAccept(msgspec.Struct, frozen=True, tag="ask_to_accept"):
    """Ask the person who picked up to press 1; without a key the leg ends. `wave` and `address` name the attempt."""

    wave: int
    address: str
    text: str


class Accept(msgspec.Struct, frozen=True, tag="accept"):
    """Join this leg to the caller."""


class ConnectAgent(msgspec.Struct, frozen=True, tag="connect_agent"):
    """Fetch the AI agent's document from us: asking for it may take a while, so it is a request of its own."""

    stage: int


class HandOver(msgspec.Struct, frozen=True, tag="hand_over"):
    """Give the caller to the AI agent: send them to this address of the agent's provider, or answer this document of
    it as it is; one of the two."""

    url: str | None = None
    document: str | None = None


class TakeVoicemail(msgspec.Struct, frozen=True, tag="take_voicemail"):
    """Record the caller's message after a tone."""

    max_seconds: int = 180


class Hold(msgspec.Struct, frozen=True, tag="hold"):
    """Let the caller wait so long, then ask again. `turn` counts the waits of this call."""

    seconds: int
    turn: int


class Hangup(msgspec.Struct, frozen=True, tag="hangup"):
    """End the leg that asked."""


class Reject(msgspec.Struct, frozen=True, tag="reject"):
    """Refuse the call without answering it."""


Instruction: TypeAlias = (
    Say | Dial | AskToAccept | Accept | ConnectAgent | HandOver | TakeVoicemail | Hold | Hangup | Reject
)


class Reply(msgspec.Struct, frozen=True):
    """The answer to one request of the provider. No instructions: nothing more to do, the leg may end."""

    call_id: CallId
    instructions: tuple[Instruction, ...] = ()
    voice: Voice = Voice()
