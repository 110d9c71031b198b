"""Names of tables and fields become words that programs and SQL like."""

from __future__ import annotations

import pytest

from titus_core.records.wording import LONGEST_SQL_NAME, Names, camel, column_name, shortened, snake, table_name

NAMES = [
    ("First Name", "firstName", "first_name"),
    (" Remote ", "remote", "remote"),
    ("Account Type: Active or Inactive or Propsect", "accountTypeActiveOrInactiveOrPropsect", None),
    ("Account Type:  Active or Inactive or Propsect", "accountTypeActiveOrInactiveOrPropsect", None),
    ("SIL or CAS?", "silOrCas", "sil_or_cas"),
    ("NDIS Supports\nPlan & Accommodation decisions", "ndisSupportsPlanAccommodationDecisions", None),
    ("Short Notice Cancellations.", "shortNoticeCancellations", "short_notice_cancellations"),
    ("singleLineText", "singleLineText", "single_line_text"),
    ("From: selfLink", "fromSelfLink", "from_self_link"),
    ("KMs", "kms", "kms"),
    ("Amount in mL", "amountInMl", "amount_in_ml"),
    ("RoC Shifts", "rocShifts", "roc_shifts"),
    ("p256dh", "p256dh", "p256dh"),
    ("Client's File", "clientsFile", "clients_file"),
    ("Client’s File", "clientsFile", "clients_file"),
    ("Prénom Ångström", "prenomAngstrom", "prenom_angstrom"),
    ("2025 Rosters", "field2025Rosters", "field_2025_rosters"),
    ("???", "field", "field"),
    ("🦘 名前", "field", "field"),
    ("", "field", "field"),
]


@pytest.mark.parametrize(("name", "as_camel", "as_snake"), NAMES)
def test_a_name_in_words(name: str, as_camel: str, as_snake: str | None) -> None:
    assert camel(name, "field") == as_camel
    assert as_snake is None or snake(name, "field") == as_snake


@pytest.mark.parametrize(
    ("word", "column"),
    [
        ("first_name", "first_name"),
        ("id", "id_value"),
        ("version", "version_value"),
        ("created_time", "created_time_value"),
        ("modified_time", "modified_time_value"),
        ("order", "order_value"),
        ("select", "select_value"),
        ("titus_id", "its_titus_id"),
        ("titus", "titus"),
    ],
)
def test_a_column_is_no_word_of_sql_or_of_ours(word: str, column: str) -> None:
    assert column_name(word) == column


def test_a_table_has_a_prefix_and_is_none_of_ours() -> None:
    assert table_name("order") == "crm_order"
    assert table_name("attachments") == "crm_attachments_table"


@pytest.mark.parametrize("word", ["x" * 200, "summarise_the_incident_and_or_allegation_without_reference", "a_" * 60])
def test_names_in_sql_are_short_even_with_a_number(word: str) -> None:
    for name in (column_name(word), table_name(word), column_name(f"titus_{word}")):
        assert len(f"{name}_99") <= LONGEST_SQL_NAME


def test_a_long_name_is_cut_between_two_words() -> None:
    assert shortened("summarise_the_incident_and_or_allegation_without") == "summarise_the_incident_and_or"
    assert shortened("x" * 60) == "x" * 39
    assert shortened("one_word") == "one_word"


def test_each_name_is_given_once() -> None:
    names = Names(["firstName", "firstName3"])
    assert [names.free(wanted) for wanted in ("firstName", "FirstName", "firstName", "other")] == [
        "firstName2",
        "FirstName4",
        "firstName5",
        "other",
    ]
    assert Names(["order"], "_").free("order") == "order_2"
