"""Reads a document the way Twilio does, down to what it complains about."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import msgspec

from titus_adapters.sandbox.twilio.twiml import grammar


class Element(msgspec.Struct, frozen=True):
    name: str
    attributes: dict[str, str]
    text: str = ""
    children: tuple[Element, ...] = ()

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    def seconds(self, name: str, default: float) -> float:
        """A number of seconds; the default where the value is none."""
        value = self.get(name)
        return float(value) if value.isdigit() else default

    def flag(self, name: str, *, default: bool = False) -> bool:
        return self.get(name, str(default).lower()) == "true"


class Document(msgspec.Struct, frozen=True):
    """The verbs in order, where they came from, and what is wrong with them without being fatal (12200)."""

    verbs: tuple[Element, ...]
    url: str = ""
    warnings: tuple[str, ...] = ()


class BadDocument(Exception):
    """Nothing that can be carried out; `code` is Twilio's."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message


XML_TYPES = frozenset({"text/xml", "application/xml", "text/html", "application/xhtml+xml"})


def read(body: bytes, content_type: str, url: str = "", verbs: frozenset[str] = grammar.VERBS) -> Document:
    """The document in a response; plain text is read aloud, sound is played."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind.startswith("audio/"):
        return Document((Element("Play", {}, url),), url)
    if kind == "text/plain" and b"<Response" not in body:
        return Document((Element("Say", {}, body.decode("utf-8", "replace")),), url)
    if kind not in XML_TYPES and kind != "text/plain":
        raise BadDocument(12300, f"Invalid Content-Type: {kind or 'none'}")
    return parse(body, url, verbs)


def parse(body: bytes | str, url: str = "", verbs: frozenset[str] = grammar.VERBS) -> Document:
    raw = body.encode() if isinstance(body, str) else body
    if not raw.strip():
        return Document((), url)
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise BadDocument(12100, "Document parse failure: a DTD is not allowed")
    try:
        root = ET.fromstring(raw)  # noqa: S314 - a DTD, and so any entity, was refused above
    except ET.ParseError as error:
        raise BadDocument(12100, f"Document parse failure: {error}") from error
    if root.tag != "Response":
        raise BadDocument(12100, f"Document parse failure: root is <{root.tag}>, not <Response>")
    elements = tuple(_element(child) for child in root if isinstance(child.tag, str))
    return Document(elements, url, tuple(_complaints(elements, verbs)))


def _element(node: ET.Element) -> Element:
    children = tuple(_element(child) for child in node if isinstance(child.tag, str))
    text = "".join(node.itertext()).strip() if node.tag == "Say" else (node.text or "").strip()
    return Element(node.tag, dict(node.attrib), text, children)


def _complaints(elements: tuple[Element, ...], verbs: frozenset[str]) -> list[str]:
    found: list[str] = []
    allowed = verbs | grammar.UNPLAYED if verbs == grammar.VERBS else verbs
    for element in elements:
        if element.name not in allowed:
            found.append(f"Schema validation warning: <{element.name}> is not allowed here")
        else:
            _complain(element, found)
    return found


def _complain(element: Element, found: list[str]) -> None:
    if element.name in grammar.UNPLAYED:
        return
    known = grammar.ATTRIBUTES.get(element.name)
    if known is not None:
        found.extend(_attribute_complaints(element, known))
    if element.name in grammar.OPEN:
        return
    if len(element.children) > grammar.MOST_NOUNS and element.name == "Dial":
        found.append(f"Too many nouns in <Dial>: {len(element.children)}, at most {grammar.MOST_NOUNS}")
    allowed = grammar.CHILDREN.get(element.name, frozenset())
    for child in element.children:
        if child.name in allowed:
            _complain(child, found)
        else:
            found.append(f"Schema validation warning: <{child.name}> is not allowed in <{element.name}>")


def _attribute_complaints(element: Element, known: grammar.Attributes) -> list[str]:
    found = []
    for name, value in element.attributes.items():
        if name not in known:
            found.append(f"Schema validation warning: <{element.name}> has no attribute '{name}'")
        elif not known[name](value):
            found.append(f"Schema validation warning: <{element.name} {name}='{value}'> is not a legal value")
    return found
