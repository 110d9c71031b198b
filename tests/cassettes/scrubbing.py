"""Takes out of a recording what must not be kept: credentials, cookies, real accounts, numbers, names and words, and
dates that would drift.

Nothing stays because it looks harmless. A text stays if its field is known to hold words of the provider's own (`kept`)
or if it is one of ours; ids, numbers, dates and addresses get made-up ones; everything else becomes `scrubbed`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode
from xml.etree import ElementTree as ET

import msgspec
from vcr.request import Request

from tests.cassettes.addresses import Addresses
from tests.cassettes.kept import FIELDS, METHODS, PICTURE, REQUEST_HEADERS, RESPONSE_HEADERS, SCRUBBED, SILENCE
from tests.cassettes.made_up import PHONE, Names
from tests.cassettes.moments import is_moment, moved
from tests.cassettes.scenario import Given

_ADDRESSES = re.compile(r"(?:url|uris?|callback|location)$", re.IGNORECASE)
_TOKENS = frozenset({"cursor", "next_cursor", "PageToken"})
_BROWSER = re.compile(r"client:user_[0-9]+")
_LARGEST = 10**8
"""A larger number that is no moment may be somebody's."""

_GIVEN = {"agent": "agent_id", "conversation": "conversation_id"}
"""What providers call them, so that they are scrubbed alike."""


class Scrubber:
    """One cassette's. `base_url`: where the provider was asked. `earlier`: by how much dates are moved. `ours`: words
    of our own, which may stay."""

    def __init__(
        self, provider: str, base_url: str, *, earlier: timedelta = timedelta(), ours: Iterable[str] = ()
    ) -> None:
        self._fields = FIELDS[provider]
        self._earlier = earlier
        self._ours = frozenset({*ours, *METHODS, SCRUBBED})
        self._names = Names()
        self._addresses = Addresses(provider, base_url, self._names, self.pairs)

    def given(self, given: Given) -> Given:
        """The same, of the account in the cassette."""
        texts = {name: value for name, value in msgspec.structs.asdict(given).items() if isinstance(value, str)}
        plain = {name: self.text(_GIVEN.get(name, name), value) for name, value in texts.items()}
        return msgspec.structs.replace(given, since=given.since - self._earlier, **plain)

    def interaction(self, request: Request, response: dict[str, Any]) -> tuple[Request, dict[str, Any]]:
        """A request and its answer, as vcrpy hands them over before it stores them."""
        kind = request.headers.get("content-type", "")
        request.uri = self._addresses.scrubbed(request.uri)
        request.body = self._body(request.body or b"", kind)
        request.headers = {name: value for name, value in request.headers.items() if name in REQUEST_HEADERS}
        headers = {name.lower(): values for name, values in response["headers"].items()}
        kind = headers.get("content-type", [""])[0]
        body = self._body(response["body"]["string"] or b"", kind)
        shown = msgspec.json.format(body, indent=1) if _is_json(kind) else body
        kept = {name: self._header(name, headers[name]) for name in sorted(RESPONSE_HEADERS & headers.keys())}
        return request, {"status": response["status"], "headers": kept, "body": {"string": shown}}

    def text(self, name: str, text: str) -> str:
        """The text of a field of that name."""
        if not text or text in self._ours or name in self._fields or text.startswith("claude-"):
            return text
        if name in _TOKENS:
            return self._names.opaque("page", text)
        if name.endswith("_unix") and text.isdecimal():
            return str(self._moment(int(text)))
        if is_moment(text):
            return moved(text, self._earlier)
        if _ADDRESSES.search(name):
            return self._addresses.scrubbed(text)
        return self._named(name, text)

    def pairs(self, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Fields of a form or a query."""
        return [(name, self.text(name, value)) for name, value in pairs]

    def json(self, value: Any, name: str = "") -> Any:
        """What JSON holds, in the field `name`."""
        if isinstance(value, dict):
            plural = name.endswith("_uris")
            return {key: self.json(inner, name if plural else key) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.json(inner, name) for inner in value]
        if isinstance(value, str):
            return self.text(name, value)
        if isinstance(value, bool) or value is None:
            return value
        return self._number(name, value)

    def _named(self, name: str, text: str) -> str:
        if PHONE.fullmatch(text):
            return self._names.phone(text)
        if _BROWSER.fullmatch(text):
            return text
        renamed = self._names.known(text) or self._names.ids_in(text)
        if renamed != text or self._names.known(text) is not None:
            return renamed if re.fullmatch(r"[\w-]+", renamed) else SCRUBBED
        return self._names.opaque("id", text) if name == "id" or name.endswith(("_id", "sid")) else SCRUBBED

    def _number(self, name: str, value: float) -> float:
        if name.endswith(("_unix_secs", "_unix", "_timestamp")):
            return self._moment(value)
        return 0 if abs(value) >= _LARGEST else value

    def _moment(self, seconds: float) -> float:
        return max(0, seconds - type(seconds)(self._earlier.total_seconds()))

    def _header(self, name: str, values: list[str]) -> list[str]:
        return values if name in {"content-type", "retry-after"} else [self.text(name, value) for value in values]

    def _body(self, body: bytes, content_type: str) -> bytes:
        """A body of that type, as small as it can be."""
        kind = content_type.partition(";")[0].strip().lower()
        if not body:
            return body
        if _is_json(kind):
            return msgspec.json.encode(self.json(msgspec.json.decode(body)))
        if kind == "application/x-www-form-urlencoded":
            return urlencode(self.pairs(parse_qsl(body.decode(), keep_blank_values=True))).encode()
        if kind in {"application/xml", "text/xml"}:
            return self._document(body.decode())
        if kind.startswith("text/"):
            return SCRUBBED.encode()
        return SILENCE if kind.startswith("audio/") else PICTURE

    def _document(self, document: str) -> bytes:
        root = ET.fromstring(document)  # noqa: S314 - from a provider that we chose to ask
        for element in root.iter():
            element.text, element.tail = (SCRUBBED if (element.text or "").strip() else None), None
            for name, value in element.attrib.items():
                element.set(name, value if name == "name" else self.text(name, value))
        return ET.tostring(root)


def _is_json(content_type: str) -> bool:
    return content_type.startswith("application/json")
