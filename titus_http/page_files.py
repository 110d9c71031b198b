"""Today's web pages, read from a folder."""

from __future__ import annotations

from typing import Any

from litestar.file_system import BaseLocalFileSystem
from litestar.types import FileInfo, PathType


class PageFiles(BaseLocalFileSystem):
    """For `create_static_files_router(file_system=…)`. A name that no file can have (too long, with NUL, below
    something that is no folder) is one that no file has: the framework would answer it with a 500."""

    async def info(self, path: PathType, **kwargs: Any) -> FileInfo:
        try:
            return await super().info(path, **kwargs)
        except (OSError, ValueError) as error:
            raise FileNotFoundError from error
