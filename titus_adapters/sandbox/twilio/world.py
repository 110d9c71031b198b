"""The world around the account: its numbers, and the phones and browsers that can ring."""

from __future__ import annotations

import msgspec

from titus_adapters.sandbox.twilio.behaviour import DeadNumber, PhoneBehaviour
from titus_adapters.sandbox.twilio.sids import Sids


class Number(msgspec.Struct, kw_only=True, eq=False):
    """A number of the account, as a console or REST sets it."""

    sid: str
    phone_number: str
    created_at: float
    friendly_name: str = ""
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """A TwiML App: where a browser's outgoing call asks for instructions."""

    sid: str
    voice_url: str
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    status_callback: str = ""


class Device(msgspec.Struct, kw_only=True, eq=False):
    """A phone or browser: its reactions in order of ringing (the last repeats) and what it is doing."""

    address: str
    reactions: list[PhoneBehaviour]
    registered: bool = True
    rings: int = 0
    busy_with: list[str] = msgspec.field(default_factory=list)
    """Sids of the legs ringing or talking there."""

    def next_reaction(self) -> PhoneBehaviour:
        reaction = self.reactions[min(self.rings, len(self.reactions) - 1)]
        self.rings += 1
        return reaction


class TextRoute(msgspec.Struct, frozen=True):
    """How messages to a phone end: `delivered`, or `undelivered`/`failed` with a code."""

    status: str = "delivered"
    error_code: int | None = None


class DoubleRing(msgspec.Struct, frozen=True):
    """A device was rung at this moment for the leg `sid`, while it rang or talked for the legs `others`."""

    address: str
    at: float
    sid: str
    others: tuple[str, ...]


class World:
    """Everything that can be dialled. Set it up before or during a run."""

    def __init__(self, sids: Sids, now: float) -> None:
        self._sids = sids
        self._now = now
        self.numbers: dict[str, Number] = {}
        self.applications: dict[str, Application] = {}
        self.devices: dict[str, Device] = {}
        self.texts: dict[str, TextRoute] = {}
        self.stopped: dict[str, None] = {}
        """Phones that texted STOP: messages to them are refused with 21610."""
        self.double_rings: list[DoubleRing] = []
        """Nobody should ever be rung while already ringing or talking."""

    def number(self, phone_number: str, **settings: str) -> Number:
        """Buy a number, or set one's fields (voice_url, voice_fallback_url, status_callback, sms_url…) anew."""
        if phone_number in self.numbers:
            return self._set(self.numbers[phone_number], settings)
        number = Number(
            sid=self._sids.new("PN"),
            phone_number=phone_number,
            created_at=self._now,
            friendly_name=settings.pop("friendly_name", phone_number),
            **settings,
        )
        self.numbers[phone_number] = number
        return number

    def application(self, voice_url: str, *, status_callback: str = "", voice_fallback_url: str = "") -> Application:
        app = Application(
            sid=self._sids.new("AP"),
            voice_url=voice_url,
            status_callback=status_callback,
            voice_fallback_url=voice_fallback_url,
        )
        self.applications[app.sid] = app
        return app

    def phone(self, number: str, *reactions: PhoneBehaviour) -> Device:
        """Give a phone its reactions, one per ring, the last one for ever after. Unknown numbers are dead."""
        return self._device(number, reactions)

    def client(self, identity: str, *reactions: PhoneBehaviour, registered: bool = True) -> Device:
        """A browser signed in as `identity` (`user_7`); unregistered ones cannot ring."""
        device = self._device(f"client:{identity}", reactions)
        device.registered = registered
        return device

    def text_route(self, number: str, status: str, error_code: int | None = None) -> None:
        """Decide how messages to a phone end."""
        self.texts[number] = TextRoute(status, error_code)

    def at(self, address: str) -> Device:
        """The device there; where nothing was set up, a dead number or an unregistered browser."""
        if address not in self.devices:
            device = self._device(address, (DeadNumber(),))
            device.registered = not address.startswith("client:")
        return self.devices[address]

    def rang(self, address: str) -> int:
        """How often the phone or browser (`client:user_7`) was dialled."""
        return self.devices[address].rings if address in self.devices else 0

    def _set(self, number: Number, settings: dict[str, str]) -> Number:
        for name, value in settings.items():
            setattr(number, name, value)
        return number

    def _device(self, address: str, reactions: tuple[PhoneBehaviour, ...]) -> Device:
        old = self.devices.get(address)
        device = Device(address=address, reactions=list(reactions) or [DeadNumber()])
        if old is not None:
            device.busy_with = old.busy_with
        self.devices[address] = device
        return device
