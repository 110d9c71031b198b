"""Where files lie."""

from __future__ import annotations

from pathlib import Path

from titus_core.kernel.errors import NotConfigured
from titus_core.kernel.files import Files
from titus_http.settings import Settings


async def open_files(settings: Settings) -> Files:
    place = settings.stores.files
    if place.startswith("s3://"):
        return _bucket(settings, place.removeprefix("s3://"))
    from titus_adapters.local_files.files import LocalFiles

    files = LocalFiles(Path(place.removeprefix("file://")))
    await files.open()
    return files


def _bucket(settings: Settings, place: str) -> Files:
    """Nobody is asked yet: a server takes calls though its bucket is out of reach."""
    known = settings.bucket
    if known is None:
        raise NotConfigured(missing=settings.missing["bucket"])
    from titus_adapters.s3_files.files import S3Files
    from titus_adapters.s3_files.settings import S3Settings

    name, _, prefix = place.partition("/")
    return S3Files(
        S3Settings(
            bucket=name,
            prefix=prefix.rstrip("/"),
            access_key_id=known.access_key_id,
            secret_access_key=known.secret_access_key.reveal(),
            region=known.region,
            endpoint=str(known.endpoint) if known.endpoint is not None else None,
        )
    )
