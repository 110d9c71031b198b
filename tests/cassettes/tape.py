"""Cassettes: what was asked of a provider over the network and what it answered, kept in a file by vcrpy.

A request matches by its method, path, query and body: everything that Titus decides. The host is left out, since it is
a setting, and so are headers: of those a cassette keeps next to none.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
import vcr
import yaml
from vcr.cassette import Cassette
from vcr.record_mode import RecordMode
from vcr.request import Request
from vcr.serializers import yamlserializer

from tests.cassettes.scenario import Given
from tests.cassettes.scrubbing import Scrubber

FOLDER = Path(__file__).parent
REAL = FOLDER / "real"
"""Recordings of real accounts, beside those of the sandbox and laid out alike."""


class _Dumper(yaml.SafeDumper):
    """Texts of many lines are written as such, so that a change of a cassette can be reviewed."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


class _Readable:
    """vcrpy's serializer, with the dumper from above."""

    deserialize = staticmethod(yamlserializer.deserialize)

    @staticmethod
    def serialize(tape: dict[str, Any]) -> str:
        return yaml.dump(tape, Dumper=_Dumper, width=120, allow_unicode=True)


def place(provider: str, name: str, folder: Path = FOLDER) -> Path:
    return folder / provider / f"{name}.yaml"


def read(path: Path) -> dict[str, Any]:
    """The file as it is."""
    tape: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return tape


def recording(path: Path, scrubber: Scrubber) -> Any:
    """A context in which everything that httpx and httpx2 send is recorded, and at whose end it is stored, scrubbed."""
    options = {"record_mode": RecordMode.ALL, "before_save_interaction": scrubber.interaction}
    return _machine().use_cassette(path, decode_compressed_response=True, **options)


def replaying(path: Path) -> Any:
    """A context in which only what the cassette holds is answered, each exchange once."""
    return _machine().use_cassette(path, record_mode=RecordMode.NONE)


def label(tape: Cassette, given: Given, against: str) -> None:
    """Write on the cassette what was asked about, and of whom."""
    tape.get_metadata("given", msgspec.to_builtins(given))
    tape.get_metadata("against", against)


def given_of(path: Path) -> Given:
    return msgspec.convert(read(path)["metadata"]["given"], Given)


def _machine() -> vcr.VCR:
    machine = vcr.VCR(serializer="readable", match_on=("method", "the path", "the query", "the body"))
    machine.register_serializer("readable", _Readable)
    machine.register_matcher("the path", _same_path)
    machine.register_matcher("the query", _same_query)
    machine.register_matcher("the body", _same_body)
    return machine


def _same_path(one: Request, other: Request) -> None:
    assert urlsplit(one.uri).path == urlsplit(other.uri).path


def _same_query(one: Request, other: Request) -> None:
    # Blank fields count: Twilio unsets a setting by one.
    fields = [sorted(parse_qsl(urlsplit(request.uri).query, keep_blank_values=True)) for request in (one, other)]
    assert fields[0] == fields[1]


def _same_body(one: Request, other: Request) -> None:
    assert _content(one) == _content(other)


def _content(request: Request) -> object:
    """A form's fields in their order, JSON's content, otherwise the bytes."""
    body, kind = request.body or b"", request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        return json.loads(body)
    return parse_qsl(body.decode(), keep_blank_values=True) if kind.endswith("form-urlencoded") else body
