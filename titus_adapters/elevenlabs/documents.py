"""Is this a document that connects a caller with the agent, and does nothing else?"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from titus_core.kernel.errors import Unavailable

MOST_BYTES = 64 * 1024
"""What Twilio reads of a document (its error 11750; ../shared/facts/twilio.md)."""

HARMLESS = frozenset({"Connect", "Hangup", "Pause", "Play", "Say"})
"""The verbs that may stand in it. The document's shape is only observed, not documented, so a greeting is borne; but
whoever sends it must not dial, record or fork a call of ours."""


def checked(document: str) -> str | None:
    """The id of the conversation that it leads to, if it tells one. Raises `Unavailable` unless it is well-formed
    TwiML in which a Connect holds a Stream to a `wss://` address."""
    root = _parsed(document)
    if root.tag != "Response" or not HARMLESS.issuperset(verb.tag for verb in root):
        raise _unusable("it does something else")
    streams = list(root.iterfind("Connect/Stream"))
    if len(streams) != 1 or not streams[0].get("url", "").startswith("wss://"):
        raise _unusable("it does not connect")
    return next(_conversation_ids(streams[0]), None)


def _parsed(document: str) -> ET.Element:
    if len(document.encode("utf-8", "replace")) > MOST_BYTES:
        raise _unusable("it is too long")
    if "<!DOCTYPE" in document or "<!ENTITY" in document:
        raise _unusable("it has a DTD")
    try:
        return ET.fromstring(document)  # noqa: S314 - a DTD, and so any entity, was refused above
    except (ET.ParseError, ValueError) as error:
        raise _unusable("it is no XML") from error


def _conversation_ids(stream: ET.Element) -> Iterator[str]:
    for parameter in stream.iterfind("Parameter"):
        if parameter.get("name") == "conversation_id" and (value := parameter.get("value")):
            yield value


def _unusable(why: str) -> Unavailable:
    return Unavailable(f"ElevenLabs' document cannot be used: {why}", provider="elevenlabs")
