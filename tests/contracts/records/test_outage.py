"""A store that cannot be reached says so: an empty page would be a lie that somebody acts on."""

# mypy: disable-error-code="arg-type"

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from tests.contracts.records.office import ANN, Desk, Office
from tests.contracts.records.test_attachments import attach, content, files
from tests.contracts.records.test_upsert import upsert
from titus_core.kernel.errors import Unavailable
from titus_core.records.ports import Delete, Removal
from titus_core.records.predicates import Eq


async def test_whatever_is_asked_while_it_is_away_is_told_to_be_unavailable(office: Office, people: Desk) -> None:
    made = await people.one(firstName="Ann")
    after = await attach(people, made.id, b"bytes")
    (file,) = files(people, after)
    token = (await office.store.changes(None)).next
    asked: dict[str, Callable[[], Awaitable[object]]] = {
        "get": lambda: people.get(made.id),
        "query": lambda: people.ids(),
        "a question without answer": lambda: people.ids(Eq(field="firstName", value="Nobody")),
        "create": lambda: people.one(firstName="Bob"),
        "update": lambda: people.change(made.id, firstName="Bob"),
        "upsert": lambda: upsert(people, ("firstName",), {"firstName": "Bob"}),
        "delete": lambda: office.store.write(Delete(table=people.table.id, by=ANN, items=(Removal(made.id),))),
        "attach": lambda: attach(people, made.id, b"more"),
        "content": lambda: content(people, made.id, file.id),
        "changes": lambda: office.store.changes(token),
        "changes of now": lambda: office.store.changes(None),
    }
    await office.cut()
    for name, ask in asked.items():
        with pytest.raises(Unavailable):
            pytest.fail(f"{name} answered {await ask()}")
    await office.mend()
    assert await people.get(made.id) == after
    assert await people.ids() == [made.id]
    assert await content(people, made.id, file.id) == b"bytes"
