"""What a server says that is full, read-only, going down or broken: `Unavailable`, and reading goes on."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from tests.adapters.sql.units import save_call, set_size
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore
from titus_core.kernel.errors import Unavailable
from titus_core.kernel.ids import CallId

REFUSES = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '{code}'; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON voice_settings EXECUTE FUNCTION refuse();
"""


@pytest.mark.parametrize(
    "code",
    [
        "25006",  # read-only
        "53000",
        "53100",  # the disk is full
        "53200",  # memory
        "53300",  # connections
        "53400",
        "57000",
        "57014",  # cancelled by a time limit
        "57P01",  # going down
        "57P02",  # crashed
        "57P03",  # not up yet
        "58000",
        "58030",  # input/output error
    ],
)
async def test_a_server_that_cannot_store_now(postgres_url: str, postgres_store: PostgresStore, code: str) -> None:
    await postgres_store.transact(save_call, "CA1")
    connection = await asyncpg.connect(postgres_url)
    await connection.execute(REFUSES.format(code=code))
    with pytest.raises(Unavailable):
        await postgres_store.transact(set_size, 10)
    assert await postgres_store.reader.call(CallId("CA1")) is not None
    await connection.execute("DROP TRIGGER refuse ON voice_settings")
    await postgres_store.transact(set_size, 10)
    await connection.close()


@pytest.mark.parametrize("suffix", ["", "&pooler=transaction"])
async def test_a_database_that_was_made_read_only_is_read_and_not_ready(postgres_url: str, suffix: str) -> None:
    """As hosters do when its disk is nearly full."""
    async with PostgresStore(PostgresSettings(postgres_url + suffix, min_connections=1, max_connections=1)) as store:
        await store.transact(save_call, "CA1")
        await _made_read_only(postgres_url, "on")
    async with PostgresStore(PostgresSettings(postgres_url + suffix, min_connections=1, max_connections=1)) as store:
        for attempt in (store.transact(save_call, "CA2"), store.ping()):
            with pytest.raises(Unavailable):
                await attempt
        assert await store.reader.live() == ("CA1",)
        await _made_read_only(postgres_url, "off")


async def _made_read_only(url: str, value: str) -> None:
    connection: Any = await asyncpg.connect(url)
    await connection.execute("SET default_transaction_read_only = off")
    name = await connection.fetchval("SELECT current_database()")
    await connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {value}")
    await connection.close()
