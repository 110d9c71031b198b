"""What must be so when the morning is over: the sandbox knows the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from hashlib import sha256

from tests.aftermath.stage import Morning
from titus_core.calls.model import Call
from titus_core.calls.ports import CallFilter
from titus_core.kernel.ids import ConversationId
from titus_core.messaging.model import MessageStatus
from titus_core.messaging.ports import MessageFilter
from titus_core.messaging.text_missed_caller import QUIET


async def findings(morning: Morning) -> list[str]:
    """Everything that is not right."""
    calls = await _calls(morning)
    checks = (_recordings(morning, calls), _conversations(morning), _texts(morning), _jobs(morning))
    return [found for check in checks async for found in check]


async def _calls(morning: Morning) -> dict[str, Call]:
    rows = (await morning.store.reader.calls(CallFilter(), 1000, None)).items
    return {row.sid: await morning.call(row.sid) for row in rows}


async def _recordings(morning: Morning, calls: dict[str, Call]) -> AsyncIterator[str]:
    """Each recording that Twilio completed is kept, with the call that it is of, and with no other; what Twilio has no
    longer is kept as well, and known to be only here."""
    kept = Counter(recording.id for call in calls.values() for recording in call.recordings)
    for recording in morning.twilio.board.recordings.values():
        if recording.status not in {"completed", "deleted"}:
            continue
        call = calls.get(recording.call.sid)
        ours = [one for one in call.recordings if one.id == recording.sid] if call is not None else []
        if len(ours) != 1 or ours[0].file is None:
            yield f"recording {recording.sid} of {recording.call.sid} is not kept: {ours}"
        elif ours[0].file.sha256 != sha256(morning.world.files.contents[ours[0].file.key]).hexdigest():
            yield f"recording {recording.sid} is not what was kept"
        if ours and ours[0].erased_at_provider != (recording.status == "deleted"):
            yield f"recording {recording.sid} is {recording.status}, and said to be otherwise"
        if recording.status != "deleted":
            yield f"recording {recording.sid} is still {recording.status} at Twilio"
        if kept[recording.sid] > 1:  # type: ignore[index]
            yield f"recording {recording.sid} is with {kept[recording.sid]} calls"  # type: ignore[index]


async def _conversations(morning: Morning) -> AsyncIterator[str]:
    """Each conversation that the agent's provider wrote down is with its own call, with its own words, summarised."""
    for conversation in morning.elevenlabs.conversations:
        if conversation.status != "done":
            continue
        transcript = await morning.store.reader.transcript(ConversationId(conversation.id))
        if transcript is None:
            yield f"{conversation.id} of {conversation.call_sid} is not there"
            continue
        if transcript.call_id != conversation.call_sid:
            yield f"{conversation.id} is with {transcript.call_id}, and of {conversation.call_sid}"
        said = [turn.text for turn in transcript.conversation.turns if turn.text]
        spoken = [line.text for line in conversation.script.lines]
        if said != spoken[: len(said)]:
            yield f"{conversation.id} has the words of another: {said}"
        if said and (transcript.summary is None or said[0] not in transcript.summary.text):
            yield f"{conversation.id} is not summarised: {transcript.summary}"


async def _texts(morning: Morning) -> AsyncIterator[str]:
    """Each message went out once at most, and to nobody who was answered; nobody got two within ten minutes."""
    given = Counter(message.status_callback for message in morning.twilio.messages)
    for address, times in given.items():
        if times > 1:
            yield f"{address} went out {times} times"
    sent: dict[str, float] = {}
    for message in morning.twilio.messages:
        if message.created_at - sent.get(message.to, 0.0) < QUIET.total_seconds() - 60:
            yield f"{message.to} was texted twice within ten minutes"
        sent[message.to] = message.created_at
    for known in (await morning.store.reader.messages(MessageFilter(), 1000, None)).items:
        if known.status in {MessageStatus.QUEUED, MessageStatus.SENDING}:
            yield f"{known.id} is still {known.status}"
        if known.call_id is not None and (await morning.call(known.call_id)).status.ended is False:
            yield f"{known.id} was sent while the call lasted"


async def _jobs(morning: Morning) -> AsyncIterator[str]:
    """Nothing waits, and nothing is stuck."""
    for job in (await morning.store.jobs.jobs(None, 1000, None)).items:
        yield f"{job.kind} {job.subject} is {job.state} after {job.tries} tries: {job.error}"
