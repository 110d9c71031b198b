"""The OpenAPI document as a source of requests that Titus ought to understand."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import msgspec

from tests.fuzz.target import CALLER, PASSWORD, Target
from titus_http.openapi import completed
from titus_http.routes.legacy_group_body import OUR_STRATEGY

_KNOWN: dict[str, tuple[Any, ...]] = {
    "email": ("admin@example.org.au", "new@example.org.au", "newer@example.org.au"),
    "password": (PASSWORD,),
    "name": ("Intake", "Zoë O'Hara", "夜間"),
    "timezone": ("Australia/Lord_Howe", "QLD"),
    "state": ("NSW", None),
    "start": ("09:00",),
    "until": ("17:00", "24:00"),
    "number": ("+61255500002", "02 5550 0003", None),
    "blocked": ([], ["0491 570 110"]),
    "from": (CALLER, "anonymous"),
    "phone_number": ("0491 570 006", ""),
    "strategy": tuple(OUR_STRATEGY),
    "tier": (1, 2),
    "ringSeconds": (10, 25, 120),
    "maxWaitSeconds": (20, 180),
    "wrapUpSeconds": (0, 30),
    "stickyDays": (0, 7),
    "userId": (1, 2, 3, 4),
    "groupId": (1, 2),
    "notify": ([], ["intake@example.org.au"]),
}
_ALWAYS = frozenset({"email", "password"})


class Operation(msgspec.Struct, frozen=True):
    """One of the OpenAPI document; `body` is the schema of its JSON body."""

    method: str
    path: str
    names: tuple[str, ...]
    body: Mapping[str, Any] | None


class Document:
    """The OpenAPI document of the target, as a source of requests."""

    def __init__(self, target: Target) -> None:
        self.whole = whole = completed(target.titus.rest.openapi_schema.to_schema())
        self._schemas: dict[str, Any] = whole["components"]["schemas"]
        self.operations = tuple(
            _operation(method, path, told)
            for path, methods in whole["paths"].items()
            for method, told in methods.items()
            if "/webhook/" not in path or path.endswith("/test")
        )

    def body(self, dice: random.Random, method: str, path: str) -> Any:
        """A body that this operation understands, mostly; None if it wants none."""
        found = (each.body for each in self.operations if (each.method, each.path) == (method.upper(), path))
        schema = next(found, None)
        return None if schema is None else self.example(dice, schema)

    def example(self, dice: random.Random, schema: Mapping[str, Any]) -> Any:
        """A value that the schema allows, mostly."""
        match schema:
            case {"$ref": ref}:
                return self.example(dice, self._schemas[ref.rpartition("/")[2]])
            case {"oneOf": choices} | {"anyOf": choices}:
                return self.example(dice, dice.choice(choices))
            case {"enum": values}:
                return dice.choice(values)
            case {"const": constant}:
                return constant
            case {"type": "object", "properties": fields}:
                needed = frozenset(schema.get("required", ()))
                chosen = [name for name in fields if name in needed | _ALWAYS or dice.random() < 0.4]
                return {name: self._field(dice, name, fields[name]) for name in chosen}
            case {"type": "object"}:
                inner = schema.get("additionalProperties")
                return {"mon": self.example(dice, inner)} if isinstance(inner, dict) else {}
            case {"type": "array"}:
                return [self.example(dice, schema["items"]) for _ in range(dice.randint(0, 2))]
            case {"type": "integer"}:
                return dice.choice((1, 2, 3, 20, 60))
            case {"type": "boolean"}:
                return dice.random() < 0.5
            case {"type": "null"}:
                return None
            case {"format": "date"}:
                return dice.choice(("2026-12-28", "2028-02-29"))
            case {"format": "date-time"}:
                return dice.choice(("2026-11-23T09:00:00Z", "2026-11-24T09:00:00+10:30"))
            case _:
                return dice.choice(("Please hold.", "09:00", "+61491570006", ""))

    def _field(self, dice: random.Random, name: str, schema: Mapping[str, Any]) -> Any:
        """As the schema says, or as it leaves open what Titus demands."""
        told = "format" in str(schema) or "$ref" in str(schema)
        return dice.choice(_KNOWN[name]) if name in _KNOWN and not told else self.example(dice, schema)


def _operation(method: str, path: str, told: Mapping[str, Any]) -> Operation:
    names = tuple(parameter["name"] for parameter in told.get("parameters", ()) if parameter["in"] == "query")
    content = told.get("requestBody", {}).get("content", {})
    return Operation(method.upper(), path, names, content.get("application/json", {}).get("schema"))
