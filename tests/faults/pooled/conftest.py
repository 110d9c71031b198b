"""All tests here run behind PgBouncer in transaction mode, where the machine has one: the heart of the contract suite
(each `test_suite_*` is a module of it), and more."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.faults.pooled.pooler import PROGRAM, pooler
from titus_adapters.postgres.settings import PostgresSettings
from titus_adapters.postgres.store import PostgresStore


class Pooled:
    """`tests.contracts.stores.Backend`."""

    def __init__(self, url: str) -> None:
        self._settings = PostgresSettings(url)

    def store(self) -> PostgresStore:
        return PostgresStore(self._settings)


@pytest.fixture(scope="session")
def pooler_port(postgres_server: str) -> Iterator[int]:
    if PROGRAM is None:
        pytest.skip("there is no pgbouncer on this machine (apt-get install pgbouncer)")
    with pooler(postgres_server) as port:
        yield port


@pytest.fixture
def pooled_url(postgres_url: str, pooler_port: int) -> str:
    """This test's database, through the pooler."""
    return (
        f"postgresql://postgres@127.0.0.1:{pooler_port}{urlsplit(postgres_url).path}?pooler=transaction&sslmode=disable"
    )


@pytest.fixture
def backend(pooled_url: str) -> Pooled:
    """Instead of all kinds of stores: what the suite's tests run on here."""
    return Pooled(pooled_url)
