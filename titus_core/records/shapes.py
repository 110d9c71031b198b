"""Cells that are objects: what a client must tell of a person and of a barcode, as Airtable asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from titus_core.records.catalogue import FieldType


class _Person(msgspec.Struct):
    id: str | None = None
    email: str | None = None
    name: str | None = None


class _Barcode(msgspec.Struct):
    text: str
    type: str | None = None


def _check_person(value: Any) -> None:
    told = msgspec.convert(value, _Person)
    if not told.id and not told.email:
        raise ValueError("must tell a person's id or e-mail address")


def _check_people(value: Any) -> None:
    for one in msgspec.convert(value, list[Any]):
        _check_person(one)


def _check_barcode(value: Any) -> None:
    msgspec.convert(value, _Barcode)


_CHECKS: dict[FieldType, Callable[[Any], None]] = {
    FieldType.PERSON: _check_person,
    FieldType.PEOPLE: _check_people,
    FieldType.BARCODE: _check_barcode,
}


def check_shape(of: FieldType, value: Any) -> None:
    """Raises `ValueError` for what such a field cannot hold; other types may hold anything."""
    check = _CHECKS.get(of)
    if check is not None:
        check(value)
