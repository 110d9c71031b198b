"""What messages need of a store and of the provider."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Protocol, TypeAlias

import msgspec

from titus_core.callbacks.ports import Callbacks
from titus_core.calls.ports import Calls, Inbox, KnownCallers
from titus_core.hunt_groups.ports import HuntGroups
from titus_core.kernel.paging import Page
from titus_core.kernel.phone import PhoneNumber
from titus_core.kernel.unit_of_work import Records
from titus_core.kernel.watermarks import Watermarks
from titus_core.messaging.model import Message, MessageId, MessageStatus, Purpose, TextTold

# --- inside a unit of work ------------------------------------------------------------------------------------------


class Messages(Protocol):
    """All messages, one row each."""

    async def get(self, message_id: MessageId) -> Message | None: ...

    async def of_provider(self, provider_id: str) -> Message | None:
        """The message that the provider calls so."""
        ...

    async def unnamed(self, party: PhoneNumber) -> tuple[Message, ...]:
        """Messages for them of which nobody can tell yet whether the provider has them, and under which name: those
        `SENDING` or `UNKNOWN` without a `provider_id`. In the order in which they were stored."""
        ...

    async def texted(self, party: PhoneNumber, purpose: Purpose, since: datetime) -> bool:
        """Whether a message with this purpose was created for them since then."""
        ...

    def save(self, message: Message) -> None:
        """Store it as version `message.version + 1`, and number it when it is new. MUST end in `Conflict` at commit if
        the stored version is not `message.version`, or (for version 0) if the id exists already."""
        ...


class OptOuts(Protocol):
    """Who wants no texts from us."""

    async def has(self, number: PhoneNumber) -> bool: ...

    def set(self, number: PhoneNumber, *, stopped: bool, at: datetime) -> None:
        """The latest word counts: one that is older than what is stored MUST change nothing."""
        ...


class MessageTx(Records, Protocol):
    """What the use cases of this area need in one unit of work."""

    @property
    def messages(self) -> Messages: ...
    @property
    def opt_outs(self) -> OptOuts: ...
    @property
    def watermarks(self) -> Watermarks: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def known_callers(self) -> KnownCallers: ...
    @property
    def calls(self) -> Calls: ...
    @property
    def callbacks(self) -> Callbacks: ...
    @property
    def hunt_groups(self) -> HuntGroups: ...


# --- reading --------------------------------------------------------------------------------------------------------


class MessageFilter(msgspec.Struct, frozen=True):
    """Narrow a list of messages; None: any."""

    party: PhoneNumber | None = None
    status: MessageStatus | None = None


class MessageReader(Protocol):
    """The read side, outside units of work. It sees what was committed."""

    async def message(self, message_id: MessageId) -> Message | None: ...

    async def messages(self, where: MessageFilter, limit: int, after: int | None) -> Page[Message]:
        """The latest first. `after` is the `number` of the last one seen; `Page.next` is such a number, as text."""
        ...


# --- the provider ---------------------------------------------------------------------------------------------------


class Taken(msgspec.Struct, frozen=True):
    """The provider has it, and calls it so."""

    provider_id: str
    status: MessageStatus


class Rejected(msgspec.Struct, frozen=True):
    """The provider will not send it, now or later."""

    code: int | None


class NotTaken(msgspec.Struct, frozen=True):
    """The provider certainly does not have it: it may be given again, after so many seconds."""

    retry_after: float | None = None


class Unsure(msgspec.Struct, frozen=True):
    """The provider may or may not have it: no answer came."""


Receipt: TypeAlias = Taken | Rejected | NotTaken | Unsure


class TextSender(Protocol):
    """The provider that carries our messages. It raises nothing but `Unavailable`, and only from `find`."""

    async def send(self, message: Message) -> Receipt:
        """Give it to the provider, once. MUST answer `Unsure` whenever it cannot rule out that the provider has it."""
        ...

    async def find(self, message: Message) -> tuple[Taken, ...]:
        """Whatever the provider has with these words for this number, given at `message.updated_at` or later; the
        oldest first. The message may be any of them, or none. Raises `Unavailable` if the provider cannot be asked."""
        ...


class MediaSource(Protocol):
    """The provider's copies of pictures that came."""

    def media(self, provider_id: str, media_id: str) -> AsyncIterator[bytes]:
        """The bytes. Raises `NotFound` at the first piece if there is no such media, `Unavailable` if it breaks off."""
        ...


class ListedText(msgspec.Struct, frozen=True):
    """A message that came in, as the provider's list tells of it."""

    told: TextTold
    came_at: datetime


class ListedSent(msgspec.Struct, frozen=True, kw_only=True):
    """A message that we sent, as the provider's list tells of it."""

    provider_id: str
    from_number: str
    to_number: str
    body: str
    status: MessageStatus
    created_at: datetime
    error_code: int | None = None


class TextLedger(Protocol):
    """The provider's list of messages."""

    async def received(self, since: datetime) -> tuple[ListedText, ...]:
        """All that came in at or after then, complete or `Unavailable`."""
        ...

    async def sent(self, since: datetime) -> tuple[ListedSent, ...]:
        """All that was given to the provider at or after then, complete or `Unavailable`."""
        ...


class NumberRules(Protocol):
    """What kind of line a number is."""

    def why_no_text(self, number: PhoneNumber) -> str | None:
        """Why no text goes there, as a short phrase; None: it can get texts. Fixed lines, emergency and service numbers
        and numbers that are none MUST be refused."""
        ...
