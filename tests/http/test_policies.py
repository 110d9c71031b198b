"""Every role against every route: the answer is the table's, nothing else."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.http.staff_app import PASSWORD, Staff
from titus_core.accounts.model import Role
from titus_core.accounts.policy import TABLE, Permission
from titus_http.security.policies import policy_of


def _routes(staff: Staff) -> list[tuple[str, str, Any]]:
    found: list[tuple[str, str, Any]] = []
    for route in staff.world.litestar.routes:
        for handler in getattr(route, "route_handlers", ()):
            if handler.http_methods != {"OPTIONS"}:
                path = re.sub(r"\{\w+\}", "99", route.path_format)
                if path == "/api/events":
                    path += "?lastEventId=nonsense"  # refused at once: the stream itself would never end
                found.extend((str(method), path, policy_of(handler)) for method in handler.http_methods)
    return found


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_the_table_says_and_nothing_else(staff: Staff, role: Role) -> None:
    person = {"email": f"{role.value}@titus.example", "password": PASSWORD, "name": role.value, "role": role.value}
    assert staff.client.post("/api/admin/users", headers=staff.sam, json=person).status_code == 201
    headers = staff.headers(person["email"])

    for method, path, policy in _routes(staff):
        if isinstance(policy, Permission):
            status = staff.client.request(method, path, headers=headers).status_code
            assert (status == 403) is (role not in TABLE[policy]), (method, path, status)


def test_nobody_gets_in_without_a_session(staff: Staff) -> None:
    for method, path, policy in _routes(staff):
        status = staff.client.request(method, path).status_code
        assert (status == 401) is (policy != "public"), (method, path, status)


def test_asking_which_methods_there_are_needs_no_session(staff: Staff) -> None:
    answer = staff.client.options("/api/voice/calls")
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, OPTIONS")
