"""What the registers refuse.

TitusError
└── NotInBase     this base has no table, or no field, for what is asked
Invalid
├── ManyOfThatName   a name is several people's
└── ListTooLong      a list that would have to be cut
"""

from __future__ import annotations

from collections.abc import Sequence

from titus_core.kernel.errors import Invalid, TitusError


class NotInBase(TitusError):
    """The base has no table, or the table no field, that says what is asked for. An empty list would say that there is
    nothing; this says that nobody can know. `data["table"]` and `data["field"]` are what is missing."""

    code = "not-in-base"
    title = "The base has nothing of that kind"

    def __init__(self, table: str, field: str | None = None) -> None:
        what = f"no table {table!r}" if field is None else f"no field {field!r} in the table {table!r}"
        super().__init__(f"The base of records has {what}", table=table, field=field)


class ManyOfThatName(Invalid):
    """Several people have this name or address; `data["ids"]` are their records, one of which must be chosen. What
    belongs to one is never shown as another's."""

    code = "many-of-that-name"
    title = "Several have that name"

    def __init__(self, field: str, by_id: str, ids: Sequence[str]) -> None:
        super().__init__(field, f"is of {len(ids)} records; say which by {by_id}: {', '.join(ids)}")
        self.data |= {"ids": list(ids), "by": by_id}


class ListTooLong(Invalid):
    """The answer has no pages, and would be longer than it may be. It is refused, for a list that is silently cut looks
    whole; `/api/records` has pages."""

    code = "list-too-long"
    title = "The list is too long"

    def __init__(self, table: str, most: int) -> None:
        super().__init__(table, f"has more than {most:,} such records: ask for fewer, or page by /api/records")
