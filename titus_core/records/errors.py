"""What records refuse.

NotFound
└── UnknownTable     no table has that id or name
Invalid
└── UnknownField     the table has no field of that id or name
TitusError
└── PartlyCommitted  a store without transactions took only a part
"""

from __future__ import annotations

from collections.abc import Sequence

from titus_core.kernel.errors import Invalid, NotFound, TitusError


class UnknownTable(NotFound):
    """The catalogue has no such table; `data["nearest"]` is the most similar name, if one is near."""

    code = "unknown-table"
    title = "There is no such table"

    def __init__(self, word: str, nearest: str | None) -> None:
        hint = f"; did you mean {nearest!r}?" if nearest is not None else ""
        super().__init__(f"There is no table {word!r}{hint}", table=word, nearest=nearest)


class UnknownField(Invalid):
    """The table has no such field. A write that names one is refused whole: a cell that is dropped is a fact lost."""

    code = "unknown-field"
    title = "There is no such field"

    def __init__(self, table: str, word: str, nearest: str | None) -> None:
        hint = f"; did you mean {nearest!r}?" if nearest is not None else ""
        super().__init__(word, f"is no field of {table!r}{hint}")
        self.data |= {"table": table, "nearest": nearest}


class PartlyCommitted(TitusError):
    """A store without transactions took some of the records and not the others; `data["done"]` and `data["left"]` are
    their places in the request, `data["reason"]` why. Nothing of it is silently undone or repeated."""

    code = "partly-committed"
    title = "Only a part was stored"

    def __init__(self, done: Sequence[int], left: Sequence[int], reason: str) -> None:
        super().__init__(
            f"{len(done)} of {len(done) + len(left)} records were stored: {reason}",
            done=tuple(done),
            left=tuple(left),
            reason=reason,
        )
