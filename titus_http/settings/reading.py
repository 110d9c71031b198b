"""From variables to sections. Every field is converted on its own, so that all faults are found in one go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo

from titus_http.settings.faults import Fault

OLD_NAMES = {"TITUS_ENV": "NODE_ENV", "BASE_URL": "RAILWAY_STATIC_URL"}
"""Where today's deployment has the setting under another name; the first name wins."""

_PORT = re.compile(r"[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]")


class Variables:
    """The environment as the sections see it. Blank, or a list of nothing, means not set."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = {name: value.strip() for name, value in given.items() if value.strip(" \t\r\n,")}
        self._given |= self._derived()

    def find(self, name: str) -> tuple[str, str] | None:
        """The text, and the name that it was set by."""
        for candidate in (name, OLD_NAMES.get(name, name)):
            if candidate in self._given:
                text = self._given[candidate]
                # Railway gives the host alone; it serves it by https.
                bare = candidate == "RAILWAY_STATIC_URL" and "://" not in text
                return (f"https://{text}" if bare else text), candidate
        return None

    def _derived(self) -> dict[str, str]:
        """Defaults that follow from other settings."""
        data = self._given.get("RAILWAY_VOLUME_MOUNT_PATH", "data")
        environment = self.find("TITUS_ENV")
        defaults = {
            "TITUS_HOST": "0.0.0.0" if environment and environment[0] == "production" else "127.0.0.1",  # noqa: S104
            "DATABASE_URL": f"sqlite:///{Path(data, 'titus.db')}",
            "TITUS_LOG_FORMAT": "json" if environment and environment[0] == "production" else "text",
            "FILES_URL": Path(data, "files").absolute().as_uri(),
        }
        if self.find("BASE_URL") is None and _PORT.fullmatch(port := self._given.get("PORT", "3000")):
            defaults["BASE_URL"] = f"http://localhost:{port}"
        return {name: text for name, text in defaults.items() if name not in self._given}


class Reading(msgspec.Struct, frozen=True):
    """What one section's variables say. `values` has every field that is set and can be read, or has a default."""

    section: type[msgspec.Struct]
    values: dict[str, Any]
    missing: tuple[str, ...]
    faults: tuple[Fault, ...]

    @property
    def made(self) -> msgspec.Struct | None:
        return None if self.missing or self.faults else self.section(**self.values)

    @property
    def by_variable(self) -> dict[str, Any]:
        fields = msgspec.structs.fields(self.section)
        return {field.encode_name: self.values[field.name] for field in fields if field.name in self.values}


def read_section(section: type[msgspec.Struct], variables: Variables) -> Reading:
    values: dict[str, Any] = {}
    missing: list[str] = []
    faults: list[Fault] = []
    for field in msgspec.structs.fields(section):
        found = variables.find(field.encode_name)
        if found is None and field.required:
            missing.append(field.encode_name)
        elif found is None:
            values[field.name] = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
        else:
            text, name = found
            try:
                values[field.name] = _convert(text, field)
            except ValueError as error:
                faults.append(Fault(name, str(error)))
    return Reading(section, values, tuple(missing), tuple(faults))


def _convert(text: str, field: FieldInfo) -> Any:
    """Raises ValueError whose text is the fault's reason."""
    try:
        return msgspec.convert(_shaped(text, field.type), field.type, strict=False, dec_hook=_parse)
    except msgspec.ValidationError as error:
        raise ValueError(_reason(field.type, error)) from None


def _shaped(text: str, kind: Any) -> Any:
    """Lists are separated by commas, mappings are `id:value` pairs."""
    origin = get_origin(kind)
    if origin not in {tuple, dict}:
        return text
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if origin is tuple:
        return parts
    pairs = {name.strip(): value.strip() for name, _, value in (part.partition(":") for part in parts)}
    if len(pairs) != len(parts) or not all(name and value for name, value in pairs.items()):
        raise ValueError("must be id:secret pairs, separated by commas, each id once")
    return pairs


def _parse(kind: type, text: str) -> Any:
    return Path(text) if kind is Path else kind.parse(text)  # type: ignore[attr-defined]


def _reason(kind: Any, error: msgspec.ValidationError) -> str:
    """Our own words: msgspec's quote the value of a wrong choice."""
    if isinstance(error.__cause__, ValueError):
        return str(error.__cause__)
    if kind is bool:
        return "must be true or false"
    for part in (kind, *get_args(kind)):
        if get_origin(part) is Literal:
            return f"must be one of {', '.join(get_args(part))}"
        if get_origin(part) is Annotated:
            return str(part.__metadata__[0].description)
    return "cannot be read"
