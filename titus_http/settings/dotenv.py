"""The `.env` file: a small, documented part of what such files can be elsewhere.

One setting a line: `NAME=value`, optionally after `export`. Blank lines and lines that begin with `#` say nothing. A
value in single quotes stands as it is; in double quotes a backslash makes an `n` a line break, a `t` a tab, and any
other character itself; without quotes the value ends at a `#` after a blank. Nothing is expanded, no value spans
lines, and of two lines with one name the later holds.
"""

from __future__ import annotations

import re

from titus_http.settings.faults import Fault

_LINE = re.compile(
    r"""
    (?:export\s+)? (?P<name>[A-Za-z_][A-Za-z0-9_]*) \s*=\s*
    (?: '(?P<literal>[^']*)' | "(?P<escaped>(?:[^"\\]|\\.)*)" | (?P<plain>(?!['"]).*?) )
    (?:\s+\#.*)?
    """,
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "t": "\t"}


def parse(text: str, file: str = ".env") -> tuple[dict[str, str], tuple[Fault, ...]]:
    """The settings, and a fault for each line that cannot be read."""
    values: dict[str, str] = {}
    faults: list[Fault] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        match = _LINE.fullmatch(stripped)
        if match is None:
            faults.append(Fault(f"{file}, line {number}", "must be NAME=value"))
        else:
            values[match["name"]] = _value(match)
    return values, tuple(faults)


def _value(match: re.Match[str]) -> str:
    if match["escaped"] is not None:
        return re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[1]), match["escaped"])
    literal: str | None = match["literal"]
    plain: str = match["plain"] or ""
    # `NAME= # why` sets nothing: the blank before the comment was eaten with the `=`.
    return literal if literal is not None else "" if plain.startswith("#") else plain
