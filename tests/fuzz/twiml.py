"""Markup, control characters and half characters wherever a caller's or an administrator's text can end up in TwiML.

Every document must be one that a careful parser reads, and have the elements and attributes that it has for a harmless
text in the same place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element, ParseError

import msgspec
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from msgspec.structs import replace

from tests.fuzz import words
from tests.fuzz.client import Answer, Request, call
from tests.fuzz.target import CALLER, GROUPS, TITUS_NUMBER, Target
from tests.fuzz.webhooks import body_of, signed_form
from titus_adapters.memory.voice_agent import ScriptedAgent
from titus_core.accounts.model import User
from titus_core.hunt_groups.model import HuntGroup, Prompts, Voice
from titus_core.kernel.ids import UserId

Shape: TypeAlias = tuple[str, tuple[str, ...], tuple[Any, ...]]

CALL, LEG = "CA" + "1" * 32, "CA" + "2" * 32
HARMLESS = ("hello", CALLER, "", "0", "1", "2", "3", "7", "true", "anonymous", LEG, "https://agent.example/x")
"""Stand in place of the text while the shapes are learned; between them they take every way that a text can choose."""


class Place(msgspec.Struct, frozen=True):
    """Somewhere a text comes from: settings of the group, of a member, of the agent, or a field of a request. `route`
    is asked after the call arrived; "" for the arrival itself."""

    route: str = ""
    field: str = ""
    query: str = ""
    group: Callable[[HuntGroup, str], HuntGroup] | None = None
    member: bool = False
    agent: bool = False


def _prompt(name: str) -> Place:
    return Place(group=lambda group, text: replace(group, prompts=replace(group.prompts, **{name: text})))


_FIELDS = {
    "": ("From", "To", "CallerName", "SipHeader_X-Reason", "ForwardedFrom", "CallSid", "CallStatus", "Direction"),
    "hunt-step": ("DialCallStatus", "DialSipResponseCode", "CallStatus", "DialBridged", "From"),
    "screen": ("Digits", "SpeechResult", "To", "From", "ParentCallSid"),
    "fallback": ("ErrorCode", "ErrorUrl", "From"),
    "voicemail": ("Digits", "RecordingUrl", "RecordingDuration"),
    "agent": ("From", "CallStatus"),
    "outbound": ("To", "From"),
    "browser-outbound": ("To", "From"),
}
_QUERIES = {
    "hunt-step": ("step", "hold"),
    "screen": ("to", "wave", "callSid"),
    "fallback": ("turn",),
    "agent": ("stage",),
    "outbound": ("request",),
}
_ROUTES = ("inbound", *_FIELDS)
PLACES: dict[str, Place] = {
    **{f"{route or 'inbound'} {name}": Place(route, name) for route, names in _FIELDS.items() for name in names},
    **{f"{route} ?{name}": Place(route, query=name) for route, names in _QUERIES.items() for name in names},
    **{f"prompt {name}": _prompt(name) for name in Prompts.__struct_fields__},
    "group name": Place(group=lambda group, text: replace(group, name=text)),
    "voice name": Place(group=lambda group, text: replace(group, voice=Voice(name=text))),
    "voice language": Place(group=lambda group, text: replace(group, voice=Voice(language=text))),
    "member name": Place(member=True),
    "agent address": Place(agent=True),
}


def injected(seeds: range) -> list[str]:
    """What the texts of these seeds broke: each text in one place."""

    async def broken() -> list[str]:
        listener = await Listener.new()
        return [f"seed {seed}: {fault}" for seed in seeds for fault in await listener.faults(*text_of(seed))]

    return asyncio.run(broken())


def text_of(seed: int) -> tuple[str, str]:
    """The place and the text of a seed."""
    dice = words.dice_of(seed)
    return dice.choice(tuple(PLACES)), words.any_text(dice)


class Listener:
    """Hears what the application tells Twilio when a text is in some place. Every call is the first of its world."""

    def __init__(self, target: Target, agent: ScriptedAgent) -> None:
        self._target, self._agent = target, agent
        self._rows = target.rows()
        self._known: dict[str, list[set[Shape]]] = {}

    @classmethod
    async def new(cls) -> Listener:
        agent = ScriptedAgent()
        return cls(await Target(agent=agent).open(), agent)

    async def faults(self, place: str, text: str) -> list[str]:
        """What is wrong with the documents that a call with this text gets."""
        if place not in self._known:
            heard = [await self._heard(PLACES[place], harmless) for harmless in HARMLESS]
            heard += [await self._heard(PLACES[place], "", garbled) for garbled in (("inbound",), _ROUTES)]
            self._known[place] = [set(map(_shape, answers)) for answers in zip(*heard, strict=True)]
        answers = await self._heard(PLACES[place], text)
        errors = [f"logged {error}" for error in self._target.errors]
        self._target.errors.clear()
        if text == text.encode("utf-8", "replace").decode():
            judged = zip(answers, self._known[place], strict=True)
            found = errors + [fault for answer, known in judged for fault in _faults(answer, known)]
        else:  # no store and no client lets half a character in: then an answer is enough
            found = [fault for answer in answers for fault in _faults(answer, {_shape(answer)})]
        return [f"{place}: {text[:80]!r}: {fault}" for fault in found]

    async def _heard(self, place: Place, text: str, garbled: Collection[str] = ()) -> list[Answer]:
        """The answers to a call's requests, the text being where it belongs. `garbled` are the routes that nothing can
        be understood at, so that a caller gets what is left."""
        self._target.restore(self._rows)
        if place.group is not None or place.member:
            await self._target.store.transact(_change, (place, text))
        self._agent.url = text if place.agent else "https://agent.example/inbound"
        with self._target.listening():
            return [await call(self._target.app, request) for request in _call(place, text, garbled)]


async def _change(tx: Any, changed: tuple[Place, str]) -> None:
    place, text = changed
    if place.member:
        user: User = await tx.users.get(UserId(1))
        tx.users.save(replace(user, name=text))
    elif place.group is not None:
        stored = await tx.hunt_groups.get(GROUPS[0].id)
        tx.hunt_groups.save(place.group(replace(GROUPS[0], version=stored.version), text))


def _call(place: Place, text: str, garbled: Collection[str]) -> Iterable[Request]:
    """One call: it arrives, is screened, nobody takes it, the agent cannot either. Of a text in a request, only this
    request and the arrival."""
    voice = {"CallSid": CALL, "From": CALLER, "To": TITUS_NUMBER, "CallStatus": "in-progress"}
    screened = {**voice, "CallSid": LEG, "ParentCallSid": CALL, "To": "+61491570151"}
    steps: tuple[tuple[str, dict[str, str], dict[str, str]], ...] = (
        ("inbound", {}, voice),
        ("screen", {"wave": "1", "to": "+61491570151"}, screened),
        ("hunt-step", {"step": "1"}, {**voice, "DialCallStatus": "no-answer"}),
        ("hunt-step", {"step": "2"}, {**voice, "DialCallStatus": "no-answer"}),
        ("hunt-step", {"step": "3"}, {**voice, "DialCallStatus": "no-answer"}),
        ("agent", {"stage": "0"}, voice),
        ("fallback", {}, {**voice, "ErrorCode": "11200", "ErrorUrl": "https://agent.example/inbound"}),
        ("voicemail", {}, {**voice, "RecordingSid": "RE" + "3" * 32}),
        ("outbound", {"request": "d1"}, voice),
        ("browser-outbound", {}, {**voice, "From": "client:user_1", "To": "+61491570151"}),
    )
    changed = place.route or "inbound"
    everything = changed == "inbound"
    for route, query, fields in steps:
        here = route == changed
        if not (here or everything or route == "inbound"):
            continue
        fields = {**fields, "CallSid": "garbled"} if route in garbled else fields
        fields = {**fields, place.field: text} if here and place.field else fields
        query = {**query, place.query: text} if here and place.query else query
        yield signed_form(route, body_of(fields), body_of(query))


def _faults(answer: Answer, known: Collection[Shape]) -> list[str]:
    if answer.escaped is not None:
        return [f"raised {answer.escaped!r}"]
    if answer.status == 400 and not answer.body:
        return []  # what no form can hold; Twilio sends no such thing
    shape = _shape(answer)
    if answer.status != 200 or shape[0] != "Response":
        return [f"answered {answer.status} {shape[0]} {answer.body[:300]!r}"]
    return [] if shape in known else [f"{shape} is none of {known}: {answer.body!r}"]


def _shape(answer: Answer) -> Shape:
    """The elements and the names of their attributes; texts and values do not count."""
    try:
        root: Element = fromstring(answer.body)
    except (ParseError, DefusedXmlException, ValueError) as error:
        return f"no XML: {error!r}", (), ()
    return _tree(root)


def _tree(element: Element) -> Shape:
    return element.tag, tuple(sorted(element.attrib)), tuple(map(_tree, element))
