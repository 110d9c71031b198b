"""Jobs over HTTP: what waits, what is stuck, and what a person does about it."""

from __future__ import annotations

import pytest

from tests.core.calls.builders import CALL
from tests.core.calls.builders import NOON as NOW
from tests.http.staff_app import Staff, at_once
from titus_core.calls.events import RecordingReported
from titus_core.calls.model import RecordingState
from titus_core.calls.ports import CallTx
from titus_core.jobs.causes import Kind, causes_of
from titus_core.jobs.model import GivenUp, Job, Verdict
from titus_core.kernel.actor import TWILIO
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import RecordingId

JOBS = "/api/admin/jobs"


def wanted(staff: Staff, *recordings: str) -> None:
    """A recording of a call is complete, and so on."""
    at = staff.world.clock.now()

    async def work(tx: CallTx, _: None) -> None:
        for recording in recordings:
            event = RecordingReported(
                call_id=CALL, recording_id=RecordingId(recording), state=RecordingState.COMPLETED, duration=7
            )
            tx.record(Envelope(f"call:{CALL}", at, TWILIO, event))

    at_once(staff.world.store.transact(work, None))


def stuck(staff: Staff) -> None:
    async def attempt(job: Job) -> Verdict:
        return GivenUp("Twilio has no such recording")

    at_once(staff.world.store.jobs.run_due((Kind.KEEP_RECORDING,), attempt))


def test_jobs_are_listed_with_how_many_there_are(staff: Staff) -> None:
    wanted(staff, "RE1", "RE2", "RE3")
    answer = staff.client.get(JOBS, headers=staff.sam, params={"limit": 2})
    told = answer.json()
    assert [job["subject"] for job in told["jobs"]] == ["RE3", "RE2"]
    assert told["jobs"][0] == {
        "id": 3,
        "kind": "keep_recording",
        "subject": "RE3",
        "call_sid": CALL,
        "state": "waiting",
        "tries": 0,
        "created_at": told["jobs"][0]["due_at"],
        "due_at": told["jobs"][0]["due_at"],
        "error": None,
    }
    assert [(count["kind"], count["state"], count["count"]) for count in told["counts"]] == [
        ("keep_recording", "waiting", 3)
    ]
    rest = staff.client.get(JOBS, headers=staff.sam, params={"limit": 2, "cursor": told["next"]}).json()
    assert [job["subject"] for job in rest["jobs"]] == ["RE1"]
    assert rest["next"] is None


def test_stuck_jobs_are_found_tried_again_and_discarded(staff: Staff) -> None:
    wanted(staff, "RE1", "RE2")
    stuck(staff)
    listed = staff.client.get(JOBS, headers=staff.sam, params={"state": "stuck"}).json()["jobs"]
    assert [(job["subject"], job["error"]) for job in listed] == [
        ("RE2", "Twilio has no such recording"),
        ("RE1", "Twilio has no such recording"),
    ]
    assert staff.client.post(f"{JOBS}/{listed[1]['id']}/retry", headers=staff.sam).status_code == 202
    assert staff.client.delete(f"{JOBS}/{listed[0]['id']}", headers=staff.sam).status_code == 204
    (left,) = staff.client.get(JOBS, headers=staff.sam).json()["jobs"]
    assert (left["subject"], left["state"], left["tries"]) == ("RE1", "waiting", 0)


@pytest.mark.parametrize("job_id", ["1", "4711", "0", "99999999999999999999"])
def test_what_is_not_stuck_cannot_be_changed(staff: Staff, job_id: str) -> None:
    wanted(staff, "RE1")
    assert staff.client.post(f"{JOBS}/{job_id}/retry", headers=staff.sam).status_code == 404
    assert staff.client.delete(f"{JOBS}/{job_id}", headers=staff.sam).status_code == 404


@pytest.mark.parametrize("query", [{"state": "done"}, {"limit": "0"}, {"cursor": "bm9uc2Vuc2U"}, {"cursor": "%00"}])
def test_bad_questions_are_refused(staff: Staff, query: dict[str, str]) -> None:
    assert staff.client.get(JOBS, headers=staff.sam, params=query).status_code == 400


def test_only_the_seniors_see_jobs(staff: Staff) -> None:
    assert staff.client.get(JOBS).status_code == 401
    assert staff.client.get(JOBS, headers=staff.olga).status_code == 403
    assert staff.client.get(JOBS, headers=staff.dina).status_code == 200


def test_what_is_not_configured_is_not_wanted() -> None:
    event = RecordingReported(call_id=CALL, recording_id=RecordingId("RE1"), state=RecordingState.COMPLETED)
    envelope = Envelope(f"call:{CALL}", NOW, TWILIO, event)
    assert causes_of(())(envelope) == ()
    assert [job.kind for job in causes_of(tuple(Kind))(envelope)] == [Kind.KEEP_RECORDING]
