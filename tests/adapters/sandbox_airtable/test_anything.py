"""Whatever is sent, it is answered in Airtable's words: never by an error of the sandbox itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.adapters.sandbox_airtable.stage import SCHEMA, staged

Asked = Callable[..., int]
ADA, NOTE = "recAda00000000000", "recNote0000000000"
_WORDS = ["Name", "Status", "Budget", "Notes", "Hours", "Client", "Files", "At", "Number", "x", "", ADA, NOTE, "fields"]
_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(_WORDS),
    st.text(max_size=5),
)
_JSON = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_WORDS), inner, max_size=4),
    max_leaves=6,
)
_FIELDS = st.dictionaries(st.sampled_from(_WORDS), _JSON, max_size=4)
_RECORD = st.fixed_dictionaries({"fields": _FIELDS}, optional={"id": st.sampled_from([ADA, NOTE, "x"]) | _LEAVES})
_WRITES = st.fixed_dictionaries(
    {},
    optional={
        "records": st.lists(_RECORD, max_size=3) | _JSON,
        "fields": _FIELDS | _JSON,
        "typecast": st.booleans() | _LEAVES,
        "returnFieldsByFieldId": st.booleans() | _LEAVES,
        "performUpsert": st.fixed_dictionaries({"fieldsToMergeOn": st.lists(st.sampled_from(_WORDS), max_size=4)})
        | _JSON,
    },
)
_LISTS = st.fixed_dictionaries(
    {},
    optional={
        "pageSize": st.integers(-1, 101) | _LEAVES,
        "maxRecords": st.integers(-1, 3) | _LEAVES,
        "offset": st.text(max_size=4) | _LEAVES,
        "view": st.sampled_from(["Grid view", "x"]) | _LEAVES,
        "sort": st.lists(st.fixed_dictionaries({"field": st.sampled_from(_WORDS)}), max_size=2) | _JSON,
        "fields": st.lists(st.sampled_from(_WORDS), max_size=3) | _JSON,
        "filterByFormula": st.sampled_from(["{Name}", "1/0", "{Notes}&''", "SUM({Budget})>1"]) | _LEAVES,
        "cellFormat": st.sampled_from(["json", "string"]) | _LEAVES,
        "recordMetadata": st.lists(st.sampled_from(["commentCount", "x"])) | _JSON,
    },
)
_PATHS = st.sampled_from(["Clients", "Notes", f"Clients/{ADA}", f"Notes/{NOTE}", f"Clients/{ADA}/comments"])
_PARAMETERS = ["sort[0][field]", "fields[]", "pageSize", "a[b]", "x", "["]
_TYPES = ["number", "singleLineText", "date", "x"]
_META = st.sampled_from(["/v0/meta/bases", "/v0/meta/bases/{}/tables", "/v0/bases/{}/webhooks"])


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    """Asks a base with a client and a note, who are linked, afresh each time; the answer's status."""
    with asyncio.Runner() as runner:
        opened = staged()
        stage = runner.run(opened.__aenter__())

        def ask(method: str, path: str, sent: Any, **more: Any) -> int:
            base = stage.airtable.base(SCHEMA, id=stage.base.id)
            made = {"createdTime": "2026-01-01T00:00:00.000Z"}
            base.load("Clients", [made | {"id": ADA, "fields": {"Name": "Ada", "Notes": [NOTE]}}])
            base.load("Notes", [made | {"id": NOTE, "fields": {"Hours": 1, "Client": [ADA]}}])
            status, body = runner.run(stage.ask(method, path.format(base.id), json=sent, **more))
            assert body is None or isinstance(body, dict)
            return status

        yield ask
        runner.run(opened.__aexit__(None, None, None))


@settings(max_examples=300)
@given(st.sampled_from(["POST", "PATCH", "PUT"]), _PATHS, _WRITES | _JSON)
def test_any_write_is_done_or_refused(asked: Asked, method: str, path: str, sent: Any) -> None:
    assert asked(method, path, sent) in {200, 403, 404, 422}


@settings(max_examples=300)
@given(_LISTS | _JSON)
def test_any_list_is_answered_or_refused(asked: Asked, sent: Any) -> None:
    zone = {"timeZone": "Australia/Sydney", "userLocale": "en-au"}
    assert asked("POST", "Clients/listRecords", sent, params=zone) in {200, 422}


@settings(max_examples=200)
@given(
    st.dictionaries(st.sampled_from(["sort[0][field]", "fields[]", "pageSize", "a[b]", "x", "["]), st.text(max_size=4))
)
def test_any_query_is_answered_or_refused(asked: Asked, params: dict[str, str]) -> None:
    assert asked("GET", "Clients", None, params=params) in {200, 422}


@settings(max_examples=200)
@given(
    _META,
    st.dictionaries(
        st.sampled_from(["name", "fields", "tables", "workspaceId", "specification", "notificationUrl", "description"]),
        _JSON
        | st.lists(
            st.fixed_dictionaries(
                {
                    "name": st.sampled_from(["A", "B"]),
                    "type": st.sampled_from(["number", "singleLineText", "date", "x"]),
                },
                optional={"options": _JSON},
            ),
            max_size=2,
        )
        | st.just({"options": {"filters": {"dataTypes": ["tableData"]}}}),
    ),
)
def test_any_change_of_tables_and_any_webhook_is_made_or_refused(asked: Asked, path: str, sent: Any) -> None:
    assert asked("POST", path, sent) in {200, 403, 422}
