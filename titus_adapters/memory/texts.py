"""A provider of texts whose answers a test sets."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator

from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.messaging.model import Message, MessageStatus
from titus_core.messaging.ports import NotTaken, Receipt, Taken, Unsure


class MemoryTexts:
    """`messaging.ports.TextSender` and `MediaSource`. `answer` scripts the next receipts; without a script everything
    is taken. `sent` has what it took, also where its answer (`Unsure`) got lost, unless `loses`: then it never got it.
    `down`: nobody is reached. `pictures` are what `media` gives out, by the message and its own id; `breaks_after`
    pieces of one byte each breaks off."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.pictures: dict[tuple[str, str], bytes] = {}
        self.breaks_after: int | None = None
        self.loses = False
        self.down = False
        self._script: deque[Receipt] = deque()

    def answer(self, *receipts: Receipt) -> None:
        self._script.extend(receipts)

    async def send(self, message: Message) -> Receipt:
        if self.down:
            return NotTaken()
        receipt = self._script.popleft() if self._script else None
        if receipt is None or (isinstance(receipt, Unsure) and not self.loses):
            self.sent.append(message)
        return receipt or _taken(len(self.sent))

    async def find(self, message: Message) -> tuple[Taken, ...]:
        if self.down:
            raise Unavailable("the provider cannot be asked", provider="memory")
        # As a provider does: it knows the words and when they came, and nothing of our ids.
        return tuple(_taken(place) for place, sent in enumerate(self.sent, 1) if _may_be(sent, message))

    async def media(self, provider_id: str, media_id: str) -> AsyncIterator[bytes]:
        if self.down:
            raise Unavailable("the provider cannot be asked", provider="memory")
        picture = self.pictures.get((provider_id, media_id))
        if picture is None:
            raise NotFound("there is no such picture", provider="memory")
        for number, byte in enumerate(picture):
            if number == self.breaks_after:
                raise Unavailable("the picture broke off", provider="memory")
            yield bytes([byte])


def _taken(place: int) -> Taken:
    return Taken(f"SM{place:032x}", MessageStatus.ACCEPTED)


def _may_be(sent: Message, asked: Message) -> bool:
    same = (sent.from_number, sent.to_number, sent.body) == (asked.from_number, asked.to_number, asked.body)
    return same and sent.updated_at >= asked.updated_at
