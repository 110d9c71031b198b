"""What must be so when all is over: the sandboxes know the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import pairwise
from typing import TypeAlias
from urllib.parse import parse_qs, urlsplit

from tests.aftermath.books import Books
from tests.aftermath.talks import name_in
from titus_adapters.number_rules import PhoneNumberRules
from titus_adapters.sandbox.elevenlabs.events import sound_of
from titus_adapters.sandbox.elevenlabs.records import Conversation
from titus_adapters.sandbox.twilio.records import Message as Sent
from titus_adapters.sandbox.twilio.rest.media import mp3
from titus_core.calls.transcripts import Transcript
from titus_core.jobs.causes import Kind
from titus_core.jobs.find_gaps import GapKind
from titus_core.kernel.ids import CallId, ConversationId
from titus_core.messaging.model import MessageStatus, Purpose
from titus_core.messaging.text_missed_caller import LATELY, QUIET

Check: TypeAlias = Callable[[Books], Iterator[str]]


RULES = PhoneNumberRules()
UNTOLD = {MessageStatus.QUEUED, MessageStatus.SENDING, MessageStatus.REFUSED, MessageStatus.FAILED}
"""What no message may end as: nobody stopped their texts here, and no number is a wrong one."""


def findings(books: Books) -> list[str]:
    """Everything that is not right."""
    return [f"{check.__name__}: {found}" for check in CHECKS for found in check(books)]


def each_recording_is_with_its_call(books: Books) -> Iterator[str]:
    """Kept whole, once, with the call that it is of and with no other; and none that nobody made. What is kept is no
    longer at Twilio, and known to be only here."""
    kept = Counter(recording.id for call in books.calls.values() for recording in call.recordings)
    made = {made.sid: made for made in books.twilio.board.recordings.values()}
    for stray in kept.keys() - made.keys():
        yield f"{stray} is kept, and nobody made it"
    for stray, times in kept.items():
        if times > 1:
            yield f"{stray} is kept {times} times"
    for sid, recording in made.items():
        if recording.status not in {"completed", "deleted"}:
            continue
        call = books.calls.get(CallId(recording.call.sid))
        ours = [one for one in call.recordings if one.id == sid] if call is not None else []
        file = ours[0].file if ours else None
        right = sha256(mp3(recording.duration or 0, sid)).hexdigest()
        if len(ours) != 1 or file is None:
            yield f"{sid} of {recording.call.sid} is not kept: {ours}"
        elif not file.sha256 == books.digests.get(file.key) == right:
            yield f"{sid} is kept as {file.key}, and that is not it"
        if recording.status != "deleted" or not (ours and ours[0].erased_at_provider):
            yield f"{sid} is {recording.status} at Twilio, and said to be otherwise: {ours}"


def each_conversation_is_with_its_call(books: Books) -> Iterator[str]:
    """All that its provider wrote down, word for word, with the call that it is of."""
    for stray in books.unlinked:
        yield f"{stray.id} is with no call"
    for conversation, transcript in _written(books):
        if transcript is None:
            yield f"{conversation.id} of {conversation.call_sid} is not there"
            continue
        if transcript.call_id != conversation.call_sid:
            yield f"{conversation.id} is with {transcript.call_id}, and of {conversation.call_sid}"
        said = [turn.text for turn in transcript.conversation.turns]
        spoken = [line.text for line in conversation.said(books.elevenlabs.now) if line.text]
        if said != spoken:
            yield f"{conversation.id} says {said}, and said was {spoken}"


def each_conversation_is_summarised(books: Books) -> Iterator[str]:
    for conversation, transcript in _written(books):
        if transcript is None or not transcript.conversation.turns:
            continue
        if transcript.summary is None or name_in(conversation.script) not in transcript.summary.text:
            yield f"{conversation.id} ({name_in(conversation.script)}) is summarised as {transcript.summary}"


def kept_audio_is_of_its_conversation(books: Books) -> Iterator[str]:
    """Where there is any."""
    for conversation, transcript in _written(books):
        file = transcript.audio if transcript is not None else None
        right = sha256(sound_of(books.elevenlabs.desk, conversation)).hexdigest()
        if file is not None and not file.sha256 == books.digests.get(file.key) == right:
            yield f"the audio of {conversation.id} is kept as {file.key}, and that is not it"


def each_text_went_out_once(books: Books) -> Iterator[str]:
    """Every one that went out is known. None is on its way for ever; only of one that is `unknown` nobody can tell
    whether it went out, and that is shown."""
    sent = _sent(books)
    shown = {gap.subject for gap in books.gaps if gap.kind is GapKind.UNKNOWN_TEXT}
    for message_id in sent.keys() - {message.id for message in books.messages}:
        yield f"{message_id} went out, and is not stored"
    for message in books.messages:
        times = len(sent.get(message.id, ()))
        if message.status in UNTOLD:
            yield f"{message.id} is {message.status}"
        if message.status is MessageStatus.UNKNOWN and message.id not in shown:
            yield f"{message.id} is unknown, and nobody is told"
        if times != 1 and not (times == 0 and message.status is MessageStatus.UNKNOWN):
            yield f"{message.id} is {message.status}, and went out {times} times"


def each_text_is_the_right_one(books: Books) -> Iterator[str]:
    """The words, to the number, because of the call."""
    for message in books.messages:
        caller = books.callers.get(message.call_id) if message.call_id is not None else None
        if caller is None:
            yield f"{message.id} is about no call"
        elif message.purpose is Purpose.MISSED_CALL and message.to_number != caller.from_:
            yield f"{message.id} of {caller.sid} is for {message.to_number}, and the caller was {caller.from_}"
        elif message.purpose is Purpose.NOTICE and caller.from_ not in message.body and "withheld" not in message.body:
            yield f"{message.id} of {caller.sid} tells of another: {message.body}"
        for one in _sent(books).get(message.id, ()):
            if (one.to, one.body) != (message.to_number, message.body):
                yield f"{message.id} went out to {one.to}: {one.body}"


def nobody_is_texted_twice_in_ten_minutes(books: Books) -> Iterator[str]:
    by_number: dict[str, list[float]] = {}
    for message in books.messages:
        if message.purpose is Purpose.MISSED_CALL:
            by_number.setdefault(message.to_number, []).append(message.created_at.timestamp())
    for number, times in by_number.items():
        if any(later - earlier < QUIET.total_seconds() for earlier, later in pairwise(sorted(times))):
            yield f"{number} was texted twice within ten minutes"


def each_unserved_caller_is_called_back(books: Books) -> Iterator[str]:
    """And nobody else; whoever is to be told of it is told, once. A caller who hung up in the moment in which somebody
    took the call counts as served (`calls.evidence`), though the two never talked. Where the report of a talk was lost,
    they may be called once too often."""
    told = Counter(message.call_id for message in books.messages if message.purpose is Purpose.NOTICE)
    for call_id, caller in books.callers.items():
        callback = books.callbacks.get(call_id)
        served = bool(caller.bridges) or books.was_taken(call_id)
        if (callback is None) != served and not (served and books.was_lost(caller)):
            yield f"{call_id} talked to {caller.bridges}, and {callback} is owed"
        if told[call_id] != (callback is not None):
            yield f"of {call_id} people were told {told[call_id]} times"


def each_unserved_caller_gets_a_text(books: Books) -> Iterator[str]:
    """Whoever has a number that gets texts, unless they got one within ten minutes before, or it was not known until
    much later that they rang."""
    texts = [message for message in books.messages if message.purpose is Purpose.MISSED_CALL]
    for call_id, callback in books.callbacks.items():
        if callback.caller is None or RULES.why_no_text(callback.caller) is not None:
            continue
        since, late = callback.owed_at - QUIET, callback.owed_at - callback.called_at > LATELY / 2
        got = [text for text in texts if text.to_number == callback.caller and text.created_at >= since]
        if not got and not (late and books.calls[call_id].plan is None):
            yield f"{callback.caller} got no text for {call_id}"


def nothing_is_left_to_do(books: Books) -> Iterator[str]:
    for job in books.jobs:
        yield f"{job.kind} {job.subject} is {job.state} after {job.tries} tries: {job.error}"


def only_what_a_model_declined_got_stuck(books: Books) -> Iterator[str]:
    """And that is shown."""
    shown = {gap.subject for gap in books.gaps if gap.kind is GapKind.STUCK_JOB}
    for job in books.stuck:
        if job.kind != Kind.SUMMARISE_CALL or not (job.error or "").startswith("Refused"):
            yield f"{job.kind} {job.subject} got stuck after {job.tries} tries: {job.error}"
        if f"{job.kind} {job.subject}" not in shown:
            yield f"{job.kind} {job.subject} is stuck, and nobody is told"


CHECKS: tuple[Check, ...] = (
    each_recording_is_with_its_call,
    each_conversation_is_with_its_call,
    each_conversation_is_summarised,
    kept_audio_is_of_its_conversation,
    each_text_went_out_once,
    each_text_is_the_right_one,
    nobody_is_texted_twice_in_ten_minutes,
    each_unserved_caller_is_called_back,
    each_unserved_caller_gets_a_text,
    nothing_is_left_to_do,
    only_what_a_model_declined_got_stuck,
)


def _written(books: Books) -> Iterator[tuple[Conversation, Transcript | None]]:
    """What the agent's provider wrote down, and what we have of it."""
    for conversation in books.elevenlabs.conversations:
        if conversation.status == "done":
            yield conversation, books.transcripts.get(ConversationId(conversation.id))


def _sent(books: Books) -> dict[str, list[Sent]]:
    """What the provider sent, by our ids: they stand in the address that it reports to."""
    sent: dict[str, list[Sent]] = {}
    for message in books.twilio.messages:
        if message.direction != "inbound":
            sent.setdefault(_our_id(message.status_callback), []).append(message)
    return sent


def _our_id(address: str) -> str:
    return parse_qs(urlsplit(address).query).get("message", [""])[0]
