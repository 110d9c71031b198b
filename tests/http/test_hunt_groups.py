"""Hunt groups over HTTP, in our shape and in today's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.http.staff_app import Staff

GROUPS = "/api/voice/hunt-groups"
LEGACY = "/api/call-workflow/groups"
FULL = {
    "name": "Front door",
    "number": "02 5550 0001",
    "strategy": "round_robin",
    "ringSeconds": 25,
    "maxWaitSeconds": 120,
    "whenBusy": "wait",
    "screening": False,
    "wrapUpSeconds": 15,
    "announceRecording": True,
    "record": True,
    "stickyDays": 14,
    "hours": {
        "timezone": "Australia/Brisbane",
        "weekly": {"mon": [{"start": "09:00", "until": "17:00"}]},
        "state": "QLD",
    },
    "closures": [{"day": "2026-12-24", "until": "2026-12-28", "name": "Shutdown", "open": False}],
    "blocked": ["0491 570 158"],
    "prompts": {"greeting": "Hello.", "recordingNotice": "We record.", "hold": "Wait.", "unavailable": "Sorry."},
    "voice": {"name": "Polly.Olivia-Neural", "language": "en-AU"},
    "notify": ["olga@titus.example"],
    "missedCallText": "We will call you back.",
    "overflow": [{"kind": "ai"}, {"kind": "number", "number": "0255500002", "ringSeconds": 30}, {"kind": "voicemail"}],
    "members": [{"userId": 3, "tier": 1, "ringSeconds": 15, "endpoint": "phone"}, {"userId": 4}],
    "active": True,
}


def create(staff: Staff, **said: Any) -> dict[str, Any]:
    answer = staff.client.post(GROUPS, headers=staff.sam, json={"name": "Front door"} | said)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_a_group_comes_back_as_it_was_set_up_with_numbers_in_e164(staff: Staff) -> None:
    group = create(staff, **FULL)

    expected = FULL | {
        "id": 1,
        "number": "+61255500001",
        "blocked": ["+61491570158"],
        "overflow": [
            {"kind": "ai"},
            {"kind": "number", "number": "+61255500002", "ringSeconds": 30},
            {"kind": "voicemail"},
        ],
        "members": [FULL["members"][0], {"userId": 4, "tier": 1, "ringSeconds": None, "endpoint": "both"}],  # type: ignore[index]
    }
    assert group == expected
    answer = staff.client.get(f"{GROUPS}/1", headers=staff.olga)
    assert answer.json() == expected
    assert answer.headers["etag"] == '"1"'
    assert staff.client.get(GROUPS, headers=staff.olga).json() == [expected]


def test_the_defaults_lead_to_voicemail_and_screen_phones(staff: Staff) -> None:
    group = create(staff)
    assert (group["overflow"], group["screening"], group["members"]) == ([{"kind": "voicemail"}], True, [])


def test_patch_keeps_and_put_resets_what_is_not_named(staff: Staff) -> None:
    create(staff, **FULL)

    patched = staff.client.patch(f"{GROUPS}/1", headers=staff.sam, json={"ringSeconds": 30}).json()
    assert (patched["ringSeconds"], patched["strategy"]) == (30, "round_robin")
    replaced = staff.client.put(f"{GROUPS}/1", headers=staff.sam, json={"name": "Front door"})
    assert replaced.headers["etag"] == '"3"'
    assert replaced.json()["strategy"] == "sequential"
    assert replaced.json()["number"] is None


@pytest.mark.parametrize(
    ("said", "status", "field"),
    [
        ({"colour": "red"}, 400, "colour"),
        ({"members": [{"userId": 3, "teir": 2}]}, 400, "members[0].teir"),
        ({"hours": {"timezone": "Australia/Perth", "weekly": {"mon": [{"from": "09:00"}]}}}, 400, "hours"),
        ({"overflow": [{"kind": "fax"}]}, 400, "overflow[0]"),
        ({"overflow": [{"kind": "group", "groupId": 0}]}, 400, "overflow[0].groupId"),
        ({"strategy": "loudest"}, 400, "strategy"),
        ({"ringSeconds": "soon"}, 400, "ringSeconds"),
        ({"ringSeconds": 5}, 422, "ringSeconds"),
        ({"name": ""}, 422, "name"),
        ({"number": "nonsense"}, 422, "number"),
        ({"blocked": ["+61491570158", "x"]}, 422, "blocked[1]"),
        ({"overflow": [{"kind": "number", "number": "x"}]}, 422, "overflow[0].number"),
        ({"members": [{"userId": 99}]}, 422, "members[0].userId"),
        ({"record": True, "announceRecording": False}, 422, "record"),
    ],
)
def test_what_is_wrong_is_refused_and_named(staff: Staff, said: dict[str, Any], status: int, field: str) -> None:
    answer = staff.client.post(GROUPS, headers=staff.sam, json={"name": "Front door"} | said)
    assert answer.status_code == status
    assert answer.json()["field"].startswith(field)
    assert staff.client.get(GROUPS, headers=staff.sam).json() == []


def test_two_active_groups_cannot_serve_one_number(staff: Staff) -> None:
    create(staff, number="+61255500001")
    answer = staff.client.post(GROUPS, headers=staff.sam, json={"name": "Two", "number": "0255500001"})
    assert (answer.status_code, answer.json()["group_id"]) == (409, 1)


def test_a_stale_if_match_is_refused(staff: Staff) -> None:
    create(staff)
    sam = staff.sam
    assert staff.client.patch(f"{GROUPS}/1", headers=sam | {"If-Match": '"1"'}, json={"name": "x"}).status_code == 200
    assert staff.client.patch(f"{GROUPS}/1", headers=sam | {"If-Match": '"1"'}, json={"name": "y"}).status_code == 412
    assert staff.client.delete(f"{GROUPS}/1", headers=sam | {"If-Match": '"1"'}).status_code == 412
    assert staff.client.delete(f"{GROUPS}/1", headers=sam | {"If-Match": "*"}).status_code == 204


def test_a_retired_group_is_gone(staff: Staff) -> None:
    create(staff)
    sam = staff.sam
    staff.client.delete(f"{GROUPS}/1", headers=sam)
    for method in ("GET", "PATCH", "PUT", "DELETE"):
        body = {"name": "x"} if method.startswith("P") else None
        assert staff.client.request(method, f"{GROUPS}/1", headers=sam, json=body).status_code == 404
    assert staff.client.post(f"{GROUPS}/1/explain", headers=sam).status_code == 404


def test_every_change_is_on_the_trail_with_who_made_it(staff: Staff) -> None:
    create(staff)
    staff.client.delete(f"{GROUPS}/1", headers=staff.dina)
    trail = [envelope for envelope in staff.world.store.trail if envelope.subject == "hunt_group:1"]
    assert [(e.actor.name, e.event.__struct_config__.tag) for e in trail] == [
        ("sam@titus.example", "hunt_group.saved"),
        ("dina@titus.example", "hunt_group.retired"),
    ]


# --- explaining


def test_explain_says_who_would_be_rung_and_why_not_the_others(staff: Staff) -> None:
    create(staff, members=[{"userId": 4}, {"userId": 3, "endpoint": "phone"}], overflow=[{"kind": "ai"}])
    staff.client.post("/api/voice/availability", headers=staff.olga, json={"status": "available"})

    body = staff.client.post(f"{GROUPS}/1/explain", headers=staff.olga).json()

    assert body["open"] is True
    assert body["agentReady"] is True
    assert body["stages"] == ["group Front door", "ai", "voicemail"]
    will, olga = body["members"]
    assert (will["name"], will["eligible"], will["reason"]) == ("Will Worker", False, "unavailable")
    assert (olga["userId"], olga["eligible"], olga["endpoints"], olga["wave"]) == (3, True, ["phone"], 1)


def test_explain_looks_at_another_time_and_caller(staff: Staff) -> None:
    create(staff, **FULL)
    asked = {"at": "2026-12-25T10:00:00+10:00", "from": "0491 570 158"}
    body = staff.client.post(f"{GROUPS}/1/explain", headers=staff.olga, json=asked).json()
    assert (body["open"], body["closedReason"], body["refusal"]) == (False, "holiday", "blocked")


@pytest.mark.parametrize(
    "asked",
    [
        {"at": "tomorrow"},
        {"at": "2026-12-25T10:00:00"},
        {"at": "0001-01-01T00:00:00+10:00"},
        {"at": "9999-12-31T23:59:59-10:00"},
        {"from": "somebody"},
        {"when": "now"},
    ],
)
def test_explain_refuses_what_it_cannot_read(staff: Staff, asked: dict[str, str]) -> None:
    create(staff)
    assert staff.client.post(f"{GROUPS}/1/explain", headers=staff.olga, json=asked).status_code in {400, 422}


def test_a_withheld_caller_is_nobody(staff: Staff) -> None:
    create(staff)
    answer = staff.client.post(f"{GROUPS}/1/explain", headers=staff.olga, json={"from": "Anonymous"})
    assert answer.status_code == 200


# --- today's shape


def test_today_s_editor_sees_our_group(staff: Staff) -> None:
    create(staff, **FULL)
    (row,) = staff.client.get(LEGACY, headers=staff.olga).json()
    assert row == {
        "id": 1,
        "name": "Front door",
        "strategy": "roundrobin",
        "ring_seconds": 25,
        "members": [
            {"userId": 3, "name": "Olga Office", "ringSeconds": 15},
            {"userId": 4, "name": "Will Worker", "ringSeconds": None},
            {"userId": "ai_denise", "name": "AI agent", "ringSeconds": None},
        ],
        "active": 1,
        "skip_if_busy": 0,
        "created_at": "2026-03-04 02:00:00",
        "updated_at": "2026-03-04 02:00:00",
    }


def test_today_s_editor_makes_a_group_of_ours(staff: Staff) -> None:
    body = {
        "name": "Front door",
        "strategy": "simultaneous",
        "ring_seconds": 5,
        "members": [
            {"userId": 3, "name": "Olga", "ringSeconds": 200},
            {"userId": "4", "name": "Will"},
            {"userId": "ai_denise", "name": "Denise"},
        ],
        "skip_if_busy": False,
        "active": 1,
    }
    assert staff.client.post(LEGACY, headers=staff.sam, json=body).json() == {"id": 1, "success": True}

    group = staff.client.get(f"{GROUPS}/1", headers=staff.sam).json()
    assert (group["strategy"], group["ringSeconds"], group["whenBusy"]) == ("ring_all", 10, "wait")
    assert group["members"] == [
        {"userId": 3, "tier": 1, "ringSeconds": 120, "endpoint": "both"},
        {"userId": 4, "tier": 1, "ringSeconds": None, "endpoint": "both"},
    ]
    assert group["overflow"] == [{"kind": "ai"}, {"kind": "voicemail"}]


def test_today_s_editor_leaves_alone_what_it_does_not_know(staff: Staff) -> None:
    before = create(staff, **FULL)
    body = {"id": 1, "name": "Reception", "members": [{"userId": 3, "ringSeconds": 15}], "skip_if_busy": 1}
    staff.client.post(LEGACY, headers=staff.sam, json=body)

    after = staff.client.get(f"{GROUPS}/1", headers=staff.sam).json()
    changed = {key for key in before if before[key] != after[key]}
    assert changed == {"name", "whenBusy", "members", "overflow"}
    assert after["members"] == [before["members"][0]]
    assert after["overflow"] == before["overflow"][1:]


def test_the_agent_keeps_its_place_in_the_overflow(staff: Staff) -> None:
    before = create(staff, overflow=[{"kind": "number", "number": "0255500002"}, {"kind": "ai"}])
    body = {"id": 1, "members": [{"userId": "ai_denise"}]}
    staff.client.post(LEGACY, headers=staff.sam, json=body)
    assert staff.client.get(f"{GROUPS}/1", headers=staff.sam).json()["overflow"] == before["overflow"]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("sequential", "sequential"),
        ("roundrobin", "round_robin"),
        ("simultaneous", "ring_all"),
        ("lru", "longest_idle"),
        ("fewest_calls", "fewest_calls"),
    ],
)
def test_strategies_have_two_names(staff: Staff, theirs: str, ours: str) -> None:
    staff.client.post(LEGACY, headers=staff.sam, json={"name": "x", "strategy": theirs})
    assert staff.client.get(f"{GROUPS}/1", headers=staff.sam).json()["strategy"] == ours
    assert staff.client.get(LEGACY, headers=staff.sam).json()[0]["strategy"] == theirs


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"strategy": "sequential"}, 422),
        ({"name": "x", "strategy": "loudest"}, 422),
        ({"name": "x", "members": [{"userId": "somebody"}]}, 422),
        ({"name": "x", "members": [{"userId": -4}]}, 422),
        ({"name": "x", "members": [{"userId": 99}]}, 422),
        ({"name": "x", "ring_seconds": "soon"}, 400),
        ({"id": 9, "name": "x"}, 404),
        ({"id": 10**20, "name": "x"}, 400),
    ],
)
def test_today_s_editor_is_told_what_is_wrong(staff: Staff, body: dict[str, Any], status: int) -> None:
    answer = staff.client.post(LEGACY, headers=staff.sam, json=body)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_today_s_editor_takes_a_group_out_of_use(staff: Staff) -> None:
    create(staff)
    assert staff.client.delete(f"{LEGACY}/1", headers=staff.sam).json() == {"success": True}
    assert staff.client.get(LEGACY, headers=staff.sam).json() == []
    assert staff.client.delete(f"{LEGACY}/1", headers=staff.sam).status_code == 404


def test_a_group_asked_for_twice_under_one_key_is_one_group(staff: Staff) -> None:
    def asked(who: dict[str, str], key: str, **body: object) -> Any:
        return staff.client.post(GROUPS, headers=who | {"Idempotency-Key": key}, json={"name": "Intake", **body})

    first = asked(staff.sam, "k")
    again = asked(staff.sam, "k")
    assert (again.status_code, again.json()) == (201, first.json())
    assert asked(staff.sam, "k", number="0255500001").status_code == 409
    assert asked(staff.sam, "other").json()["id"] != first.json()["id"]
    assert asked(staff.sam, "").json()["id"] != asked(staff.sam, "").json()["id"]
    renamed = {"name": "Front door"}
    staff.client.patch(f"{GROUPS}/{first.json()['id']}", headers=staff.sam, json=renamed)
    assert asked(staff.sam, "k").json()["name"] == "Front door"
    assert len(staff.client.get(GROUPS, headers=staff.sam).json()) == 4
