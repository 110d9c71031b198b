"""A disk that others fill, and empty again."""

from __future__ import annotations

import errno
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

_BLOCK = bytes(4096)


class SmallDisk:
    """A file system of its own at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ballast = path / "ballast"

    def fill(self) -> None:
        """To the last block that is free now."""
        with self._ballast.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(_BLOCK)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise

    def clear(self) -> None:
        self._ballast.unlink()


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """In memory, and gone afterwards. Needs root."""
    with TemporaryDirectory(prefix="titus-small-") as home:
        Path(home).chmod(0o755)
        options = f"size={megabytes}m,mode=755"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", home], check=True, capture_output=True)
        try:
            yield SmallDisk(Path(home))
        finally:
            subprocess.run(["umount", "--lazy", home], check=True, capture_output=True)


@cache
def why_not() -> str:
    """What keeps this machine from having one; empty: nothing."""
    try:
        with small_disk(1):
            return ""
    except (OSError, subprocess.CalledProcessError) as error:
        return f"no small disk can be mounted here: {error}"
