"""A call's recording over HTTP: a link for an hour, the whole sound, and any part of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.calls.builders import CALL, NOON
from tests.http.staff_app import Staff, at_once
from titus_core.calls.events import RecordingErased, RecordingKept, RecordingReported
from titus_core.calls.history import AnyCallEvent, evolve
from titus_core.calls.model import Call, RecordingState
from titus_core.calls.ports import CallTx
from titus_core.calls.recordings import to_be_heard
from titus_core.kernel.files import StoredFile
from titus_core.kernel.ids import RecordingId
from titus_http.routes.byte_ranges import Unsatisfiable, asked_range
from titus_http.security.links import LinkSigner

SOUND = bytes(range(256)) * 3000
TOKEN = f"/api/voice/calls/audio-token/{CALL}"


async def pieces() -> AsyncIterator[bytes]:
    yield SOUND


def tell(staff: Staff, *events: AnyCallEvent) -> Call:
    call: Call | None = at_once(staff.world.store.reader.call(CALL))
    for event in events:
        call = evolve(call, event, staff.world.clock.now())
    assert call is not None

    async def save(tx: CallTx, known: Call) -> None:
        tx.calls.save(known)

    at_once(staff.world.store.transact(save, call))
    return call


def recorded(staff: Staff, name: str = "RE1", duration: int = 60, *, voicemail: bool = False) -> StoredFile:
    """The call has a recording of which there is a copy."""
    file = at_once(staff.world.files.put(f"recordings/{name}.mp3", pieces(), "audio/mpeg"))
    recording_id = RecordingId(name)
    tell(
        staff,
        RecordingReported(
            call_id=CALL,
            recording_id=recording_id,
            state=RecordingState.COMPLETED,
            duration=duration,
            voicemail=voicemail,
        ),
        RecordingKept(call_id=CALL, recording_id=recording_id, file=file),
    )
    return file


def link(staff: Staff) -> str:
    answer = staff.client.get(TOKEN, headers=staff.olga)
    assert answer.status_code == 200, answer.text
    url: str = answer.json()["url"]
    assert url.endswith(f"/api/voice/calls/audio/{answer.json()['token']}")
    return url


def test_a_link_plays_the_whole_recording(staff: Staff) -> None:
    file = recorded(staff)
    answer = staff.client.get(link(staff))
    assert answer.status_code == 200
    assert answer.content == SOUND
    assert answer.headers["Content-Type"] == "audio/mpeg"
    assert answer.headers["Content-Length"] == str(len(SOUND))
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["ETag"] == f'"{file.sha256}"'
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, len(SOUND)),
        ("bytes=-100", len(SOUND) - 100, len(SOUND)),
        ("bytes=700000-9999999", 700_000, len(SOUND)),
        ("bytes=-9999999", 0, len(SOUND)),
    ],
)
def test_a_part_of_it(staff: Staff, asked: str, start: int, end: int) -> None:
    recorded(staff)
    answer = staff.client.get(link(staff), headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == SOUND[start:end]
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(SOUND)}"
    assert answer.headers["Content-Length"] == str(end - start)


@pytest.mark.parametrize("asked", ["bytes=768000-", "bytes=9999999-99999999", "bytes=-0"])
def test_a_part_that_is_not_there(staff: Staff, asked: str) -> None:
    recorded(staff)
    answer = staff.client.get(link(staff), headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(SOUND)}"


@pytest.mark.parametrize(
    "asked", ["", "bytes", "bytes=-", "bytes=5-2", "bytes=0-1,5-9", "lines=0-1", "bytes=a-b", "bytes=²-"]
)
def test_what_asks_for_no_part_that_we_know_gets_all(staff: Staff, asked: str) -> None:
    recorded(staff)
    answer = staff.client.get(link(staff), headers=[(b"Range", asked.encode())])
    assert (answer.status_code, len(answer.content)) == (200, len(SOUND))


def test_a_link_is_good_for_an_hour(staff: Staff) -> None:
    recorded(staff)
    url = link(staff)
    staff.world.clock.advance(3599)
    assert staff.client.get(url).status_code == 200
    staff.world.clock.advance(1)
    assert staff.client.get(url).status_code == 401


def test_only_those_who_see_calls_make_links(staff: Staff) -> None:
    recorded(staff)
    assert staff.client.get(TOKEN).status_code == 401
    assert staff.client.get(TOKEN, headers=staff.will).status_code == 403


def test_without_a_copy_there_is_no_link(staff: Staff) -> None:
    assert staff.client.get(TOKEN, headers=staff.olga).status_code == 404
    tell(staff, RecordingReported(call_id=CALL, recording_id=RecordingId("RE1"), state=RecordingState.COMPLETED))
    assert staff.client.get(TOKEN, headers=staff.olga).status_code == 404


def test_a_recording_that_is_deleted_plays_no_more(staff: Staff) -> None:
    file = recorded(staff)
    url = link(staff)
    tell(staff, RecordingErased(call_id=CALL, recording_id=RecordingId("RE1")))
    at_once(staff.world.files.delete(file.key))
    assert staff.client.get(url).status_code == 404
    answer = staff.client.get(TOKEN, headers=staff.olga)
    assert (answer.status_code, answer.json()["error"].split(":")[0]) == (404, "This call's recording is erased")


def test_the_conversation_is_heard_before_the_message(staff: Staff) -> None:
    recorded(staff, "RE3", 90, voicemail=True)
    recorded(staff, "RE1", 20)
    recorded(staff, "RE2", 40)
    call = at_once(staff.world.store.reader.call(CALL))
    assert call is not None
    heard = to_be_heard(call)
    assert heard is not None
    assert heard.id == "RE2"


SIGNER = LinkSigner("a key")


@given(subject=st.text(max_size=60), place=st.integers(0, 400), other=st.characters(codec="ascii"))
def test_an_altered_link_is_none(subject: str, place: int, other: str) -> None:
    token = SIGNER.sign("recording", subject, NOON + timedelta(hours=1))
    assert SIGNER.subject_of("recording", token, NOON) == subject
    assert SIGNER.subject_of("attachment", token, NOON) is None
    assert LinkSigner("another key").subject_of("recording", token, NOON) is None
    place %= len(token)
    altered = token[:place] + other + token[place + 1 :]
    if altered != token:
        assert SIGNER.subject_of("recording", altered, NOON) is None


@given(header=st.none() | st.text(max_size=30) | st.from_regex(r"bytes=\d{0,4}-\d{0,4}"), size=st.integers(0, 2000))
def test_a_range_is_always_within_the_file(header: str | None, size: int) -> None:
    try:
        part = asked_range(header, size)
    except Unsatisfiable:
        return
    if part is not None:
        assert 0 <= part[0] < part[1] <= size
