"""A real file system that can be cut off: ext4 on a loop device, told to stop at once and to forget what it has not
written, journal included. What is there after mounting it again is what fsync has kept.

Needs root, a loop device and mkfs.ext4: `why_not` says what is lacking.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from tests.faults.power.life import memory

_SHUTDOWN = 0x8004587D
"""EXT4_IOC_SHUTDOWN of <linux/ext4.h>; file system testers call it `godown`."""

_NO_FLUSH = 2
_PATIENCE = 15.0
_SIZE = 256 << 20


class RealDisk:
    """A mounted file system at `path`; its bytes are in memory."""

    def __init__(self, image: Path, path: Path) -> None:
        self._image, self.path = image, path

    def make(self) -> None:
        with self._image.open("wb") as file:
            file.truncate(_SIZE)
        _run("mkfs.ext4", "-q", "-F", str(self._image))
        self.mount()

    def mount(self) -> None:
        """Power on: ext4 replays its journal."""
        _run("mount", "-o", "loop", str(self._image), str(self.path))

    def sync(self) -> None:
        """Everything up to now is on the disk."""
        _run("sync", "-f", str(self.path))

    def cut(self) -> None:
        """From now on every write and every sync on it fails."""
        folder = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, _SHUTDOWN, _NO_FLUSH.to_bytes(4, "little"))
        finally:
            os.close(folder)

    def unmount(self) -> None:
        """As soon as nobody uses it any more."""
        until = time.monotonic() + _PATIENCE
        while not _runs("umount", str(self.path)):
            assert time.monotonic() < until, f"{self.path} is still in use"
            time.sleep(0.01)


@contextmanager
def real_disk() -> Iterator[RealDisk]:
    """A new, empty one."""
    home = Path(tempfile.mkdtemp(prefix="titus-disk-", dir=memory()))
    disk = RealDisk(home / "image", home / "mounted")
    disk.path.mkdir()
    home.chmod(0o755)
    try:
        disk.make()
        yield disk
    finally:
        with suppress(OSError):
            _runs("umount", "--lazy", str(disk.path))
        shutil.rmtree(home)


@cache
def why_not() -> str:
    """What keeps this machine from cutting off a real disk; empty: nothing."""
    try:
        with real_disk() as disk:
            disk.cut()
    except (OSError, subprocess.CalledProcessError) as error:
        return f"no disk here can be mounted and cut off: {error}"
    return ""


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _runs(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
