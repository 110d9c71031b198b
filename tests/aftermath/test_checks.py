"""The checks bite: whatever is put wrong by hand is found, and by the check that is meant to find it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from tests.aftermath import checks
from tests.aftermath.books import Books
from tests.aftermath.checks import findings
from tests.aftermath.places import in_memory
from tests.aftermath.stage import Morning
from titus_core.jobs.causes import Kind
from titus_core.jobs.model import Job, JobId, JobState
from titus_core.kernel.files import StoredFile
from titus_core.messaging.model import MessageStatus, Purpose


def _swapped(mapping: dict[Any, Any], field: str, has: Callable[[Any], Any]) -> dict[Any, Any]:
    """Two of the values that have this field exchange it."""
    one, other = [key for key, value in mapping.items() if has(value)][:2]
    mine, theirs = mapping[one], mapping[other]
    exchanged = {
        one: replace(mine, **{field: getattr(theirs, field)}),
        other: replace(theirs, **{field: getattr(mine, field)}),
    }
    return mapping | exchanged


def _recordings_swapped(books: Books) -> Books:
    return replace(books, calls=_swapped(books.calls, "recordings", lambda call: call.recordings))


def _a_recording_twice(books: Books) -> Books:
    ours = next(recording for call in books.calls.values() for recording in call.recordings)
    calls = {one: replace(call, recordings=(*call.recordings, ours)) for one, call in books.calls.items()}
    return replace(books, calls=calls)


def _files_swapped(books: Books) -> Books:
    keys = list(books.digests)
    return replace(books, digests=dict(zip(keys, [*list(books.digests.values())[1:], "0"], strict=True)))


def _talks_swapped(books: Books) -> Books:
    return replace(books, transcripts=_swapped(books.transcripts, "call_id", lambda one: one.conversation.turns))


def _words_swapped(books: Books) -> Books:
    return replace(books, transcripts=_swapped(books.transcripts, "conversation", lambda one: one.conversation.turns))


def _summaries_swapped(books: Books) -> Books:
    return replace(books, transcripts=_swapped(books.transcripts, "summary", lambda one: one.summary))


def _a_talk_lost(books: Books) -> Books:
    lost = next(one for one, kept in books.transcripts.items() if kept.conversation.turns)
    return replace(books, transcripts={one: kept for one, kept in books.transcripts.items() if one != lost})


def _anothers_audio(books: Books) -> Books:
    sound = StoredFile("audio/1.mp3", 1, "0" * 64, "audio/mpeg")
    transcripts = {one: replace(kept, audio=sound) for one, kept in books.transcripts.items()}
    return replace(books, transcripts=transcripts, digests=books.digests | {sound.key: sound.sha256})


def _a_text_not_sent(books: Books) -> Books:
    invented = replace(books.messages[0], id="TX0", status=MessageStatus.DELIVERED)
    return replace(books, messages=(*books.messages, invented))


def _a_text_forgotten(books: Books) -> Books:
    return replace(books, messages=books.messages[1:])


def _a_text_on_its_way(books: Books) -> Books:
    first = replace(books.messages[0], status=MessageStatus.SENDING)
    return replace(books, messages=(first, *books.messages[1:]))


def _unknown_and_not_shown(books: Books) -> Books:
    first = replace(books.messages[0], status=MessageStatus.UNKNOWN)
    return replace(books, messages=(first, *books.messages[1:]), gaps=())


def _texted_again(books: Books) -> Books:
    text = next(one for one in books.messages if one.purpose is Purpose.MISSED_CALL)
    return replace(books, messages=(*books.messages, replace(text, created_at=text.created_at + timedelta(minutes=5))))


def _texts_of_others(books: Books) -> Books:
    texts = {one.id: one for one in books.messages}
    swapped = _swapped(texts, "call_id", lambda one: one.purpose is Purpose.NOTICE and "withheld" not in one.body)
    return replace(books, messages=tuple(swapped.values()))


def _a_callback_forgotten(books: Books) -> Books:
    return replace(books, callbacks=dict(list(books.callbacks.items())[1:]))


def _nobody_texted(books: Books) -> Books:
    return replace(books, messages=tuple(one for one in books.messages if one.purpose is Purpose.NOTICE))


def _a_job(books: Books) -> Job:
    at = books.messages[0].created_at
    return Job(
        id=JobId(9),
        kind=Kind.KEEP_RECORDING,
        subject="RE1",
        call_id=None,
        state=JobState.STUCK,
        tries=18,
        created_at=at,
        due_at=at,
        error="Unavailable",
    )


def _a_job_left(books: Books) -> Books:
    return replace(books, jobs=(_a_job(books),))


def _a_job_stuck(books: Books) -> Books:
    return replace(books, stuck=(_a_job(books),))


PLANTED = {
    _recordings_swapped: checks.each_recording_is_with_its_call,
    _a_recording_twice: checks.each_recording_is_with_its_call,
    _files_swapped: checks.each_recording_is_with_its_call,
    _talks_swapped: checks.each_conversation_is_with_its_call,
    _words_swapped: checks.each_conversation_is_with_its_call,
    _a_talk_lost: checks.each_conversation_is_with_its_call,
    _summaries_swapped: checks.each_conversation_is_summarised,
    _anothers_audio: checks.kept_audio_is_of_its_conversation,
    _a_text_not_sent: checks.each_text_went_out_once,
    _a_text_forgotten: checks.each_text_went_out_once,
    _a_text_on_its_way: checks.each_text_went_out_once,
    _unknown_and_not_shown: checks.each_text_went_out_once,
    _texts_of_others: checks.each_text_is_the_right_one,
    _texted_again: checks.nobody_is_texted_twice_in_ten_minutes,
    _a_callback_forgotten: checks.each_unserved_caller_is_called_back,
    _nobody_texted: checks.each_unserved_caller_gets_a_text,
    _a_job_left: checks.nothing_is_left_to_do,
    _a_job_stuck: checks.only_what_a_model_declined_got_stuck,
}


async def test_each_check_finds_what_it_is_for() -> None:
    async with in_memory() as place:
        books = await Morning(place, seed=1).pass_by(20)
    assert findings(books) == []
    for plant, check in PLANTED.items():
        found = findings(plant(books))
        assert any(one.startswith(f"{check.__name__}: ") for one in found), plant.__name__
    assert set(PLANTED.values()) == set(checks.CHECKS)
