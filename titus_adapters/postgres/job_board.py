"""PgQueuer's queue as people see it. Its states in our words: queued is waiting, picked is running, failed is stuck."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from titus_adapters.postgres.failures import reading, writing
from titus_adapters.postgres.pool import Pool
from titus_adapters.sql.jobs import PAYLOAD
from titus_core.jobs.model import Job, JobId, JobState
from titus_core.jobs.ports import JobCounts
from titus_core.kernel.paging import Page

_THEIRS = {JobState.WAITING: "queued", JobState.RUNNING: "picked", JobState.STUCK: "failed"}
_OURS = {theirs: ours for ours, theirs in _THEIRS.items()}

_ROW = """
    SELECT id, entrypoint, payload, status::text, coalesce((headers->>'tries')::int, 0), created, execute_after,
           headers->>'error'
    FROM pgqueuer"""
_LIST = f"""{_ROW} WHERE status::text = ANY($1::text[]) AND id < $2 ORDER BY id DESC LIMIT $3"""
_OLDEST = f"""{_ROW} WHERE status::text = $1
    AND ($2::timestamptz IS NULL OR (created < $2 AND coalesce((headers->>'tries')::int, 0) > 0))
    ORDER BY id LIMIT $3"""
_COUNTS = """
    SELECT entrypoint, status::text, count(*), min(created) FROM pgqueuer
    WHERE status::text = ANY($1::text[]) GROUP BY 1, 2"""
_TRY_AGAIN = """
    UPDATE pgqueuer AS stuck SET status = 'queued', execute_after = now(), updated = now(), attempts = 0,
           queue_manager_id = NULL, headers = stuck.headers - 'tries'
    WHERE id = $1 AND status = 'failed' AND NOT EXISTS (
        SELECT FROM pgqueuer AS other
        WHERE other.dedupe_key = stuck.dedupe_key AND other.status IN ('queued', 'picked'))
    RETURNING id"""
_DISCARD = "DELETE FROM pgqueuer WHERE id = $1 AND status = 'failed' RETURNING id"


class PostgresJobBoard:
    """`JobBoard`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def jobs(self, state: JobState | None, limit: int, after: int | None) -> Page[Job]:
        states = [_THEIRS[state]] if state is not None else list(_OURS)
        rows = await self._ask(_LIST, states, after if after is not None else 2**62, limit + 1)
        found = [_job(*row) for row in rows]
        return Page(tuple(found[:limit]), str(found[limit - 1].id) if len(found) > limit else None)

    async def oldest(self, state: JobState, limit: int, tried_before: datetime | None = None) -> tuple[Job, ...]:
        rows = await self._ask(_OLDEST, _THEIRS[state], tried_before, limit)
        return tuple(_job(*row) for row in rows)

    async def counts(self) -> tuple[JobCounts, ...]:
        rows = await self._ask(_COUNTS, list(_OURS))
        counts = [JobCounts(kind, _OURS[status], count, oldest) for kind, status, count, oldest in rows]
        return tuple(sorted(counts, key=lambda count: (count.kind, count.state)))

    async def try_again(self, job_id: JobId) -> bool:
        return await self._change(_TRY_AGAIN, job_id)

    async def discard(self, job_id: JobId) -> bool:
        return await self._change(_DISCARD, job_id)

    async def _ask(self, text: str, *values: object) -> list[Any]:
        async with self._pool.for_question() as connection:
            with reading():
                rows: list[Any] = await connection.fetch(text, *values)
                return rows

    async def _change(self, text: str, job_id: JobId) -> bool:
        async with self._pool.connection() as connection:
            with writing():
                return await connection.fetchval(text, job_id) is not None


def _job(
    id: int,  # the column's name
    entrypoint: str,
    payload: bytes | None,
    status: str,
    tries: int,
    created: datetime,
    execute_after: datetime,
    error: str | None,
) -> Job:
    told = PAYLOAD.decode(payload or b"{}")
    return Job(
        id=JobId(id),
        kind=entrypoint,
        subject=told.subject,
        call_id=told.call_id,
        state=_OURS[status],
        tries=tries,
        created_at=created,
        due_at=execute_after,
        error=error,
    )
