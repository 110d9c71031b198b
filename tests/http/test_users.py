"""Staff users over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.http.staff_app import PASSWORD, Staff

USERS = "/api/admin/users"
NEW = {
    "email": "Nora@Titus.example",
    "password": "a field of barley",
    "name": "Nora New",
    "role": "manager",
    "job_title": "Coordinator",
    "phone_number": "0491 570 156",
    "permissions": {},
    "sendWelcomeEmail": True,
}


def test_the_list_has_today_s_keys_and_no_secrets(staff: Staff) -> None:
    rows = staff.client.get(USERS, headers=staff.olga).json()

    assert [row["id"] for row in rows] == [1, 2, 3, 4]
    assert set(rows[0]) == {
        *("id", "email", "name", "role", "job_title", "permissions", "phone_number", "created_at", "active")
    }
    assert PASSWORD not in str(rows)


def test_a_new_user_can_sign_in_and_is_reached_in_australia(staff: Staff) -> None:
    answer = staff.client.post(USERS, headers=staff.sam, json=NEW)

    assert answer.status_code == 201
    assert answer.json() == {"id": 5, "success": True, "welcomeEmailQueued": False}
    assert answer.headers["location"] == f"{USERS}/5"
    user = staff.client.get(f"{USERS}/5", headers=staff.sam)
    assert user.headers["etag"] == '"1"'
    assert user.json()["phone_number"] == "+61491570156"
    login = {"email": "nora@titus.example", "password": "a field of barley"}
    assert staff.client.post("/api/auth/login", json=login).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "status", "field"),
    [
        ({"email": "nobody"}, 422, "email"),
        ({"email": "OLGA@titus.example"}, 409, "email"),
        ({"password": "short"}, 422, "password"),
        ({"phone_number": "ring me"}, 422, "phone_number"),
        ({"phone_number": "000"}, 422, "phone_number"),
        ({"role": "operator"}, 400, "role"),
        ({"name": 7}, 400, "name"),
    ],
)
def test_what_is_wrong_is_named(staff: Staff, wrong: dict[str, Any], status: int, field: str) -> None:
    answer = staff.client.post(USERS, headers=staff.sam, json=NEW | wrong)
    assert (answer.status_code, answer.json()["field"]) == (status, field)


def test_a_missing_field_is_named(staff: Staff) -> None:
    answer = staff.client.post(USERS, headers=staff.sam, json={"email": "x@titus.example"})
    assert (answer.status_code, answer.json()["field"]) == (400, "password")


def test_a_change_changes_what_is_named(staff: Staff) -> None:
    answer = staff.client.patch(f"{USERS}/3", headers=staff.sam | {"If-Match": '"1"'}, json={"name": "Olga Renamed"})
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"2"'
    assert answer.json()["success"] is True
    assert (answer.json()["user"]["name"], answer.json()["user"]["phone_number"]) == ("Olga Renamed", "+61491570006")

    answer = staff.client.patch(f"{USERS}/3", headers=staff.sam, json={"phone_number": ""})
    assert answer.json()["user"]["phone_number"] == ""


@pytest.mark.parametrize("tag", ['"7"', 'W/"1"', "nonsense", '"99999999999999999999"'])
def test_a_version_that_is_not_the_stored_one_is_412(staff: Staff, tag: str) -> None:
    answer = staff.client.patch(f"{USERS}/3", headers=staff.sam | {"If-Match": tag}, json={"name": "x"})
    assert (answer.status_code, answer.json()["type"]) == (412, "https://titus.example/problems/stale")


@pytest.mark.parametrize("number", ["9", "0", "99999999999999999999"])
@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_an_unknown_user_is_404(staff: Staff, method: str, number: str) -> None:
    body = {"name": "x"} if method == "PATCH" else None
    assert staff.client.request(method, f"{USERS}/{number}", headers=staff.sam, json=body).status_code == 404


def test_who_is_deactivated_is_out_at_once(staff: Staff) -> None:
    olga = staff.olga
    staff.client.patch(f"{USERS}/3", headers=staff.sam, json={"active": False})
    assert staff.client.get("/api/auth/me", headers=olga).status_code == 401


def test_a_director_cannot_become_superadmin(staff: Staff) -> None:
    answer = staff.client.patch(f"{USERS}/2", headers=staff.dina, json={"role": "superadmin"})
    assert answer.status_code == 403
