"""Somebody who carries texts, played once by the memory adapters and once by the sandbox behind the real ones."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from tests.adapters.twilio.exchange import CALLER, MEMBER, OFFICE, SandboxExchange
from titus_adapters.memory.clock import NOON, ManualClock
from titus_adapters.memory.ledger import MemoryLedger
from titus_adapters.memory.texts import MemoryTexts
from titus_adapters.twilio.ledger import TwilioLedger
from titus_adapters.twilio.texts import TwilioTexts
from titus_core.messaging.model import Media, TextTold
from titus_core.messaging.ports import ListedText, MediaSource, NotTaken, Rejected, TextLedger, TextSender, Unsure

UNSUBSCRIBED = 21610


class Carrier(Protocol):
    @property
    def sender(self) -> TextSender: ...
    @property
    def media(self) -> MediaSource: ...
    @property
    def ledger(self) -> TextLedger: ...
    def now(self) -> datetime: ...
    async def later(self, seconds: float) -> datetime:
        """So much time passes; the instant afterwards."""
        ...

    def comes(self, body: str, *pictures: str) -> str:
        """Somebody texts us, with these pictures; what the carrier calls the message."""
        ...

    def unsubscribe(self) -> None:
        """Whom we text wants no more."""
        ...

    def lose_answer(self) -> None:
        """The next text is taken, and nobody tells us."""
        ...

    def lose_text(self) -> None:
        """The next text never arrives, and nobody tells us."""
        ...

    def be_busy(self) -> None:
        """The next text is sent back."""
        ...

    def break_off(self) -> None:
        """From now on every picture ends too early."""
        ...

    def break_down(self) -> None:
        """From now on nobody is reached."""
        ...


class MemoryCarrier:
    def __init__(self) -> None:
        self._clock = ManualClock(NOON)
        self.now = self._clock.now
        self.sender = self.media = MemoryTexts()
        self.ledger = MemoryLedger()

    async def later(self, seconds: float) -> datetime:
        self._clock.advance(seconds)
        return self.now()

    def comes(self, body: str, *pictures: str) -> str:
        sid = f"MM{len(self.ledger.texts):032x}"
        media = tuple(Media(content_type="image/jpeg", media_id=picture) for picture in pictures)
        told = TextTold(provider_id=sid, from_number=CALLER, to_number=OFFICE, body=body, media=media)
        self.ledger.texts.append(ListedText(told, self.now()))
        self.media.pictures.update({(sid, picture): picture.encode() * 100 for picture in pictures})
        return sid

    def unsubscribe(self) -> None:
        self.sender.answer(Rejected(UNSUBSCRIBED))

    def lose_answer(self) -> None:
        self.sender.answer(Unsure())

    def lose_text(self) -> None:
        self.sender.loses = True
        self.sender.answer(Unsure())

    def be_busy(self) -> None:
        self.sender.answer(NotTaken())

    def break_off(self) -> None:
        self.media.breaks_after = 1

    def break_down(self) -> None:
        self.sender.down = self.ledger.down = True


class TwilioCarrier:
    """The same over HTTP, in process: TwilioTexts and TwilioLedger → the sandbox's REST."""

    def __init__(self) -> None:
        self._exchange = exchange = SandboxExchange()
        self.sender = self.media = TwilioTexts(
            exchange.settings, "https://nowhere.test/sms?id={}".format, exchange.transport
        )
        self.ledger = TwilioLedger(exchange.api, page=2)
        self.now, self.later, self.break_down = exchange.now, exchange.later, exchange.break_down

    def comes(self, body: str, *pictures: str) -> str:
        media = [("image/jpeg", f"https://elsewhere.test/Media/{picture}") for picture in pictures]
        return self._exchange.sandbox.text(CALLER, OFFICE, body, media).sid

    def unsubscribe(self) -> None:
        self._exchange.sandbox.text(MEMBER, OFFICE, "STOP")

    def lose_answer(self) -> None:
        self._exchange.transport.loses = "answer"

    def lose_text(self) -> None:
        self._exchange.transport.loses = "request"

    def be_busy(self) -> None:
        self._exchange.refuse(1)

    def break_off(self) -> None:
        self._exchange.transport.cuts = True
