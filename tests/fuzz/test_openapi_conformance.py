"""Every answer is one that the OpenAPI document tells of: the short counts of `make proof PART=schemathesis`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from tests.fuzz.client import Answer, Request, call
from tests.fuzz.conformance import Examiner

COUNT = 18
"""Cases for each operation."""

PARTS = 4


@pytest.fixture(scope="module")
def examiner() -> Iterator[Examiner]:
    with Examiner() as ready:
        yield ready


@pytest.mark.parametrize("part", range(PARTS))
def test_every_answer_is_documented(examiner: Examiner, part: int) -> None:
    for operation in examiner.operations[part::PARTS]:
        examiner.examine(operation, 1, COUNT)
    assert examiner.report.found == []
    assert {status for _, status in examiner.report.counts} >= {200, 400, 401, 404}


def test_an_answer_that_the_document_does_not_tell_of_is_found(
    examiner: Examiner, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def without_version(app: Any, request: Request) -> Answer:
        answer = await call(app, request)
        return replace(answer, body=answer.body.replace(b'"version"', b'"edition"'))

    monkeypatch.setattr("tests.fuzz.conformance.call", without_version)
    [health] = [operation for operation in examiner.operations if operation.path == "/api/health"]
    examiner.examine(health, 1, 1)
    assert '"version" is a required property' in " ".join(examiner.report.found)
    examiner.report.found.clear()
