"""The formula language: what it calculates, how it is read, and that nothing in it takes for ever."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.sandbox_airtable.formulas import ERROR, Plain, value
from titus_adapters.sandbox.airtable.formula.errors import BadFormula, UnknownFields
from titus_adapters.sandbox.airtable.formula.filters import keeps, only
from titus_adapters.sandbox.airtable.formula.functions import FUNCTIONS
from titus_adapters.sandbox.airtable.formula.naming import with_ids
from titus_adapters.sandbox.airtable.formula.parser import parse
from titus_adapters.sandbox.airtable.formula.special import SPECIAL
from titus_adapters.sandbox.airtable.formula.tree import calls

OPERATORS: list[tuple[str, Any]] = [
    ("1+2*3", 7),
    ("(1+2)*3", 9),
    ("7-2-1", 4),
    ("8/2/2", 2),
    ("-2+5", 3),
    ("--2", 2),
    ("1+1&2*3", "26"),
    ("1&2=12", False),
    ("'1'&'2'='12'", True),
    ("1=1=1", True),
    ("2>1", True),
    ("2<=1", False),
    ("1!=2", True),
    (".5+.5", 1),
    ("1.50", 1.5),
    ('"a\\"b"', 'a"b'),
    ("'a\\\\b\\n'", "a\\b\n"),
    ("1 // one\n+1", 2),
    ("1 /* and\none */ +1", 2),
    ("true()", True),
    ("BLANK()=0", True),
    ("BLANK()=''", True),
    ("BLANK()=FALSE()", True),
    ("BLANK()!='x'", True),
    ("BLANK()<1", True),
    ("BLANK()>'a'", False),
    ("1='1'", False),
    ("1>'a'", ERROR),
    ("'a'<'b'", True),
    ("'A'='a'", False),
    ("TRUE()=1", True),
    ("'a'+1", ERROR),
    ("BLANK()+1", 1),
    ("0/0>1", ERROR),
    ("1e3", None),
    ("TODAY()<NOW()", True),
    ("TODAY()='2026-02-26'", False),
    ("BLANK()<TODAY()", True),
    ("TODAY()>1", ERROR),
    ("TODAY()+1", ERROR),
    ("9007199254740993*10000000000000000", 9.007199254740992e31),
    ("1/0", math.inf),
    ("{a}&{b}", "12"),
    ("{ a }", None),
]


@pytest.mark.parametrize(("formula", "expected"), OPERATORS)
def test_operators_bind_and_compare_as_airtable_has_them(formula: str, expected: Any) -> None:
    if formula == "1e3":
        with pytest.raises(BadFormula):
            parse(formula)
        return
    assert value(formula, a=1, b=2) == expected


CALCULATED: list[tuple[str, Any]] = [
    ("AND(1,'x')", True),
    ("AND(1,'')", False),
    ("AND(FALSE(),ERROR())", ERROR),
    ("OR(0,BLANK(),'x')", True),
    ("OR(TRUE(),ERROR())", ERROR),
    ("XOR(1,1,1)", True),
    ("XOR(1,1)", False),
    ("NOT(0)", True),
    ("IF(0,ERROR(),'no')", "no"),
    ("IF(0,1)", None),
    ("SWITCH('b','a',1,'b',2,3)", 2),
    ("SWITCH('c','a',1,'b',2,3)", 3),
    ("SWITCH('c','a',1)", None),
    ("SWITCH(1,1,'one',ERROR(),'x')", "one"),
    ("ISERROR(ERROR())", True),
    ("ISERROR(1/0)", True),
    ("ISERROR(1)", False),
    ("RECORD_ID()", "recSomething00000"),
    ("CREATED_TIME()", datetime(2026, 1, 1, tzinfo=UTC)),
    ("LAST_MODIFIED_TIME()", datetime(2026, 2, 1, tzinfo=UTC)),
    ("LAST_MODIFIED_TIME({a})", None),
    ("FIND('b','abcb')", 2),
    ("FIND('b','abcb',3)", 4),
    ("FIND('B','abc')", 0),
    ("FIND('','abc')", 1),
    ("SEARCH('B','abc')", 2),
    ("SEARCH('x','abc')", None),
    ("LOWER('ÀB')", "àb"),
    ("UPPER('ab')", "AB"),
    ("LEN('abc')", 3),
    ("LEN(12.5)", 4),
    ("LEN(BLANK())", 0),
    ("TRIM('  a b ')", "a b"),
    ("LEFT('abc',2)", "ab"),
    ("LEFT('abc',-1)", ""),
    ("RIGHT('abc',2)", "bc"),
    ("RIGHT('abc',9)", "abc"),
    ("MID('abcde',2,3)", "bcd"),
    ("MID('abc',0,2)", "ab"),
    ("REPLACE('abcde',2,3,'x')", "axe"),
    ("SUBSTITUTE('a-a-a','a','b')", "b-b-b"),
    ("SUBSTITUTE('a-a-a','a','b',2)", "a-b-a"),
    ("SUBSTITUTE('a-a-a','a','b',9)", "a-a-a"),
    ("SUBSTITUTE('abc','','x')", "abc"),
    ("REPT('ab',3)", "ababab"),
    ("REPT('ab',-1)", ""),
    ("CONCATENATE('a',1,BLANK(),TRUE())", "a11"),
    ("T('a')", "a"),
    ("T(1)", None),
    ("VALUE('$1,234.50')", 1234.5),
    ("VALUE('50%')", 0.5),
    ("VALUE('x')", ERROR),
    ("VALUE(3)", 3),
    ("VALUE({list})", ERROR),
    ("REGEX_MATCH('Hello','^h')", False),
    ("REGEX_MATCH('Hello','(?i)^h')", True),
    ("REGEX_EXTRACT('call 0491 570 006','[0-9 ]+')", " 0491 570 006"),
    ("REGEX_EXTRACT('a=1','(\\\\w)=(\\\\d)')", "a"),
    ("REGEX_EXTRACT('abc','\\\\d')", ERROR),
    ("REGEX_REPLACE('a1b22','\\\\d+','#')", "a#b#"),
    ("REGEX_REPLACE('ab','(a)(b)','$2$1$$')", "ba$"),
    ("REGEX_REPLACE('abc','x*','-')", "-a-b-c-"),
    ("REGEX_REPLACE('abc','(','-')", ERROR),
    ("ENCODE_URL_COMPONENT('a b&c')", "a%20b%26c"),
    ("ABS(-2.5)", 2.5),
    ("INT(-2.5)", -3),
    ("ROUND(2.5,0)", 3),
    ("ROUND(-2.5)", -3),
    ("ROUND(1.005,2)", 1.01),
    ("ROUND(1250,-2)", 1300),
    ("ROUNDUP(1.21,1)", 1.3),
    ("ROUNDUP(-1.21,1)", -1.3),
    ("ROUNDDOWN(1.29,1)", 1.2),
    ("ROUNDDOWN(-1.29,1)", -1.2),
    ("CEILING(7,5)", 10),
    ("CEILING(1.2)", 2),
    ("CEILING(1.2,0)", 0),
    ("FLOOR(7,5)", 5),
    ("MOD(7,3)", 1),
    ("MOD(-7,3)", 2),
    ("POWER(2,10)", 1024),
    ("POWER(10,400)", math.inf),
    ("POWER(0,-1)", math.inf),
    ("SQRT(9)", 3),
    ("EXP(0)", 1),
    ("EXP(1000)", math.inf),
    ("LOG(1000)", 3),
    ("LOG(8,2)", 3),
    ("EVEN(3)", 4),
    ("EVEN(-1.5)", -2),
    ("ODD(2)", 3),
    ("ODD(-2)", -3),
    ("MAX(1,3,2)", 3),
    ("MIN(1,{list})", 1),
    ("MAX('a')", None),
    ("MAX(1,TODAY())", ERROR),
    ("SUM(1,'x',{list})", 6),
    ("AVERAGE(1,2,6)", 3),
    ("COUNT(1,'a',{list})", 3),
    ("COUNTA(1,'a','',BLANK(),{list})", 4),
    ("COUNTALL(1,'a','',BLANK(),{list})", 6),
    ("ARRAYJOIN({list},'; ')", "2; 3"),
    ("ARRAYJOIN({list})", "2, 3"),
    ("ARRAYUNIQUE({list},{list})", [2, 3]),
    ("ARRAYCOMPACT({list},BLANK(),'',0)", [2, 3, 0]),
    ("ARRAYFLATTEN({list},{list})", [2, 3, 2, 3]),
    ("ARRAYSLICE({list},2)", [3]),
    ("ARRAYSLICE({list},-2,1)", [2]),
    ("{list}&'!'", "2, 3!"),
    ("{list}+1", ERROR),
    ("{one}+1", 5),
    ("{one}=4", True),
    ("{list}='2, 3'", True),
]


@pytest.mark.parametrize(("formula", "expected"), CALCULATED)
def test_functions_calculate_as_airtable_documents_them(formula: str, expected: Any) -> None:
    assert value(formula, list=[2, 3], one=[4]) == expected


@pytest.mark.parametrize("formula", ["SQRT(-1)", "LOG(-1)", "LOG(2,1)", "MOD(1,0)", "AVERAGE('a')", "POWER(-8,0.5)"])
def test_what_has_no_number_is_nan(formula: str) -> None:
    assert math.isnan(value(formula))


AT = "'2026-02-06T15:04:05.678Z'"
DATES: list[tuple[str, Any]] = [
    ("IS_SAME('2026-02-26','2026-02-26T00:00:00Z')", True),
    ("IS_SAME('2026-02-26','2026-02-27','week')", True),
    ("IS_SAME('2026-02-28','2026-03-01','week')", False),
    ("IS_SAME('2026-02-01','2026-02-28','month')", True),
    ("IS_SAME('2026-01-01','2026-03-31','quarter')", True),
    ("IS_SAME('2026-01-01','2025-12-31','year')", False),
    ("IS_SAME('2026-01-01T10:15:30.5','2026-01-01T10:15:30.7','second')", True),
    ("IS_SAME('2026-01-01T10:15:30','2026-01-01T10:15:59','m')", True),
    ("IS_SAME('2026-01-01T10:15:30','2026-01-01T10:59:59','hours')", True),
    ("IS_BEFORE('2026-01-01','2026-01-02')", True),
    ("IS_AFTER('2026-01-01','2026-01-01')", False),
    ("IS_AFTER(BLANK(),'2026-01-01')", ERROR),
    ("IS_AFTER('not a date','2026-01-01')", ERROR),
    ("DATEADD('2026-01-31',1,'month')", datetime(2026, 2, 28, tzinfo=UTC)),
    ("DATEADD('2026-02-28',-12,'M')", datetime(2025, 2, 28, tzinfo=UTC)),
    ("DATEADD('2024-02-29',1,'years')", datetime(2025, 2, 28, tzinfo=UTC)),
    ("DATEADD('2026-01-01',90,'minutes')", datetime(2026, 1, 1, 1, 30, tzinfo=UTC)),
    ("DATEADD('2026-01-01',1,'fortnight')", ERROR),
    ("DATEADD('2026-01-01',1000000,'years')", ERROR),
    ("DATEADD('2026-01-01',1000000000000,'days')", ERROR),
    ("DATETIME_DIFF('2026-01-02','2026-01-01')", 86_400),
    ("DATETIME_DIFF('2026-01-01T10:59','2026-01-01T10:00','hours')", 0),
    ("DATETIME_DIFF('2026-01-01','2026-01-01T10:59','hours')", -10),
    ("DATETIME_DIFF('2026-03-30','2026-01-31','months')", 1),
    ("DATETIME_DIFF('2026-01-31','2026-03-30','months')", -1),
    ("DATETIME_DIFF('2027-06-01','2026-01-01','years')", 1),
    ("DATETIME_DIFF('2026-01-15','2026-01-01','w')", 2),
    ("DATETIME_PARSE('26/02/2026','DD/MM/YYYY')", datetime(2026, 2, 26, tzinfo=UTC)),
    ("DATETIME_PARSE('26 Feb 2026 3:05 PM','D MMM YYYY h:mm A')", datetime(2026, 2, 26, 15, 5, tzinfo=UTC)),
    ("DATETIME_PARSE('February 1st, 26','MMMM Do, YY')", datetime(2026, 2, 1, tzinfo=UTC)),
    ("DATETIME_PARSE('12:30 am','h:mm a')", datetime(2000, 1, 1, 0, 30, tzinfo=UTC)),
    ("DATETIME_PARSE('31/02/2026','D/M/YYYY')", ERROR),
    ("DATETIME_PARSE('x','D/M/YYYY')", ERROR),
    ("DATETIME_PARSE('1 Foo 2026','D MMM YYYY')", ERROR),
    ("DATETIME_PARSE('2026','Q')", ERROR),
    ("DATETIME_PARSE('2/26/2026')", datetime(2026, 2, 26, tzinfo=UTC)),
    ("DATETIME_FORMAT('2026-02-06T15:04:05.678Z')", "2026-02-06T15:04:05.678Z"),
    (
        "DATETIME_FORMAT('2026-02-06T15:04:05.678Z','YY Q MMMM MMM MM M DDDD DDD Do DD D')",
        "26 1 February Feb 02 2 037 37 6th 06 6",
    ),
    (
        "DATETIME_FORMAT('2026-02-06T15:04:05.678Z','dddd ddd d E HH H hh h kk k mm m ss s SSS SS S A a')",
        "Friday Fri 5 5 15 15 03 3 15 15 04 4 05 5 678 67 6 PM pm",
    ),
    (
        "DATETIME_FORMAT('2026-02-06T15:04:05.678Z','[at] Z ZZ X x ww w WW W')",
        "at +00:00 +0000 1770390245 1770390245678 06 6 06 6",
    ),
    ("DATETIME_FORMAT('2026-02-06T15:04:05Z','L LT')", "02/06/2026 3:04 PM"),
    (
        "DATETIME_FORMAT(SET_TIMEZONE('2026-02-06T15:04:05Z','Australia/Sydney'),'D/M/YYYY HH:mm Z')",
        "7/2/2026 02:04 +11:00",
    ),
    ("DATETIME_FORMAT(SET_LOCALE('2026-02-06','en-au'),'D')", "6"),
    ("SET_TIMEZONE('2026-02-06','Nowhere/There')", ERROR),
    ("HOUR(SET_TIMEZONE('2026-02-06T15:04:05Z','Australia/Sydney'))", 2),
    ("IS_SAME(SET_TIMEZONE('2026-02-25T13:30:00Z','Australia/Sydney'),'2026-02-26','day')", True),
    ("DATESTR('2026-02-06T15:04:05Z')", "2026-02-06"),
    ("TIMESTR('2026-02-06T15:04:05Z')", "15:04:05"),
    ("TODAY()", date(2026, 2, 26)),
    ("NOW()", datetime(2026, 2, 26, 1, 30, 15, tzinfo=UTC)),
    ("YEAR('2026-02-06')&MONTH('2026-02-06')&DAY('2026-02-06')", "202626"),
    ("HOUR('2026-02-06T15:04:05Z')&MINUTE('2026-02-06T15:04:05Z')&SECOND('2026-02-06T15:04:05Z')", "1545"),
    ("WEEKDAY('2026-03-01')", 0),
    ("WEEKDAY('2026-03-01','Monday')", 6),
    ("WEEKNUM('2026-01-04')", 2),
    ("WEEKNUM('2026-01-05','Monday')", 2),
    ("DATESTR(WORKDAY('2026-02-27',1))", "2026-03-02"),
    ("DATESTR(WORKDAY('2026-03-02',-1))", "2026-02-27"),
    ("DATESTR(WORKDAY('2026-02-27',1,'2026-03-02, 2026-03-03'))", "2026-03-04"),
    ("WORKDAY('2026-02-27',1000000)", ERROR),
    ("WORKDAY_DIFF('2026-02-27','2026-03-02')", 2),
    ("WORKDAY_DIFF('2026-03-02','2026-02-27')", -2),
    ("WORKDAY_DIFF('0001-01-01','9999-01-01')", ERROR),
    ("FROMNOW('2026-02-26T01:30:10Z')", "5 seconds"),
    ("TONOW('2026-02-23T01:30:15Z')", "3 days"),
    ("FROMNOW('2025-12-26')", "2 months"),
    ("FROMNOW('2020-02-26')", "6 years"),
    ("FROMNOW('2026-02-26T02:30:15Z')", "1 hour"),
    ("{day}&''", "2026-02-26"),
    ("{at}&''", "2026-02-26T01:02:03.000Z"),
    ("MAX({day},{day})", date(2026, 2, 26)),
]


@pytest.mark.parametrize(("formula", "expected"), DATES)
def test_dates_are_calculated_in_utc_unless_a_zone_is_set(formula: str, expected: Any) -> None:
    row = {"day": date(2026, 2, 26), "at": datetime(2026, 2, 26, 1, 2, 3, tzinfo=UTC)}
    assert value(formula, **row) == expected


def test_a_blank_date_may_be_false_rather_than_an_error() -> None:
    lenient = Plain(blank_dates_are_false=True)
    for formula in ("IS_AFTER({a},'2026-01-01')", "IS_BEFORE('2026-01-01',{a})", "IS_SAME({a},'2026-01-01','day')"):
        assert value(formula, lenient) is False
    assert value("NOT(IS_AFTER({a},'2026-01-01'))", lenient) is True
    assert value("IS_AFTER('2026-01-02','2026-01-01')", lenient) is True


def test_every_function_of_the_first_tier_is_there() -> None:
    tier = (
        "TRUE FALSE BLANK ERROR ISERROR AND OR NOT XOR IF SWITCH RECORD_ID CREATED_TIME LAST_MODIFIED_TIME FIND SEARCH "
        "LOWER UPPER LEN TRIM LEFT RIGHT MID SUBSTITUTE REPLACE REPT CONCATENATE T VALUE REGEX_MATCH REGEX_EXTRACT "
        "REGEX_REPLACE ARRAYJOIN ARRAYUNIQUE ARRAYCOMPACT ARRAYFLATTEN ABS ROUND ROUNDUP ROUNDDOWN INT MOD CEILING "
        "FLOOR MAX MIN SUM AVERAGE COUNT COUNTA COUNTALL IS_SAME IS_BEFORE IS_AFTER DATEADD DATETIME_DIFF "
        "DATETIME_PARSE DATETIME_FORMAT DATESTR TODAY NOW SET_TIMEZONE YEAR MONTH DAY HOUR MINUTE SECOND WEEKDAY"
    )
    second = (
        "POWER SQRT EXP LOG EVEN ODD WEEKNUM WORKDAY WORKDAY_DIFF TIMESTR TONOW FROMNOW ENCODE_URL_COMPONENT "
        "SET_LOCALE ARRAYSLICE"
    )
    assert set(f"{tier} {second}".split()) <= FUNCTIONS.keys() | SPECIAL.keys()


@pytest.mark.parametrize(
    "formula",
    ["FOO(1)", "AND()", "LEFT('a')", "TODAY(1)", "IF(1)", "1+", "(1", "1)", "1 2", "{a", "'a", "“a”", "=1", "a b", ""],
)
def test_what_is_no_formula_is_refused(formula: str) -> None:
    with pytest.raises(BadFormula):
        value(formula)


def test_unknown_fields_are_named_in_lower_case() -> None:
    with pytest.raises(UnknownFields) as caught:
        value("AND({nope}=1,nope)")
    assert caught.value.names == ["nope"]


def test_a_text_over_several_lines_is_refused_unless_it_is_allowed() -> None:
    with pytest.raises(BadFormula):
        parse("'a\nb'")
    assert parse("'a\nb'", newlines=True)


def test_formulas_are_kept_with_ids_for_names() -> None:
    ids = {"Name": "fld1", "Two words": "fld2"}
    assert with_ids("LEN(Name)&{Two words}&{Name}&'{Name}'&{Else}", ids.get) == (
        "LEN({fld1})&{fld2}&{fld1}&'{Name}'&{Else}",
        ["fld1", "fld2"],
    )
    assert with_ids("'open", ids.get) == ("'open", [])


HOSTILE = [
    "(" * 10_000 + "1" + ")" * 10_000,
    "-" * 10_000 + "1",
    "IF(1," * 5_000 + "1" + ")" * 5_000,
    "1" + "+1" * 30_000,
    "1" + "=1" * 30_000,
    "1" + "^1" * 30_000,
    "REPT('x',1000000000)",
    "REPT(REPT(REPT('x',1000),1000),1000)",
    "LEN(REPT('x',100000)&REPT('x',100000))",
    "SUBSTITUTE(REPT('a',100000),'a',REPT('b',100000))",
    "REGEX_MATCH(REPT('a',100000),'(a+)+$')",
    "REGEX_MATCH(REPT('a',100000),'(a|a)*b')",
    "REGEX_MATCH(REPT('a',5000),'(.*)(.*)(.*)(.*)(.*)x')",
    "REGEX_MATCH('a','a{1000}{1000}')",
    "REGEX_MATCH('a','((((a{30}){30}){30}){30})')",
    "REGEX_MATCH('a'," + repr("(" * 500 + ")" * 500) + ")",
    "REGEX_REPLACE(REPT('a',100000),'a',REPT('b',1000))",
    "POWER(9,POWER(9,9))",
    "ROUND(1,1000000000)",
    "ROUND(1e308,-1000000000)",
    "CEILING(1,0.0000000000000000000000000000001)",
    "MID('abc',1/0,1)",
    "LEFT('abc',0/0)",
    "DATEADD(NOW(),POWER(10,300),'days')",
    "DATETIME_FORMAT(NOW(),REPT('[x]',30000))",
    "DATETIME_PARSE(REPT('1',100000),REPT('D ',1000))",
    "WORKDAY(NOW(),POWER(10,9))",
    "VALUE(REPT('9',100000))",
    "'" + "\\" * 50_001 + "'",
    "/*" + "*" * 50_000,
    "{" * 50_000,
    "x" * 200_000,
]


@pytest.mark.parametrize("formula", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_formulas_end_in_a_value_or_an_error(formula: str) -> None:
    try:
        result = value(formula)
    except BadFormula:
        return
    assert result is None or isinstance(result, (bool, int, float, str, datetime, list))


_PIECES = st.sampled_from(
    ["1", "'a'", "{a}", "{b}", "(", ")", ",", "+", "-", "*", "/", "&", "=", "!=", "<", ">=", " ", "BLANK()", "NOW()"]
    + [f"{name}(" for name in sorted(FUNCTIONS.keys() | SPECIAL.keys())]
)


@given(st.lists(_PIECES, max_size=25), st.one_of(st.none(), st.integers(), st.floats(), st.text(), st.lists(st.text())))
def test_any_row_of_pieces_is_a_formula_or_is_refused(pieces: list[str], cell: Any) -> None:
    try:
        value("".join(pieces), a=cell, b=cell)
    except BadFormula:
        return


@given(st.text(max_size=60))
def test_any_text_is_a_formula_or_is_refused(text: str) -> None:
    try:
        value(text)
    except BadFormula:
        return


@given(
    st.recursive(
        st.sampled_from(["{a}", "{b}='x'", "RECORD_ID()='r'", "ERROR()", "1/0", "0", "'x'", "TRUE()", "{b}!=''"]),
        lambda inner: st.builds(
            lambda name, parts: f"{name}({','.join(parts[:1] if name == 'NOT' else parts)})",
            st.sampled_from(["AND", "OR", "NOT"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
        max_leaves=8,
    ),
    st.sampled_from([None, "x", "y", 0, 1]),
)
def test_a_filter_keeps_just_what_the_whole_formula_would(formula: str, cell: Any) -> None:
    """Though it leaves parts out that cannot matter."""
    row = {"a": cell, "b": cell if isinstance(cell, str) else None}
    whole = value(formula, **row)
    wanted = whole != ERROR and bool(whole) and not (isinstance(whole, float) and not math.isfinite(whole))
    assert keeps(parse(formula), Plain())(row) is wanted


@pytest.mark.parametrize(
    ("formula", "ids"),
    [
        ("RECORD_ID()='a'", {"a"}),
        ("'a'=RECORD_ID()", {"a"}),
        ("OR(RECORD_ID()='a',RECORD_ID()='b')", {"a", "b"}),
        ("AND(OR(RECORD_ID()='a',RECORD_ID()='b'),RECORD_ID()='b',{x})", {"b"}),
        ("OR(RECORD_ID()='a',{x})", None),
        ("AND({x})", None),
        ("RECORD_ID()!='a'", None),
        ("NOT(RECORD_ID()='a')", None),
    ],
)
def test_formulas_that_name_their_records_say_so(formula: str, ids: set[str] | None) -> None:
    assert only(parse(formula)) == ids


def test_a_tree_knows_what_it_calls() -> None:
    assert calls(parse("IF(AND(1,NOW()),lower('A'))")) == {"IF", "AND", "NOW", "LOWER"}
