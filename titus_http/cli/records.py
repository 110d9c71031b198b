"""`titus records`: which tables and fields of records there are, in the base, in the catalogue and in the database."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from titus_http.cli import record_checks
from titus_http.cli.failures import FAILED, Failed, Wrong

if TYPE_CHECKING:
    from collections.abc import Sequence

    from titus_core.records.catalogue import Catalogue
    from titus_http.cli.arguments import Commands, Parser
    from titus_http.cli.self_test import Finding
    from titus_http.settings import Settings

CATALOGUE = "catalogue.json"


def add(commands: Commands) -> None:
    parser = commands.add_parser("records", help="look after the tables of records")
    parts = parser.add_subparsers(metavar="command", required=True)
    catalogue = parts.add_parser(
        "catalogue",
        help="read which tables and fields there are",
        description="Read tables and fields of the Airtable base, show what became of them since they were read last, "
        "and store the catalogue. What is missing or became something else is only stored with --accept.",
    )
    _from(catalogue)
    catalogue.add_argument("--accept", action="store_true", help="store it though something is missing or another")
    catalogue.add_argument("--dry-run", action="store_true", help="show what became of it, store nothing")
    catalogue.set_defaults(run=read_catalogue)
    schema = parts.add_parser(
        "schema",
        help="write the database's migration",
        description="Write the Alembic revision that leads to the stored catalogue's tables. Nothing that holds data "
        "is dropped by it. Safe to repeat.",
    )
    _folder(schema)
    schema.add_argument("--apply", action="store_true", help="bring the tables of DATABASE_URL to it too")
    schema.set_defaults(run=write_schema)
    check = parts.add_parser(
        "check",
        help="check that base, catalogue and database fit",
        description="Check that the base has what the catalogue says, and that the database has its tables; tell which "
        "computed fields are kept as they are.",
    )
    _from(check)
    check.set_defaults(run=check_all)


def _from(parser: Parser) -> None:
    parser.add_argument("--file", type=Path, help="a file with the base's metadata, instead of AIRTABLE_BASE_ID's own")
    parser.add_argument("--base", help="the base's id, of a file; by default AIRTABLE_BASE_ID")
    _folder(parser)


def _folder(parser: Parser) -> None:
    parser.add_argument(
        "--folder", type=Path, help="where catalogue and revisions lie; by default records, in the data"
    )


def read_catalogue(options: argparse.Namespace) -> int:
    from titus_core.records.differences import told
    from titus_http import settings

    known = settings.load()
    place = _place(known, options) / CATALOGUE
    old = _stored(place)
    new, warnings = asyncio.run(_told(known, options, _given(options), old))
    found = record_checks.differences(old, new)
    for line in (*warnings, *map(told, found)):
        print(line)
    harmful = [one for one in found if not record_checks.is_harmless(one)]
    if options.dry_run:
        print(f"{_size(new)}: nothing was stored (--dry-run).")
        return FAILED if harmful else 0
    if harmful and not options.accept:
        raise Failed(f"{len(harmful)} of these need a person: look at them, and store the catalogue with --accept")
    _store(place, new)
    print(f"{_size(new)}: stored in {place}.")
    return 0


def write_schema(options: argparse.Namespace) -> int:
    from titus_http import bootstrap, settings

    known = settings.load()
    folder = _place(known, options)
    catalogue = _stored(folder / CATALOGUE)
    if catalogue is None:
        raise Wrong(f"{folder / CATALOGUE}: is not there; read it with `titus records catalogue`")
    revision = bootstrap.store_for(known).write_revision(folder, catalogue, f"Tables of {_size(catalogue)}")
    print(f"{folder / f'{revision}.py'}: written." if revision is not None else "There is nothing to migrate.")
    if options.apply:
        asyncio.run(bootstrap.store_for(known).migrate_records(folder))
        print(f"The database has {_size(catalogue)}.")
    return 0


def check_all(options: argparse.Namespace) -> int:
    from titus_http import settings

    known = settings.load()
    bad = 0
    for finding in asyncio.run(_findings(known, options, _given(options))):
        print(finding)
        bad += not finding.good
    return FAILED if bad else 0


async def _findings(known: Settings, options: argparse.Namespace, given: bytes | None) -> list[Finding]:
    from titus_http import bootstrap
    from titus_http.cli.self_test import Finding

    stored = _stored(_place(known, options) / CATALOGUE)
    if stored is None:
        return [Finding("catalogue", False, "is not there; read it with `titus records catalogue`")]
    found = [
        Finding("catalogue", True, _size(stored)),
        *record_checks.of_database(stored, await bootstrap.catalogue_of(known)),
    ]
    if given is None and known.airtable is None:
        found.append(Finding("base", True, "not asked: no Airtable account is set, and no --file"))
    else:
        found += record_checks.of_base(stored, (await _told(known, options, given, stored))[0])
    return [*found, *record_checks.kept(stored)]


def _given(options: argparse.Namespace) -> bytes | None:
    file: Path | None = options.file
    return None if file is None else file.read_bytes()


async def _told(
    known: Settings, options: argparse.Namespace, given: bytes | None, old: Catalogue | None
) -> tuple[Catalogue, Sequence[str]]:
    """The catalogue of what the base is now, with the names of the one before; and what was not understood."""
    from titus_core.records.catalogue import Catalogue as Told
    from titus_core.records.naming import renewed
    from titus_http import bootstrap

    if given is None and known.airtable is None:
        raise Wrong(f"{', '.join(known.missing['airtable'])}: must be set for this, or --file")
    base = options.base or (known.airtable.base_id if known.airtable is not None else "")
    tables, warnings = await bootstrap.describe_base(known, given)
    before = old if old is not None else Told(base=base, tables=())
    return renewed(before, tables, bootstrap.FORMULAS), warnings


def _place(known: Settings, options: argparse.Namespace) -> Path:
    place: Path = options.folder if options.folder is not None else known.server.data_dir / "records"
    return place


def _stored(file: Path) -> Catalogue | None:
    import msgspec

    from titus_core.records.catalogue import Catalogue as Told

    if not file.exists():
        return None
    try:
        return msgspec.json.decode(file.read_bytes(), type=Told)
    except msgspec.DecodeError as error:
        raise Wrong(f"{file}: is no catalogue: {error}") from error


def _store(file: Path, catalogue: Catalogue) -> None:
    """Whole or not at all."""
    import msgspec

    file.parent.mkdir(parents=True, exist_ok=True)
    written = file.with_suffix(".new")
    written.write_bytes(msgspec.json.format(msgspec.json.encode(catalogue), indent=1))
    written.replace(file)


def _size(catalogue: Catalogue) -> str:
    fields = sum(len(table.fields) for table in catalogue.tables)
    return f"{len(catalogue.tables)} tables with {fields} fields"
