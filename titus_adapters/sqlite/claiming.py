"""One long-running process per file: two servers would wait for each other's locks at every commit."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from titus_core.kernel.errors import Unavailable


class Claim:
    """The operating system's lock on `<file>.lock`; it goes when the process goes, however that happens."""

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(path.name + ".lock")
        self._file: int | None = None

    def take(self) -> None:
        """Raises `Unavailable`, naming the holder, if another process (or store) has it; or if there is no place for
        the lock's file."""
        file = self._opened()
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(file, 32).decode(errors="replace").strip() or "unknown"
            os.close(file)
            raise Unavailable(
                f"another Titus server or worker (process {holder}) uses {self._path.with_suffix('')}; "
                "SQLite serves one, PostgreSQL serves many",
                path=str(self._path),
                process=holder,
            ) from error
        with suppress(OSError):  # the disk is full: the lock holds without our name, and a caller needs us all the more
            os.ftruncate(file, 0)
            os.write(file, f"{os.getpid()}\n".encode())
        self._file = file

    def _opened(self) -> int:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Unavailable(f"{self._path} cannot be made: {error.strerror}", path=str(self._path)) from error

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
        self._file = None
