"""A PgBouncer of a test's own, in transaction mode: each transaction may get another of a few connections."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.faults.live.processes import free_port

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
"""None where there is no PgBouncer: it is not on the package index, so a machine has it or not."""

CONNECTIONS = 3
"""To the server, for any number of clients: fewer than clients, so that they do get each other's."""


@contextmanager
def pooler(server: str) -> Iterator[int]:
    """The loopback port of a PgBouncer before the server at this URL (one with a Unix socket); stopped at the end."""
    assert PROGRAM is not None
    home = Path(tempfile.mkdtemp(prefix="titus-pgbouncer-"))
    port = free_port()
    (home / "pgbouncer.ini").write_text(
        f"[databases]\n* = host={parse_qs(urlsplit(server).query)['host'][0]} user=postgres\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
        f"pool_mode = transaction\ndefault_pool_size = {CONNECTIONS}\nmax_client_conn = 500\n"
        "server_round_robin = 1\n"
    )
    who: dict[str, Any] = {}
    if os.geteuid() == 0:  # PgBouncer refuses to run as root
        nobody = pwd.getpwnam("nobody")
        who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [PROGRAM, str(home / "pgbouncer.ini")],
            cwd=home,
            stdout=log,
            stderr=log,
            **who,
        )
    try:
        _wait_for(port, process, home / "log")
        yield port
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(home)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 15
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.02)
        else:
            return
