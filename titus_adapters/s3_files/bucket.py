"""The bucket: how it is reached, how long it may be silent, and what its errors are in our words."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from obstore.exceptions import BaseError
from obstore.store import S3Store

from titus_adapters.s3_files.settings import S3Settings
from titus_core.kernel.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from obstore.store import S3Credential

_CONNECTS_WITHIN = timedelta(seconds=2)
_RETRIES = 2
_RETRIES_WITHIN = timedelta(seconds=5)

# The library's limit for a whole request, 30 s, would end a recording that somebody listens to for longer.
_LONGEST_LISTENING = timedelta(hours=24)

_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"<Code>(\w+)</Code>")


class Bucket:
    """Give `store` to the library's functions, inside of `asking` or `moving`. It asks nobody by itself."""

    def __init__(self, settings: S3Settings) -> None:
        self.store: S3Store = _store(settings)
        self._settings = settings

    def asking(self) -> AbstractAsyncContextManager[None]:
        """A question: it is answered in time, or ends in `NotFound` or `Unavailable`."""
        return _within(self._settings.answers_within)

    def moving(self) -> AbstractAsyncContextManager[None]:
        """A piece of content on its way, there or back; likewise."""
        return _within(self._settings.silence)


def _store(settings: S3Settings) -> S3Store:
    """What the library would read from the environment is given here, so that the settings rule."""
    endpoint = settings.endpoint or f"https://s3.{settings.region}.amazonaws.com"
    return S3Store(
        settings.bucket,
        prefix=settings.prefix or None,
        region=settings.region,
        endpoint=endpoint,
        aws_endpoint_url_s3=endpoint,
        skip_signature=False,
        disable_bulk_delete=True,  # not every server that speaks S3 has it
        credential_provider=lambda: _credential(settings),
        client_options={
            "allow_http": endpoint.startswith("http://"),
            "connect_timeout": _CONNECTS_WITHIN,
            "read_timeout": timedelta(seconds=settings.silence),
            "timeout": _LONGEST_LISTENING,
        },
        retry_config={"max_retries": _RETRIES, "retry_timeout": _RETRIES_WITHIN},
    )


def _credential(settings: S3Settings) -> S3Credential:
    return {
        "access_key_id": settings.access_key_id,
        "secret_access_key": settings.secret_access_key,
        "token": None,
        "expires_at": None,
    }


@asynccontextmanager
async def _within(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise Unavailable(f"the bucket for files said nothing for {seconds:g} s") from error
    except FileNotFoundError as error:
        raise _missing(error) from error
    except BaseError as error:
        raise Unavailable(f"the bucket for files {_said(str(error))}") from error


def _missing(error: FileNotFoundError) -> NotFound | Unavailable:
    """Where more is missing than a file, nobody knows whether there was one."""
    code = _CODE.search(str(error))
    match code[1] if code is not None else "NoSuchKey":
        case "NoSuchKey":
            return NotFound("There is no such file")
        case "NoSuchBucket":
            return Unavailable("the bucket for files is not there")
        case _:
            return Unavailable(f"the bucket for files {_said(str(error))}")


def _said(text: str) -> str:
    """The answer in short: the library's own words hold addresses."""
    status, code = _STATUS.search(text), _CODE.search(text)
    if status is None:
        return "cannot be reached, or broke off"
    return f"answered {status[1]}" + (f" {code[1]}" if code is not None else "")
