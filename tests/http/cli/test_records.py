"""`titus records`: from a base to tables, and what became of the base since."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.contracts.records.base import METADATA
from titus_core.records.catalogue import Catalogue
from titus_http.cli import main

REFERENCE = Path(__file__).parents[4] / "shared" / "reference" / "domain" / "base_schema.json"
needs_reference = pytest.mark.skipif(not REFERENCE.exists(), reason=f"the shared reference {REFERENCE} is not here")

Out = pytest.CaptureFixture[str]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """The metadata of a base with every trap in its names."""
    return write(tmp_path, METADATA)


@pytest.fixture
def database() -> None:
    assert main(["db", "upgrade"]) == 0


def write(home: Path, told: Any) -> Path:
    file = home / "base.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    return file


def catalogue(base: Path, *more: str) -> int:
    return main(["records", "catalogue", "--file", str(base), "--base", "appContractBase00", *more])


def stored() -> Catalogue:
    return msgspec.json.decode(Path("data/records/catalogue.json").read_bytes(), type=Catalogue)


def lines(capsys: Out) -> list[str]:
    return capsys.readouterr().out.splitlines()


def changed(home: Path, change: Callable[[list[Any]], None]) -> Path:
    """The base after somebody worked on it."""
    told = json.loads(json.dumps(METADATA))
    change(told["tables"])
    return write(home, told)


def test_a_base_becomes_a_catalogue_and_tables(base: Path, database: None, capsys: Out) -> None:
    assert catalogue(base) == 0
    told = lines(capsys)
    assert any("holographicText" in line for line in told)
    assert told[-1] == "5 tables with 74 fields: stored in data/records/catalogue.json."
    assert (stored().base, len(stored().tables)) == ("appContractBase00", 5)
    assert main(["records", "schema"]) == 0
    assert lines(capsys) == ["data/records/r0001.py: written."]
    assert main(["records", "check", "--file", str(base)]) == 1
    assert "BAD  database: has no tables of records; `titus records schema --apply`" in lines(capsys)
    assert main(["records", "schema", "--apply"]) == 0
    assert lines(capsys) == ["There is nothing to migrate.", "The database has 5 tables with 74 fields."]
    assert main(["records", "check", "--file", str(base)]) == 0
    told = lines(capsys)
    assert "ok   database: has the tables of the catalogue" in told
    assert "ok   base: has what the catalogue says" in told
    assert any(line.startswith("ok   computed: field 'Hours' of table 'All  People' (rollup) stays") for line in told)


def test_renames_are_told_with_their_blanks_and_stored(base: Path, tmp_path: Path, database: None, capsys: Out) -> None:
    assert catalogue(base) == 0
    before = stored()
    lines(capsys)

    def rename(tables: list[Any]) -> None:
        tables[0]["name"] = "All People"
        tables[0]["fields"][2]["name"] = "Last Name"
        tables[1]["fields"].append({"id": "fldHNew0000000000", "name": "Rooms ", "type": "number"})

    assert catalogue(changed(tmp_path, rename)) == 0
    told = lines(capsys)
    assert "table 'All People' was called 'All  People'" in told
    assert "field 'Last Name' of table 'All People' was called ' Last Name '" in told
    assert "field 'Rooms ' of table 'Homes' is new" in told
    after = stored()
    assert [table.sql for table in after.tables] == [table.sql for table in before.tables]
    assert main(["records", "schema", "--apply"]) == 0
    with sqlite3.connect("data/titus.db") as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(crm_homes)")]
    connection.close()
    assert "rooms" in columns


def test_what_is_missing_is_told_with_the_nearest_spelling_and_needs_a_person(
    base: Path, tmp_path: Path, database: None, capsys: Out
) -> None:
    assert catalogue(base) == 0
    before = stored()
    lines(capsys)

    def replace(tables: list[Any]) -> None:
        tables[1]["fields"][1] |= {"id": "fldHAgain00000000", "name": " Address"}

    other = changed(tmp_path, replace)
    assert catalogue(other) == 1
    captured = capsys.readouterr()
    missing = "field 'Address' of table 'Homes' is not there any more (is it the same as ' Address'?)"
    assert missing in captured.out.splitlines()
    assert captured.err.startswith("titus: ")
    assert "--accept" in captured.err
    assert stored() == before
    assert catalogue(other, "--dry-run") == 1
    assert stored() == before
    assert main(["records", "check", "--file", str(other)]) == 1
    assert f"BAD  base: {missing}" in lines(capsys)
    assert catalogue(other, "--accept") == 0
    assert stored() != before


def test_without_a_base_or_a_catalogue_the_command_says_what_is_wanted(tmp_path: Path, capsys: Out) -> None:
    assert main(["records", "catalogue"]) == 2
    assert "AIRTABLE_API_KEY, AIRTABLE_BASE_ID: must be set for this, or --file" in capsys.readouterr().err
    assert main(["records", "schema"]) == 2
    assert "catalogue.json: is not there" in capsys.readouterr().err
    assert main(["records", "check"]) == 1
    assert lines(capsys) == ["BAD  catalogue: is not there; read it with `titus records catalogue`"]
    assert main(["records", "catalogue", "--file", str(tmp_path / "none.json")]) == 1
    folder = tmp_path / "data" / "records"
    folder.mkdir(parents=True)
    (folder / "catalogue.json").write_text("{}")
    assert main(["records", "schema"]) == 2
    assert "is no catalogue" in capsys.readouterr().err


@needs_reference
def test_the_31_tables_of_the_provider_become_tables_with_their_traps(database: None, capsys: Out) -> None:
    assert main(["records", "catalogue", "--file", str(REFERENCE), "--base", "appProvider"]) == 0
    assert main(["records", "schema", "--apply"]) == 0
    assert "The database has 31 tables with 488 fields." in lines(capsys)
    assert main(["records", "check", "--file", str(REFERENCE)]) == 0
    told = stored()
    assert told.named("clients").named("accountTypeActiveOrInactiveOrPropsect").column
    assert {field.name for table in told.tables for field in table.fields} >= {
        " Remote ",
        "Short Notice Cancellations.",
        "NDIS Supports\nPlan & Accommodation decisions",
    }
    with sqlite3.connect("data/titus.db") as connection:
        found = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    assert {table.sql for table in told.tables} <= found
