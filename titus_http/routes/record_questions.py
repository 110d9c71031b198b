"""Questions about records as addresses spell them: `filter`, `sort`, `fields`, `limit`, `cursor`. Pure."""

from __future__ import annotations

from collections.abc import KeysView
from hashlib import sha256

import msgspec

from titus_core.records.catalogue import Table
from titus_core.records.checking import checked
from titus_core.records.model import FieldId, RecordId, Scalar
from titus_core.records.ports import Query
from titus_core.records.predicates import Predicate
from titus_core.records.sorting import Place, Sort, checked_sort
from titus_http.problems import Malformed
from titus_http.security.cursors import CursorSigner

LONGEST_FILTER = 20_000
_PREDICATES: msgspec.json.Decoder[Predicate] = msgspec.json.Decoder(Predicate)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a request asks for, as it came."""

    filter: str | None = None
    sort: str | None = None
    fields: str | None = None
    limit: int
    cursor: str | None = None


class _Place(msgspec.Struct, frozen=True, array_like=True):
    key: tuple[Scalar | None, ...]
    id: RecordId
    hint: str | None = None


def query_of(table: Table, asked: Asked, zone: str, signer: CursorSigner) -> Query:
    """The sound question about a table as it is shown. Raises `Malformed` for what cannot be read, `Invalid` for what
    makes no sense."""
    where = _where(table, asked.filter, zone)
    sort = checked_sort(table, _words(asked.sort))
    place = None
    if asked.cursor is not None:
        told = msgspec.json.decode(signer.open(_question(table, where, sort), asked.cursor), type=_Place)
        place = Place(told.key, told.id, told.hint)
    return Query(
        table=table.id, where=where, sort=sort, fields=_fields(table, asked.fields), limit=asked.limit, after=place
    )


def cursor_of(table: Table, query: Query, place: Place | None, signer: CursorSigner) -> str | None:
    """The word for the place where the next page begins."""
    if place is None:
        return None
    told = msgspec.json.encode(_Place(place.key, place.id, place.hint))
    return signer.sign(_question(table, query.where, query.sort), told)


def served(table: Table) -> KeysView[FieldId]:
    """The fields that anybody is shown."""
    return table.served.keys()


def _where(table: Table, told: str | None, zone: str) -> Predicate | None:
    if told is None:
        return None
    if len(told) > LONGEST_FILTER:
        raise Malformed(f"filter: is longer than {LONGEST_FILTER:,} characters", field="filter")
    try:
        predicate = _PREDICATES.decode(told)
    except msgspec.ValidationError as error:
        where, reason = _place_and_reason(str(error))
        raise Malformed(f"filter{where}: {reason}", field=f"filter{where}", reason=reason) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise Malformed("filter: is no JSON that can be read", field="filter") from error
    return checked(table, predicate, zone)


def _place_and_reason(told: str) -> tuple[str, str]:
    """The library says `… - at `$.of[0].op``."""
    reason, _, path = told.partition(" - at `$")
    return path.rstrip("`"), reason


def _fields(table: Table, told: str | None) -> frozenset[FieldId]:
    return frozenset(served(table)) if told is None else frozenset(table.named(word).id for word in _words(told))


def _words(told: str | None) -> tuple[str, ...]:
    return tuple(word for word in told.split(",") if word) if told else ()


def _question(table: Table, where: Predicate | None, sort: tuple[Sort, ...]) -> str:
    """By ids: the same one after a rename, and on whichever store."""
    return sha256(msgspec.json.encode((table.id, where, sort))).hexdigest()
