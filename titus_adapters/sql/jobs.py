"""Jobs, stored in the commit that causes them.

On SQLite they have a table of ours. On PostgreSQL they go straight into the queue of PgQueuer, whose workers hand them
out: `_ENQUEUE` writes there what its own `Queries.enqueue` would (`tests/adapters/sql/test_postgres_jobs.py` compares
them), in the same statement as everything else that the commit stores.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from titus_adapters.sql.metadata import counted, metadata, text
from titus_adapters.sql.statements import Command, Params, bind
from titus_adapters.sql.types import Utc
from titus_core.jobs.model import Causes, Job, JobId, JobState, NewJob
from titus_core.kernel.events import Envelope
from titus_core.kernel.ids import CallId

jobs = sa.Table(
    "jobs",
    metadata,
    counted("id"),
    text("kind"),
    text("subject"),
    text("call_id", nullable=True),
    text("state"),
    sa.Column("tries", sa.BigInteger(), nullable=False),
    sa.Column("created_at", Utc(), nullable=False),
    sa.Column("due_at", Utc(), nullable=False),
    text("error", nullable=True),
    sqlite_autoincrement=True,
    info={"only": "sqlite"},
)
_J = jobs.c
sa.Index("uq_jobs_open", _J.kind, _J.subject, unique=True, sqlite_where=_J.state != sa.text("'stuck'"))
sa.Index("ix_jobs_due", _J.due_at, sqlite_where=_J.state == sa.text("'waiting'"))

queue = sa.Table(
    "pgqueuer",
    sa.MetaData(),  # the engine's own: its migrations are frozen as text
    sa.Column("priority", sa.Integer()),
    sa.Column("entrypoint", sa.Text()),
    sa.Column("payload", sa.LargeBinary()),
    sa.Column("dedupe_key", sa.Text()),
    sa.Column("status", sa.Text()),
    sa.Column("execute_after", Utc()),
)


class Payload(msgspec.Struct, frozen=True, omit_defaults=True):
    """What PgQueuer carries."""

    subject: str = ""
    call_id: CallId | None = None


PAYLOAD = msgspec.json.Decoder(Payload)
_STATES = postgresql.ENUM(name="pgqueuer_status", create_type=False)
_GIVEN = ("kind", "subject", "call_id", "created_at", "due_at")
_ENQUEUE = Command(
    sqlite.insert(jobs)
    .values({**{name: bind(_J[name]) for name in _GIVEN}, "state": sa.text("'waiting'"), "tries": sa.text("0")})
    .on_conflict_do_nothing()
    .inline(),
    postgresql.insert(queue)
    .values(
        priority=sa.text("0"),
        entrypoint=bind(queue.c.entrypoint, "kind"),
        payload=bind(queue.c.payload),
        dedupe_key=bind(queue.c.dedupe_key, "key"),
        status=sa.cast(sa.text("'queued'"), _STATES),
        execute_after=bind(queue.c.execute_after, "due_at"),
    )
    .on_conflict_do_nothing()
    .inline(),
    ("key",),
)


def enqueuing(
    envelopes: Iterable[Envelope], causes: Causes, asked: Iterable[tuple[NewJob, datetime]] = ()
) -> Iterator[tuple[Command, Params]]:
    """The commands that store what these events make necessary, and what was asked for besides; what is asked for
    twice, once."""
    wanted: dict[str, tuple[NewJob, datetime]] = {}
    for envelope in envelopes:
        for job in causes(envelope):
            wanted.setdefault(job.key, (job, envelope.at))
    for job, at in asked:
        wanted.setdefault(job.key, (job, at))
    for job, at in wanted.values():
        yield _ENQUEUE, _params(job, at)


def _params(job: NewJob, at: datetime) -> Params:
    return {
        "kind": job.kind,
        "subject": job.subject,
        "call_id": job.call_id,
        "key": job.key,
        "payload": msgspec.json.encode(Payload(job.subject, job.call_id)),
        "created_at": at,
        "due_at": at + timedelta(seconds=job.wait_seconds),
    }


def read_job(
    id: JobId,  # the column's name
    kind: str,
    subject: str,
    call_id: CallId | None,
    state: str,
    tries: int,
    created_at: datetime,
    due_at: datetime,
    error: str | None,
) -> Job:
    return Job(
        id=id,
        kind=kind,
        subject=subject,
        call_id=call_id,
        state=JobState(state),
        tries=tries,
        created_at=created_at,
        due_at=due_at,
        error=error,
    )
