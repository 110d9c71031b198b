"""Jobs on SQLite: a table in the file, and one worker. One process has the file, so a job that is marked as running
when a worker starts was left behind by one that died."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

import msgspec
import sqlalchemy as sa

from titus_adapters.sql.jobs import jobs, read_job
from titus_adapters.sql.lists import among
from titus_adapters.sql.statements import Command, Params, Query, bind, change
from titus_adapters.sqlite.readers import Readers
from titus_adapters.sqlite.writer import Writer
from titus_core.jobs.model import Done, GivenUp, Job, JobId, JobState, Later, Verdict
from titus_core.jobs.ports import JobCounts
from titus_core.kernel.clock import Clock
from titus_core.kernel.paging import Page

_J = jobs.c
_WAITING, _RUNNING, _STUCK = (_J.state == sa.text(f"'{state}'") for state in ("waiting", "running", "stuck"))

_DUE = Query(
    sa.select(*jobs.columns)
    .where(_WAITING, _J.due_at <= bind(_J.due_at, "now"), among(_J.kind, "kinds"))
    .order_by(_J.due_at, _J.id)
    .limit(sa.bindparam("limit", type_=sa.BigInteger())),
    read_job,
)
_NEWEST = Query(
    sa.select(*jobs.columns)
    .where(among(_J.state, "states"), _J.id < bind(_J.id, "before"))
    .order_by(_J.id.desc())
    .limit(sa.bindparam("limit", type_=sa.BigInteger())),
    read_job,
)
_OLDEST = (
    sa.select(*jobs.columns)
    .where(_J.state == bind(_J.state))
    .order_by(_J.id)
    .limit(sa.bindparam("limit", type_=sa.BigInteger()))
)
_OLDEST_OF_ALL = Query(_OLDEST, read_job)
_OLDEST_TRIED = Query(_OLDEST.where(_J.tries > sa.text("0"), _J.created_at < bind(_J.created_at, "before")), read_job)
_COUNTS = Query(
    sa.select(_J.kind, _J.state, sa.func.count(), sa.func.min(_J.created_at, type_=_J.created_at.type))
    .group_by(_J.kind, _J.state)
    .order_by(_J.kind, _J.state),
    lambda kind, state, count, oldest: JobCounts(kind, JobState(state), count, oldest),
)


def _to(state: str, *where: sa.ColumnElement[bool], **values: object) -> Command:
    return change(sa.update(jobs).where(*where).values(state=sa.text(f"'{state}'"), **values))


_THIS = _J.id == bind(_J.id, "job_id")
_TAKE = _to("running", _THIS, _WAITING, tries=_J.tries + 1)
_PUT_BACK = _to("waiting", _RUNNING)
_LATER = _to("waiting", _THIS, _RUNNING, due_at=bind(_J.due_at), error=bind(_J.error))
_GIVE_UP = _to("stuck", _THIS, _RUNNING, error=bind(_J.error))
_DONE = change(sa.delete(jobs).where(_THIS, _RUNNING))
_DISCARD = change(sa.delete(jobs).where(_THIS, _STUCK))
_TRY_AGAIN = _to(
    "waiting",
    _THIS,
    _STUCK,
    ~sa.exists().where(
        (other := jobs.alias()).c.kind == _J.kind, other.c.subject == _J.subject, other.c.state != sa.text("'stuck'")
    ),
    tries=sa.text("0"),
    due_at=bind(_J.due_at),
)


class SqliteJobs:
    """`working.Claims` and `JobBoard`."""

    def __init__(self, writer: Writer, readers: Readers, clock: Clock) -> None:
        self._writer = writer
        self._readers = readers
        self._clock = clock

    async def take(self, kinds: Collection[str], limit: int) -> list[Job]:
        asked: Params = {"now": self._clock.now(), "kinds": sorted(kinds), "limit": limit}
        due = await self._readers.all(_DUE, asked)
        if not due:
            return []  # most looks find nothing, and cost no commit
        taken: list[int] = await self._writer.run(partial(_each, _TAKE, [{"job_id": job.id} for job in due]))
        return [
            msgspec.structs.replace(job, state=JobState.RUNNING, tries=job.tries + 1)
            for job, touched in zip(due, taken, strict=True)
            if touched
        ]

    async def settle(self, job: Job, verdict: Verdict) -> None:
        match verdict:
            case Done():
                await self._change(_DONE, job_id=job.id)
            case Later(seconds=seconds, error=error):
                due_at = self._clock.now() + timedelta(seconds=seconds)
                await self._change(_LATER, job_id=job.id, due_at=due_at, error=error)
            case GivenUp(error=error):
                await self._change(_GIVE_UP, job_id=job.id, error=error)

    async def put_back(self) -> None:
        await self._change(_PUT_BACK)

    # --- the board ----------------------------------------------------------------------------------------------------

    async def jobs(self, state: JobState | None, limit: int, after: int | None) -> Page[Job]:
        states = [state.value] if state is not None else [each.value for each in JobState]
        before = after if after is not None else 2**62
        found = await self._readers.all(_NEWEST, {"states": states, "before": before, "limit": limit + 1})
        return Page(tuple(found[:limit]), str(found[limit - 1].id) if len(found) > limit else None)

    async def oldest(self, state: JobState, limit: int, tried_before: datetime | None = None) -> tuple[Job, ...]:
        asked: Params = {"state": state.value, "limit": limit}
        if tried_before is None:
            return tuple(await self._readers.all(_OLDEST_OF_ALL, asked))
        return tuple(await self._readers.all(_OLDEST_TRIED, {**asked, "before": tried_before}))

    async def counts(self) -> tuple[JobCounts, ...]:
        return tuple(await self._readers.all(_COUNTS, {}))

    async def try_again(self, job_id: JobId) -> bool:
        return await self._change(_TRY_AGAIN, job_id=job_id, due_at=self._clock.now())

    async def discard(self, job_id: JobId) -> bool:
        return await self._change(_DISCARD, job_id=job_id)

    async def _change(self, command: Command, **params: object) -> bool:
        return sum(await self._writer.run(partial(_each, command, [params]))) > 0


def _each(command: Command, rows: list[Params], connection: sqlite3.Connection) -> list[int]:
    """How many rows each touched."""
    prepared = command.sqlite
    return [connection.execute(prepared.text, prepared.bind(params)).rowcount for params in rows]
