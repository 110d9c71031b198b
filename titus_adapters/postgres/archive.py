"""Copies of the whole database in PostgreSQL's custom format, by PostgreSQL's own programs."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg

from titus_adapters.postgres.address import parse
from titus_adapters.postgres.failures import connecting
from titus_adapters.postgres.settings import PostgresSettings
from titus_core.kernel.errors import Unavailable


class PostgresArchive:
    """`pg_dump` and `pg_restore`, found on the PATH; they must be at least as new as the server. Only the schema that
    Titus lives in is copied: on Supabase the others belong to the platform."""

    def __init__(self, settings: PostgresSettings) -> None:
        address = parse(settings.url)
        if address.pooled:
            raise Unavailable("a transaction pooler cannot copy a database: give DATABASE_URL the direct connection")
        self._dsn = address.dsn

    def holds_data(self) -> bool:
        """Whether a Titus lives in the database already."""
        return bool(self._ask("SELECT to_regclass('alembic_version') IS NOT NULL"))

    def write(self, file: Path) -> None:
        """Copy everything into `file`, one moment's state; raises `Unavailable`."""
        schema = self._ask("SELECT current_schema()")
        self._run("pg_dump", "--format=custom", f"--schema={schema}", f"--file={file}")
        self._run("pg_restore", "--list", str(file), connected=False)

    def read(self, file: Path) -> None:
        """Replace what the store holds with the copy, or leave it as it was and raise `Unavailable`. Servers that use
        the store must be stopped."""
        self._refuse_company()
        schema = self._ask("SELECT current_schema()")
        self._run(
            "pg_restore", "--single-transaction", "--exit-on-error", "--clean", "--if-exists", f"--schema={schema}",
            str(file),
        )  # fmt: skip

    def _refuse_company(self) -> None:
        others = self._ask(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'titus' AND datname = current_database()"
        )
        if others:
            raise Unavailable(f"Titus is using this database ({others} connections); stop its servers and workers")

    def _ask(self, question: str) -> object:
        async def ask() -> object:
            with connecting():
                connection = await asyncpg.connect(self._dsn)
                try:
                    return await connection.fetchval(question)
                finally:
                    await connection.close()

        return asyncio.run(ask())

    def _run(self, program: str, *arguments: str, connected: bool = True) -> None:
        found = shutil.which(program)
        if found is None:
            raise Unavailable(f"{program} is not on the PATH; it comes with PostgreSQL's client programs")
        dsn, password = _without_password(self._dsn)
        where = ("--no-owner", "--no-privileges", f"--dbname={dsn}") if connected else ()
        # In the environment: a process's arguments can be read by everybody on the machine.
        environment = {**os.environ, **({"PGPASSWORD": password} if password else {})}
        done = subprocess.run(  # noqa: S603 (a program of PostgreSQL's, without a shell)
            [found, *where, *arguments], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise Unavailable(f"{program}: {done.stderr.strip() or f'it ended with {done.returncode}'}")


def _without_password(dsn: str) -> tuple[str, str]:
    parts = urlsplit(dsn)
    user, _, host = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    return urlunsplit(parts._replace(netloc=f"{name}@{host}" if user else host)), unquote(password)
