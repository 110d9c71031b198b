"""Where files are kept and how long is a matter of settings; a server starts though its bucket is out of reach."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.file_places import read
from tests.http.test_bootstrap import known
from tests.s3_server import Bucket
from titus_core.jobs.causes import Kind
from titus_core.kernel.errors import Unavailable
from titus_http.bootstrap import open_titus
from titus_http.settings import Settings

TWILIO = {"TWILIO_ACCOUNT_SID": "AC" + "1" * 32, "TWILIO_AUTH_TOKEN": "token"}


def in_a_bucket(home: Path, bucket: Bucket, **variables: str) -> Settings:
    """As a deployment says it."""
    wanted = bucket.settings()
    return known(
        home,
        **{
            "FILES_URL": f"s3://{wanted.bucket}/{wanted.prefix}/",
            "AWS_ACCESS_KEY_ID": wanted.access_key_id,
            "AWS_SECRET_ACCESS_KEY": wanted.secret_access_key,
            "AWS_REGION": wanted.region,
            "AWS_ENDPOINT_URL": str(wanted.endpoint),
            **variables,
        },
    )


async def sound() -> AsyncIterator[bytes]:
    yield b"sound"


async def test_files_lie_in_the_bucket_that_the_settings_name(tmp_path: Path, s3_bucket: Bucket) -> None:
    async with open_titus(in_a_bucket(tmp_path, s3_bucket), claim=True) as running:
        files = running.titus.use_cases.files
        await files.put("recordings/RE1.mp3", sound(), "audio/mpeg")
        assert await read(files, "recordings/RE1.mp3") == b"sound"
    assert s3_bucket.keys() == ["titus/files/recordings/RE1.mp3"]
    assert not (tmp_path / "files").exists()


async def test_a_server_starts_though_its_bucket_is_out_of_reach(tmp_path: Path, s3_bucket: Bucket) -> None:
    away = in_a_bucket(tmp_path, s3_bucket, AWS_ENDPOINT_URL="http://127.0.0.1:9")
    async with open_titus(away, claim=True) as running:
        assert await running.store.is_migrated()
        with pytest.raises(Unavailable, match="the bucket for files cannot be reached"):
            await running.titus.use_cases.files.about("recordings/RE1.mp3")


@pytest.mark.parametrize(
    ("variables", "erasing"),
    [
        ({}, set()),
        ({"TITUS_RECORDING_DAYS": "90"}, {Kind.ERASE_OLD_RECORDINGS}),
        ({"TITUS_ERASE_AT_TWILIO": "true"}, set()),
        ({**TWILIO, "TITUS_ERASE_AT_TWILIO": "true"}, {Kind.ERASE_AT_PROVIDER}),
        ({**TWILIO, "TITUS_ERASE_AT_TWILIO": "false"}, set()),
    ],
)
async def test_nothing_is_erased_unless_it_is_asked_for(
    tmp_path: Path, variables: dict[str, str], erasing: set[Kind]
) -> None:
    async with open_titus(known(tmp_path, **variables), claim=True) as running:
        there = {Kind(kind) for kind in running.titus.working.handlers}
    assert there & {Kind.ERASE_AT_PROVIDER, Kind.ERASE_OLD_RECORDINGS} == erasing
