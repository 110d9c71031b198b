"""Formulas with ids for names, as metadata shows them: they stay right when a field gets another name."""

from __future__ import annotations

from collections.abc import Callable

from titus_adapters.sandbox.airtable.formula.errors import BadFormula
from titus_adapters.sandbox.airtable.formula.tokens import places


def with_ids(text: str, find: Callable[[str], str | None]) -> tuple[str, list[str]]:
    """The formula, and the ids that it names; what is no formula, or names what is not there, stays as it is."""
    try:
        found = list(places(text))
    except BadFormula:
        return text, []
    ids: list[str] = []
    for place in reversed(found):
        field_id = find(place.name)
        if field_id is not None:
            text = text[: place.start] + "{" + field_id + "}" + text[place.end :]
            ids.insert(0, field_id)
    return text, list(dict.fromkeys(ids))
