"""Text messages over HTTP: today's paths, and the whole story of one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.http.staff_app import Staff, at_once
from titus_adapters.memory.clock import NOON
from titus_core.kernel.phone import PhoneNumber
from titus_core.messaging.model import Direction, Media, Message, MessageId, MessageStatus

VOICE = "/api/voice"
MIA = PhoneNumber("+61491570006")
SID = "SM" + "1" * 32


def received(staff: Staff, **changes: Any) -> None:
    message = Message(
        **{
            "id": MessageId(SID),
            "direction": Direction.INBOUND,
            "status": MessageStatus.RECEIVED,
            "from_number": MIA,
            "to_number": "+61255500001",
            "party": MIA,
            "body": "photos",
            "media": (Media("image/jpeg", media_id="ME1"),),
            "provider_id": SID,
            "created_at": NOON,
            "updated_at": NOON,
            **changes,
        }
    )

    async def work(tx: Any, _: None) -> None:
        tx.messages.save(message)

    at_once(staff.world.store.transact(work, None))


def send(staff: Staff, to: str = "0491 570 006", key: str | None = None, **more: object) -> Any:
    headers = staff.olga | ({"Idempotency-Key": key} if key else {})
    return staff.client.post(f"{VOICE}/sms/send", headers=headers, json={"to": to, "body": "Hello", **more})


def get(staff: Staff, path: str, **params: str) -> Any:
    return staff.client.get(f"{VOICE}{path}", headers=staff.olga, params=params)


def test_a_text_is_stored_and_listed_as_today(staff: Staff) -> None:
    answer = send(staff, participant="Mia")
    assert (answer.status_code, answer.json()["success"]) == (200, True)
    (row,) = get(staff, "/sms").json()
    assert row == {
        "id": 1,
        "sid": answer.json()["sid"],
        "direction": "outbound",
        "from_number": "+61255500001",
        "to_number": MIA,
        "body": "Hello",
        "participant": "Mia",
        "media_urls": "[]",
        "channel": "sms",
        "status": "queued",
        "created_at": "2026-03-04 02:00:00",
    }
    assert get(staff, f"/messages/{row['sid']}").json()["sentBy"] == 3


def test_with_the_same_key_it_is_the_same_message(staff: Staff) -> None:
    assert send(staff, key="a").json() == send(staff, key="a").json()
    assert send(staff, key="a").json() != send(staff, key="b").json()
    assert send(staff).json() != send(staff).json()
    assert len(get(staff, "/sms").json()) == 4


def test_another_text_under_a_used_key_is_a_conflict_like_another_call(staff: Staff) -> None:
    send(staff, key="a")
    assert send(staff, to="0491 570 110", key="a").status_code == 409
    assert send(staff, key="a", body="Something else").json()["type"].endswith("/problems/already-exists")
    assert len(get(staff, "/sms").json()) == 1


@pytest.mark.parametrize("to", ["02 5550 0099", "000", "13 14 50", "anonymous", ""])
def test_lines_that_get_no_texts_are_refused(staff: Staff, to: str) -> None:
    answer = send(staff, to)
    assert (answer.status_code, answer.json()["field"]) == (422, "to")


def test_whoever_wants_no_texts_is_refused(staff: Staff) -> None:
    async def stop(tx: Any, _: None) -> None:
        tx.opt_outs.set(MIA, stopped=True, at=NOON)

    at_once(staff.world.store.transact(stop, None))
    assert (send(staff).status_code, send(staff).json()["reason"]) == (403, "stopped")


def test_talks_with_one_number_are_found_however_it_is_written(staff: Staff) -> None:
    received(staff)
    send(staff, "0491 570 156")
    for written in (MIA, "0491 570 006", "61491570006"):
        talks = get(staff, "/contacts/conversations", phone=written).json()
        assert ([one["sid"] for one in talks["sms"]], talks["calls"]) == ([SID], [])
    assert get(staff, "/contacts/conversations", phone="nobody").status_code == 422


def test_messages_are_paged_and_narrowed(staff: Staff) -> None:
    received(staff)
    mine = send(staff).json()["sid"]
    page = get(staff, "/messages", limit="1").json()
    assert [one["sid"] for one in page["items"]] == [mine]
    assert [one["sid"] for one in get(staff, "/messages", cursor=page["next"]).json()["items"]] == [SID]
    assert [one["sid"] for one in get(staff, "/messages", status="received").json()["items"]] == [SID]
    assert len(get(staff, "/messages", phone=MIA).json()["items"]) == 2
    assert get(staff, "/messages/SM9").status_code == 404


def resend(staff: Staff, sid: str = SID) -> Any:
    return staff.client.post(f"{VOICE}/messages/{sid}/resend", headers=staff.olga)


@pytest.mark.parametrize("status", ["unknown", "failed", "undelivered", "refused", "canceled"])
def test_what_did_not_arrive_is_sent_again_by_a_person_once(staff: Staff, status: str) -> None:
    received(staff, direction=Direction.OUTBOUND, status=MessageStatus(status), media=())
    first, second = resend(staff), resend(staff)
    assert first.status_code == 201
    assert first.json() == second.json()
    again = get(staff, f"/messages/{first.json()['sid']}").json()
    assert (again["body"], again["toNumber"], again["status"]) == ("photos", MIA, "queued")


def test_what_may_still_arrive_is_not_sent_again(staff: Staff) -> None:
    received(staff)
    assert resend(staff).status_code == 422
    assert resend(staff, send(staff).json()["sid"]).status_code == 422


def test_a_picture_is_opened_by_a_link_and_never_runs_as_ours(staff: Staff) -> None:
    async def content() -> Any:
        yield b"<script>"

    file = at_once(staff.world.files.put(f"messages/{SID}/0", content(), "text/html"))
    received(staff, media=(Media("text/html", media_id="ME1", file=file), Media()))
    link = get(staff, f"/messages/{SID}/media/0").json()
    shown = staff.client.get(link["url"].removeprefix("https://titus.example"))
    assert (shown.status_code, shown.content) == (200, b"<script>")
    assert shown.headers["content-disposition"] == "attachment"
    assert get(staff, f"/messages/{SID}/media/1").status_code == 404
    assert get(staff, f"/messages/{SID}/media/7").status_code == 404
    assert staff.client.get(f"{VOICE}/media/{link['token']}x").status_code == 401


def test_a_recordings_link_opens_no_picture(staff: Staff) -> None:
    token = staff.world.use_cases.link_signer.sign("recording", "recordings/RE1.mp3", NOON.replace(year=2030))
    assert staff.client.get(f"{VOICE}/media/{token}").status_code == 401


@pytest.mark.parametrize(
    ("told", "served"),
    [
        ("image/jpeg", "image/jpeg"),
        ("video/3gpp", "video/3gpp"),
        ("text/vcard; charset=utf-8", "text/vcard; charset=utf-8"),
        ("image/jpeg\r\nX-Evil: 1", "application/octet-stream"),
        ("odd", "application/octet-stream"),
    ],
)
def test_a_picture_is_served_as_what_it_is(staff: Staff, told: str, served: str) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"x"

    file = at_once(staff.world.files.put(f"messages/{SID}/0", pieces(), told))
    received(staff, media=(Media(told, media_id="ME1", file=file),))
    url = get(staff, f"/messages/{SID}/media/0").json()["url"]
    for asked in ({}, {"Range": "bytes=0-0"}, {"Range": "bytes=9-"}):
        shown = staff.client.get(url, headers=asked)
        assert (shown.headers["content-type"], "x-evil" in shown.headers) == (served, False)
