"""What a cassette looks like when its values are left out: so are two recordings of the same compared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Tape = dict[str, Any]


def shape(tape: Tape) -> list[str]:
    """A line for everything there is: of each exchange the method, path, names and status, and the types of the JSON.
    Of a list whose elements are of one shape, that shape once."""
    return [line for number, one in enumerate(tape["interactions"]) for line in _exchange(number, one)]


def differences(real: Tape, sandbox: Tape) -> list[str]:
    """Lines that only one of them has; of exchanges, and of elements of lists, that both have any of."""
    one, other = shape(real), shape(sandbox)
    return [
        *(f"only real: {line}" for line in one if line not in other and _is_comparable(line, other)),
        *(f"only sandbox: {line}" for line in other if line not in one and _is_comparable(line, one)),
    ]


def _is_comparable(line: str, others: list[str]) -> bool:
    within = line.rpartition("[]")[0] + "[]" if "[]" in line else line.partition(" ")[0] + " "
    return any(other.startswith(within) and other != within for other in others)


def _exchange(number: int, one: Tape) -> Iterator[str]:
    request, response = one["request"], one["response"]
    address = urlsplit(request["uri"])
    yield f"{number} {request['method']} {address.path}"
    yield from (f"{number} query {name}" for name, _ in parse_qsl(address.query, keep_blank_values=True))
    yield from (f"{number} sent {line}" for line in _body(request["body"], request["headers"]))
    yield f"{number} answered {response['status']['code']}"
    yield from (f"{number} header {name}" for name in sorted(response["headers"]))
    yield from (f"{number} got {line}" for line in _body(response["body"]["string"], response["headers"]))


def _body(body: str | bytes | None, headers: dict[str, list[str]]) -> list[str]:
    kind = headers.get("content-type", [""])[0].partition(";")[0]
    if not body:
        return []
    if kind == "application/json":
        return list(dict.fromkeys(_json("", json.loads(body))))
    if kind == "application/x-www-form-urlencoded":
        assert isinstance(body, str)
        return [name for name, _ in parse_qsl(body, keep_blank_values=True)]
    return [kind]


def _json(place: str, value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in sorted(value.items()):
            yield from _json(f"{place}.{key}", inner)
    elif isinstance(value, list):
        yield f"{place}[]"
        for inner in value:
            yield from _json(f"{place}[]", inner)
    else:
        yield f"{place}: {type(value).__name__}"
