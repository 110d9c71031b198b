"""All writes of a unit of work in one statement: one way to the server instead of one for each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from titus_adapters.sql.buffer import Write
from titus_adapters.sql.statements import Command

Shape: TypeAlias = tuple[tuple[Command, int | None], ...]

_BIND = re.compile(r"\$(\d+)")


class Combined(NamedTuple):
    """A statement's text and values. It stores all, or fails as a lost race and stores nothing."""

    text: str
    values: list[Any]


def combined(writes: Sequence[Write]) -> Combined | None:
    """None if the writes depend on each other: parts of one statement do not see what the others do."""
    if not _independent(writes):
        return None
    values = [value for command, params, _ in writes for value in command.postgres.bind(params)]
    return Combined(_text(tuple((command, expect) for command, _, expect in writes)), values)


def _independent(writes: Sequence[Write]) -> bool:
    """Whether no row can be touched twice: two writes to one table must each name another row."""
    rows: dict[str, set[tuple[object, ...]]] = {}
    for command, params, _ in writes:
        touched = rows.setdefault(command.table, set())
        row = tuple(params[name] for name in command.key or ())
        if touched and (not row or row in touched or () in touched):
            return False
        touched.add(row)
    return True


@lru_cache(maxsize=512)
def _text(shape: Shape) -> str:
    parts, expected, given = [], [], 0
    for number, (command, expect) in enumerate(shape):
        text = command.postgres.text
        parts.append(f"w{number} AS ({_shifted(text, given)} RETURNING 1)")
        given += max((int(bind) for bind in _BIND.findall(text)), default=0)
        if expect is not None:
            expected.append(f"(SELECT count(*) FROM w{number}) = {expect}")  # noqa: S608  # two numbers of ours
    verdict = " AND ".join(expected) or "true"
    # The function raises: in a single statement nothing else can undo the writes that did find their rows.
    return f"WITH {', '.join(parts)} SELECT CASE WHEN {verdict} THEN true ELSE titus_conflict() END"


def _shifted(text: str, by: int) -> str:
    return _BIND.sub(lambda bind: f"${int(bind[1]) + by}", text)
