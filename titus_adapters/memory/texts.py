"""A provider of texts whose answers a test sets."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator

from titus_core.kernel.errors import NotFound, Unavailable
from titus_core.messaging.model import Message, MessageStatus
from titus_core.messaging.ports import Receipt, Taken, Unsure


class MemoryTexts:
    """`messaging.ports.TextSender` and `MediaSource`. `answer` scripts the next receipts; without a script everything
    is taken. `sent` has what it took, also where its answer (`Unsure`) got lost, unless `loses`: then it never got it.
    `down` makes it impossible to ask. `pictures` are what `media` gives out."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.pictures: dict[str, bytes] = {}
        self.loses = False
        self.down = False
        self._script: deque[Receipt] = deque()

    def answer(self, *receipts: Receipt) -> None:
        self._script.extend(receipts)

    async def send(self, message: Message) -> Receipt:
        receipt = self._script.popleft() if self._script else None
        if receipt is None or (isinstance(receipt, Unsure) and not self.loses):
            self.sent.append(message)
        return receipt or _taken(len(self.sent))

    async def find(self, message: Message) -> tuple[Taken, ...]:
        if self.down:
            raise Unavailable("the provider cannot be asked", provider="memory")
        asked = (message.to_number, message.body)
        return tuple(_taken(place) for place, sent in enumerate(self.sent, 1) if (sent.to_number, sent.body) == asked)

    async def media(self, provider_id: str, media_id: str) -> AsyncIterator[bytes]:
        if self.down:
            raise Unavailable("the picture broke off", provider="memory")
        if media_id not in self.pictures:
            raise NotFound("there is no such picture", provider="memory")
        yield self.pictures[media_id]


def _taken(place: int) -> Taken:
    return Taken(f"SM{place:032x}", MessageStatus.ACCEPTED)
