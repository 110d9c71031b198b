"""Plants one bug in a copy of Titus and lets the simulation look for it, in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

ROOT = Path(__file__).parents[2]
COPIED = ("titus_core", "titus_adapters")
"""What bugs are planted in. The simulation itself is run from where it is: it must not know of the bug."""

GRACE = 30.0
"""Seconds beyond its CPU limit, four times over, after which a process is ended: the machine may be busy."""


class Bug(msgspec.Struct, frozen=True):
    """`breaks` says what goes wrong and for whom. `text` occurs once in `file`, and `planted` takes its place."""

    slug: str
    breaks: str
    file: str
    text: str
    planted: str


class Stale(AssertionError):
    """The code changed, and the bug cannot be planted as it was written: it is to be written anew."""


class Verdict(msgspec.Struct, frozen=True):
    """What the simulation said of one bug. `found` None: it survived all `histories`; else the invariant that broke,
    or the error that came up, with the seed that shows it."""

    found: str | None
    what: str
    histories: int
    seed: int
    cpu_seconds: float


def check(bug: Bug) -> None:
    """Raises `Stale` unless the bug can be planted."""
    count = (ROOT / bug.file).read_text().count(bug.text)
    if count != 1:
        raise Stale(f"{bug.slug}: its text occurs {count} times in {bug.file}")


def plant(bug: Bug, folder: Path) -> None:
    """Copy Titus into `folder`, and put the bug there. The working tree stays as it is."""
    check(bug)
    for package in COPIED:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    target = folder / bug.file
    target.write_text(target.read_text().replace(bug.text, bug.planted))


def hunt(bug: Bug | None, *, seeds: range, cpu_seconds: float) -> Verdict:
    """What the simulation finds in these histories within so many CPU seconds; `bug` None: of Titus as it is."""
    with TemporaryDirectory(prefix="titus-planted-") as name:
        folder = Path(name)
        if bug is not None:
            plant(bug, folder)
        command = [sys.executable, "-B", "-m", "tests.planted.hunting"]
        arguments = [name if bug is not None else str(ROOT), str(seeds.start), str(seeds.stop), str(cpu_seconds)]
        printed = subprocess.run(
            [*command, *arguments],
            env={**os.environ, "PYTHONPATH": os.pathsep.join((name, str(ROOT)))},
            cwd=name,
            stdout=subprocess.PIPE,
            timeout=4 * cpu_seconds + GRACE,
            check=True,
        ).stdout
    return msgspec.json.decode(printed, type=Verdict)
