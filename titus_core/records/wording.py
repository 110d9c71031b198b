"""Names of tables and fields as words that programs like: `firstName`, `first_name`, and columns that SQL takes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import count

LONGEST_SQL_NAME = 48
"""PostgreSQL cuts names at 63 bytes; the rest is for what indexes and join tables put around them."""

_AROUND = len("_table_99")
"""Room for what makes a name free."""

_WORD = re.compile(r"[A-Za-z0-9]+")
_HUMPED = re.compile(r"[a-z][a-z0-9]+[A-Z]")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

OUR_COLUMNS = frozenset({"id", "version", "created_time", "modified_time"})
OUR_TABLES = frozenset({"crm_attachments", "crm_counters", "crm_options"})
OUR_PREFIX = "titus_"

_KEYWORDS = """
abort action add after all alter always analyse analyze and any array as asc asymmetric attach authorization
autoincrement before begin between binary both by cascade case cast check collate collation column commit
concurrently conflict constraint create cross current current_catalog current_date current_role current_schema
current_time current_timestamp current_user database default deferrable deferred delete desc detach distinct do drop
each else end escape except exclude exclusive exists explain fail false fetch filter first following for foreign
freeze from full generated glob grant group groups having if ignore ilike immediate in index indexed initially inner
insert instead intersect into is isnull join key last lateral leading left like limit localtime localtimestamp match
materialized natural no not nothing notnull null nulls of offset on only or order others outer over overlaps
partition placing plan pragma preceding primary query raise range recursive references regexp reindex release rename
replace restrict returning right rollback row rows savepoint select session_user set similar some symmetric
system_user table tablesample temp temporary then ties to trailing transaction trigger true unbounded union unique
update user using vacuum values variadic verbose view virtual when where window with without
"""
KEYWORDS = frozenset(_KEYWORDS.split())
"""What PostgreSQL or SQLite would take for a word of their own."""


def words_of(name: str) -> list[str]:
    """Letters and digits of ASCII, accents dropped: ` Very Remote ` has two words, `Client's` one."""
    plain = unicodedata.normalize("NFKD", name.replace("'", "").replace("’", ""))
    return _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))


def camel(name: str, otherwise: str) -> str:
    """`First Name` is `firstName`, `SIL or CAS?` is `silOrCas`; `otherwise` for names without any letter or digit."""
    first, *rest = words_of(name) or [otherwise]
    word = _first(first) + "".join(_next(one) for one in rest)
    return word if word[0].isalpha() else f"{otherwise}{word}"


def _first(word: str) -> str:
    return word if _HUMPED.match(word) else word.lower()


def _next(word: str) -> str:
    return word[0].upper() + (word[1:] if _HUMPED.match(word) else word[1:].lower())


def snake(name: str, otherwise: str) -> str:
    """`First Name` is `first_name`."""
    parts = [part for word in words_of(name) or [otherwise] for part in _parts(word)]
    word = "_".join(part.lower() for part in parts)
    return word if word[0].isalpha() else f"{otherwise}_{word}"


def _parts(word: str) -> list[str]:
    return _HUMP.split(word) if _HUMPED.match(word) else [word]


def column_name(word: str) -> str:
    """Of a name in snake case, one of `LONGEST_SQL_NAME` at most that is no word of SQL's or ours."""
    short = shortened(word)
    if short.startswith(OUR_PREFIX):
        return f"its_{short}"
    return f"{short}_value" if short in OUR_COLUMNS or short in KEYWORDS else short


def table_name(word: str) -> str:
    short = f"crm_{shortened(word)}"
    return f"{short}_table" if short in OUR_TABLES else short


def shortened(word: str) -> str:
    """Cut between two parts where that is possible, with room for what is put around it."""
    longest = LONGEST_SQL_NAME - _AROUND
    if len(word) <= longest:
        return word
    return word[: longest + 1].rpartition("_")[0] or word[:longest]


class Names:
    """Gives each name once, without regard to case: the second `firstName` is `firstName2`."""

    def __init__(self, taken: Iterable[str] = (), separator: str = "") -> None:
        self._taken = {name.lower() for name in taken}
        self._separator = separator

    def free(self, wanted: str) -> str:
        """This name, or it with the first number that nobody has."""
        numbered = (f"{wanted}{self._separator}{number}" for number in count(2))
        name = (
            wanted if wanted.lower() not in self._taken else next(n for n in numbered if n.lower() not in self._taken)
        )
        self._taken.add(name.lower())
        return name
