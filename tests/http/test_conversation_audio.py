"""What a caller and the AI agent said, to be heard: by the conversation, by its call, and by today's name for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.core.calls.builders import CALL, NOON
from tests.core.calls.test_absorbing_conversations import told
from tests.http.staff_app import Staff, at_once
from tests.http.test_audio import recorded
from titus_core.calls.model import Call
from titus_core.calls.transcripts import Link, Transcript
from titus_core.kernel.ids import ConversationId

SOUND = bytes(range(256)) * 3000
VOICE = "/api/voice"
BY_CONVERSATION = f"{VOICE}/conversations/conv_1/audio-token"
BY_CALL = f"{VOICE}/calls/audio-token/{CALL}"
BY_TODAYS_NAME = f"{VOICE}/calls/audio-token/el_conv_1"


async def pieces() -> AsyncIterator[bytes]:
    yield SOUND


def save(staff: Staff, **changes: Any) -> None:
    """A conversation of the call."""
    conversation = told(has_audio=changes.pop("has_audio", True))
    known = Transcript(
        **{"conversation": conversation, "heard_at": NOON, "call_id": CALL, "link": Link.OUR_ID, **changes}
    )

    async def write(tx: Any, _: None) -> None:
        tx.calls.save(Call(id=CALL, seen_at=NOON, news_at=NOON))
        tx.transcripts.save(known)

    at_once(staff.world.store.transact(write, None))


def heard(staff: Staff, **changes: Any) -> None:
    """The same, with a copy of its sound."""
    file = at_once(staff.world.files.put("conversations/conv_1/told.mp3", pieces(), "audio/mpeg"))
    save(staff, audio=file, **changes)


@pytest.mark.parametrize("path", [BY_CONVERSATION, BY_CALL, BY_TODAYS_NAME, BY_CALL.replace("/voice", "")])
def test_it_is_played_whole_and_in_parts(staff: Staff, path: str) -> None:
    heard(staff)
    url = staff.client.get(path, headers=staff.olga).json()["url"]
    whole = staff.client.get(url)
    assert (whole.status_code, whole.content, whole.headers["Content-Type"]) == (200, SOUND, "audio/mpeg")
    part = staff.client.get(url, headers={"Range": "bytes=1000-1999"})
    assert (part.status_code, part.content) == (206, SOUND[1000:2000])
    assert part.headers["Content-Range"] == f"bytes 1000-1999/{len(SOUND)}"
    staff.world.clock.advance(3600)
    assert staff.client.get(url).status_code == 401


@pytest.mark.parametrize("path", [BY_CONVERSATION, BY_TODAYS_NAME])
def test_a_conversation_of_no_call_can_be_heard_too(staff: Staff, path: str) -> None:
    heard(staff, call_id=None, link=None)
    assert staff.client.get(path, headers=staff.olga).status_code == 200
    assert staff.client.get(BY_CALL, headers=staff.olga).status_code == 404


def test_a_recording_of_the_call_goes_before(staff: Staff) -> None:
    heard(staff)
    recording = recorded(staff)
    url = staff.client.get(BY_CALL, headers=staff.olga).json()["url"]
    assert staff.client.get(url).headers["ETag"] == f'"{recording.sha256}"'


@pytest.mark.parametrize("path", [BY_CONVERSATION, BY_CALL, BY_TODAYS_NAME])
def test_without_a_copy_there_is_no_link(staff: Staff, path: str) -> None:
    assert staff.client.get(path, headers=staff.olga).status_code == 404
    save(staff)
    assert staff.client.get(path, headers=staff.olga).status_code == 404


@pytest.mark.parametrize("path", [BY_CONVERSATION, BY_TODAYS_NAME])
def test_only_those_who_see_calls_make_links(staff: Staff, path: str) -> None:
    heard(staff)
    assert staff.client.get(path).status_code == 401
    assert staff.client.get(path, headers=staff.will).status_code == 403


@pytest.mark.parametrize(
    ("has_audio", "copied", "audio"), [(True, True, "kept"), (True, False, "awaited"), (False, False, "none")]
)
def test_the_detail_and_the_list_say_whether_it_can_be_heard(
    staff: Staff, has_audio: bool, copied: bool, audio: str
) -> None:
    (heard if copied else save)(staff, has_audio=has_audio)
    detail = staff.client.get(f"{VOICE}/conversations/conv_1", headers=staff.olga).json()
    (item,) = staff.client.get(f"{VOICE}/conversations", headers=staff.olga).json()["items"]
    assert detail["audio"] == item["audio"] == audio
    call = staff.client.get(f"{VOICE}/calls/{CALL}", headers=staff.olga).json()
    assert call["recording_url"] == (BY_CALL if copied else None)


def test_all_conversations_are_listed_page_by_page_the_latest_first(staff: Staff) -> None:
    async def write(tx: Any, _: None) -> None:
        for number in range(5):
            conversation = told(id=ConversationId(f"conv_{number}"), summary="They talked.")
            tx.transcripts.save(Transcript(conversation=conversation, heard_at=NOON))

    at_once(staff.world.store.transact(write, None))
    olga = staff.olga
    found, asked = [], {"limit": "2"}
    while True:
        page = staff.client.get(f"{VOICE}/conversations", params=asked, headers=olga).json()
        found += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        asked["cursor"] = page["next"]
    assert found == ["conv_4", "conv_3", "conv_2", "conv_1", "conv_0"]
    assert page["items"][0]["summary"] == "They talked."
    assert "turns" not in page["items"][0]


@pytest.mark.parametrize("cursor", ["x", "Y29udmVyc2F0aW9uczo", "bWVzc2FnZXM6Nw", "é", "Y29udmVyc2F0aW9uczoAAAA"])
def test_a_cursor_of_somebody_else_is_refused(staff: Staff, cursor: str) -> None:
    answer = staff.client.get(f"{VOICE}/conversations", params={"cursor": cursor}, headers=staff.olga)
    assert answer.status_code == 400


def test_only_those_who_see_calls_see_the_list(staff: Staff) -> None:
    assert staff.client.get(f"{VOICE}/conversations").status_code == 401
    assert staff.client.get(f"{VOICE}/conversations", headers=staff.will).status_code == 403
