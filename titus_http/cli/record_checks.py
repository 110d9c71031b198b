"""What `titus records check` finds: whether base, catalogue and database fit one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from titus_core.records.catalogue import Catalogue
    from titus_core.records.differences import Difference
    from titus_http.cli.self_test import Finding


def of_database(stored: Catalogue, there: Catalogue | None) -> Iterator[Finding]:
    from titus_core.records.differences import told
    from titus_http.cli.self_test import Finding

    if there is None:
        yield Finding("database", False, "has no tables of records; `titus records schema --apply`")
    elif there == stored:
        yield Finding("database", True, "has the tables of the catalogue")
    else:
        yield Finding("database", False, "is of another catalogue; `titus records schema --apply`")
        yield from (Finding("database", False, told(one)) for one in differences(there, stored))


def of_base(stored: Catalogue, there: Catalogue) -> Iterator[Finding]:
    from titus_core.records.differences import told
    from titus_http.cli.self_test import Finding

    found = differences(stored, there)
    if not found:
        yield Finding("base", True, "has what the catalogue says")
    yield from (Finding("base", is_harmless(one), told(one)) for one in found)


def kept(catalogue: Catalogue) -> Iterator[Finding]:
    """What nobody computes any more when the base is gone."""
    from titus_core.records.catalogue import FieldType, Policy
    from titus_http.cli.self_test import Finding

    for table in catalogue.tables:
        for field in table.fields:
            if field.computed is not None and field.computed.policy is Policy.FREEZE:
                way = field.computed.formula if field.type in {FieldType.FORMULA, FieldType.ROLLUP} else None
                why = f": Titus cannot compute {way}" if way else ""
                where = f"field {field.name!r} of table {table.name!r}"
                yield Finding("computed", True, f"{where} ({field.type.value}) stays as it was last{why}")


def differences(old: Catalogue | None, new: Catalogue) -> tuple[Difference, ...]:
    from titus_core.records.comparing import compared

    return () if old is None else compared(old, new)


def is_harmless(difference: Difference) -> bool:
    """All is kept by id, so another name does no harm, and what is new takes nothing away."""
    from titus_core.records.differences import Added, OptionAdded, OptionRenamed, OptionsMoved, Renamed

    return isinstance(difference, Added | Renamed | OptionAdded | OptionRenamed | OptionsMoved)
