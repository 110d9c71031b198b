"""The OpenAPI document and its page."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.http.staff_app import Staff


@pytest.fixture
def document(staff: Staff) -> dict[str, Any]:
    answer = staff.client.get("/schema/openapi.json")
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for operation in path.values()]


def test_the_document_is_openapi_3_1_with_the_ways_to_sign_in(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert set(document["components"]["securitySchemes"]) == {
        "bearer",
        "header",
        "cookie",
        "metricsToken",
        "twilioSignature",
    }


def test_operation_ids_are_unique_and_read_like_names(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for operation in operations(document)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(?:[A-Z][a-z]*)+", name) for name in ids)
    assert "explainHuntGroup" in ids


def test_every_operation_says_what_it_does_and_what_a_problem_looks_like(document: dict[str, Any]) -> None:
    for operation in operations(document):
        assert operation["description"], operation["operationId"]
        assert operation["tags"]
        if operation.get("security") != [{"twilioSignature": []}]:
            assert "application/problem+json" in operation["responses"]["default"]["content"]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for name in re.findall(r"'#/components/schemas/([^']+)'", str(document)):
        assert name in document["components"]["schemas"]


def test_routes_without_a_session_say_so(document: dict[str, Any]) -> None:
    assert document["paths"]["/api/health"]["get"]["security"] == [{}]
    assert "security" not in document["paths"]["/api/voice/calls"]["get"]


def test_the_page_lists_every_operation_and_loads_nothing(staff: Staff, document: dict[str, Any]) -> None:
    answer = staff.client.get("/schema")
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    for operation in operations(document):
        assert f'id="{operation["operationId"]}"' in answer.text
    for name in document["components"]["schemas"]:
        assert f'id="schema-{name}"' in answer.text
    assert not re.search(r"<script|<link|<img|@import|url\(|(?:src|href)=\"(?:https?:)?//", answer.text)
    anchors = set(re.findall(r'href="#([^"]+)"', answer.text))
    assert anchors <= set(re.findall(r'id="([^"]+)"', answer.text))


def test_every_problem_page_is_served_as_text(staff: Staff) -> None:
    listed = staff.client.get("/problems").text.split()
    assert "/problems/stale" in listed
    for path in listed:
        answer = staff.client.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain")
    assert staff.client.get("/problems/unheard-of").status_code == 404
