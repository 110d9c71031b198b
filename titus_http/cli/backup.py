"""`titus backup` and `titus restore`: a copy of everything in one file, and back."""

from __future__ import annotations

import argparse
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from titus_http.cli.failures import Failed, Wrong

if TYPE_CHECKING:
    from titus_http.cli.arguments import Commands


def add(commands: Commands) -> None:
    backup = commands.add_parser(
        "backup",
        help="write a copy of everything",
        description="Copy the whole store into a new file, beside a running server. The file holds personal data and "
        "password hashes: only its owner may read it; keep it as safe as the store.",
    )
    backup.add_argument("file", type=Path, help="the copy to write; it must not exist yet")
    backup.set_defaults(run=run_backup)
    restore = commands.add_parser(
        "restore",
        help="bring a copy back",
        description="Fill the store from a copy. Its servers must be stopped.",
    )
    restore.add_argument("file", type=Path, help="a copy that `titus backup` wrote, of the same kind of store")
    restore.add_argument(
        "--replace", action="store_true", help="the store holds data: copy that into this folder, then replace it"
    )
    restore.set_defaults(run=run_restore)


def run_backup(options: argparse.Namespace) -> int:
    from titus_http import bootstrap, settings

    archive = bootstrap.archive_for(settings.load())
    if not archive.holds_data():
        raise Failed("DATABASE_URL: there is nothing to copy; the database is empty")
    print(_written(archive, options.file))
    return 0


def run_restore(options: argparse.Namespace) -> int:
    import asyncio

    from titus_http import bootstrap, settings

    if not options.file.is_file():
        raise Wrong(f"{options.file}: there is no such file")
    loaded = settings.load()
    archive = bootstrap.archive_for(loaded)
    if archive.holds_data() and not options.replace:
        raise Failed("DATABASE_URL: the database holds data; --replace copies it into this folder and replaces it")
    with _kept(archive):
        archive.read(options.file)
    asyncio.run(bootstrap.migrate(loaded))
    print(f"Restored from {options.file}; the tables are up to date.")
    return 0


@contextmanager
def _kept(archive: Any) -> Iterator[None]:
    """Around a replacement: what was there is in a file afterwards, unless it is still where it was."""
    if not archive.holds_data():
        yield
        return
    copy = Path(f"titus-replaced-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.backup")
    told = _written(archive, copy)
    try:
        yield
    except BaseException:
        copy.unlink()
        raise
    print(f"What was there: {told}")


def _written(archive: Any, file: Path) -> str:
    """Writes beside the file's name first: what has the name is whole."""
    if file.exists():
        raise Wrong(f"{file}: exists already")
    partial = file.with_name(file.name + ".partial")
    try:
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError as error:
        raise Wrong(f"{partial}: exists already, from a backup that goes on or was ended") from error
    try:
        archive.write(partial)
        _sync(partial)
        partial.rename(file)
        _sync(file.parent)
    finally:
        partial.unlink(missing_ok=True)
    with file.open("rb") as copy:
        digest = hashlib.file_digest(copy, "sha256").hexdigest()
    return f"{file}, {file.stat().st_size:,} bytes, sha256 {digest}"


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
