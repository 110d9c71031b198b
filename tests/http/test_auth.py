"""Signing in over HTTP."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.http.staff_app import PASSWORD, Staff
from titus_core.accounts.model import SESSION_IDLES
from titus_http.routes.menu import KEYS

LOGIN = {"email": "olga@titus.example", "password": PASSWORD}


def token_of(staff: Staff) -> str:
    token: str = staff.client.post("/api/auth/login", json=LOGIN).json()["token"]
    staff.client.cookies.clear()
    return token


def test_signing_in_answers_the_token_and_who_one_is(staff: Staff) -> None:
    answer = staff.client.post("/api/auth/login", json=LOGIN | {"portal": "office"})

    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"token", "user"}
    assert len(body["token"]) == 64
    assert set(body["user"]) == {"id", "email", "name", "role", "job_title", "permissions"}
    assert body["user"]["role"] == "office_staff"
    assert set(body["user"]["permissions"]) == set(KEYS)
    assert len(KEYS) == 39


@pytest.mark.parametrize(
    "body", [{}, {"email": "olga@titus.example"}, {"password": "x"}, {"email": " ", "password": "x"}]
)
def test_a_missing_address_or_password_is_400(staff: Staff, body: dict[str, str]) -> None:
    answer = staff.client.post("/api/auth/login", json=body)
    assert (answer.status_code, answer.json()["error"]) == (400, "Email and password required")


@pytest.mark.parametrize("email", ["olga@titus.example", "nobody@titus.example"])
def test_a_wrong_password_and_an_unknown_address_look_alike(staff: Staff, email: str) -> None:
    answer = staff.client.post("/api/auth/login", json={"email": email, "password": "wrong"})
    assert (answer.status_code, answer.json()["error"]) == (401, "Invalid email or password")


@pytest.mark.parametrize("carry", ["bearer", "header", "cookie"])
def test_a_token_is_taken_from_three_places(staff: Staff, carry: str) -> None:
    token = token_of(staff)
    headers = {
        "bearer": {"Authorization": f"Bearer {token}"},
        "header": {"x-auth-token": token},
        "cookie": {"Cookie": f"authToken={token}"},
    }[carry]
    answer = staff.client.get("/api/auth/me", headers=headers)
    assert answer.status_code == 200
    assert answer.json()["user"]["email"] == "olga@titus.example"


def test_a_token_in_the_address_is_not_taken(staff: Staff) -> None:
    token = token_of(staff)
    assert staff.client.get(f"/api/auth/me?token={token}&authToken={token}").status_code == 401


def test_today_s_two_words_for_no_session_stay(staff: Staff) -> None:
    nothing = staff.client.get("/api/auth/me")
    unknown = staff.client.get("/api/auth/me", headers={"Authorization": f"Bearer {'0' * 64}"})
    misshapen = staff.client.get("/api/auth/me", headers={"x-auth-token": "x"})

    assert [answer.status_code for answer in (nothing, unknown, misshapen)] == [401, 401, 401]
    assert nothing.json()["error"] == "Not authenticated"
    assert unknown.json()["error"] == misshapen.json()["error"] == "Invalid session"
    assert nothing.headers["www-authenticate"] == "Bearer"


def test_signing_out_ends_the_session_and_needs_none(staff: Staff) -> None:
    headers = {"Authorization": f"Bearer {token_of(staff)}"}

    assert staff.client.post("/api/auth/logout", headers=headers).json() == {"success": True}
    assert staff.client.get("/api/auth/me", headers=headers).status_code == 401
    assert staff.client.post("/api/auth/logout").json() == {"success": True}


def test_a_session_idles_out(staff: Staff) -> None:
    headers = {"Authorization": f"Bearer {token_of(staff)}"}
    staff.world.clock.advance(SESSION_IDLES - timedelta(seconds=1))
    assert staff.client.get("/api/auth/me", headers=headers).status_code == 200
    staff.world.clock.advance(SESSION_IDLES)
    assert staff.client.get("/api/auth/me", headers=headers).status_code == 401


def test_our_own_pages_get_a_cookie_that_scripts_cannot_read(staff: Staff) -> None:
    answer = staff.client.post("/api/auth/login", json=LOGIN, headers={"Sec-Fetch-Site": "same-origin"})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("authToken=")
    for attribute in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert attribute in cookie


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}],
)
def test_no_other_site_can_sign_its_visitors_in(staff: Staff, headers: dict[str, str]) -> None:
    assert "set-cookie" not in staff.client.post("/api/auth/login", json=LOGIN, headers=headers).headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "https://titus.example"}, 200),
        ({}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "https://titus.example"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://[broken"}, 403),
    ],
)
@pytest.mark.parametrize("path", ["/api/voice/presence", "/api/auth/logout"])
def test_a_cookie_changes_something_only_from_our_own_pages(
    staff: Staff, path: str, headers: dict[str, str], status: int
) -> None:
    cookie = {"Cookie": f"authToken={token_of(staff)}"}
    assert staff.client.post(path, headers=cookie | headers).status_code == status


def test_a_header_token_needs_no_origin(staff: Staff) -> None:
    headers = {"x-auth-token": token_of(staff), "Origin": "https://evil.example"}
    assert staff.client.post("/api/voice/presence", headers=headers).status_code == 200
