"""Form bodies and query strings: read like the standard library reads them, or refused."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from titus_http.webhooks.twilio.body import (
    MAX_BYTES,
    MAX_FIELDS,
    MAX_NAME,
    NAME_TOO_LONG,
    NOT_UTF8,
    NUL,
    REPEATED_NAME,
    TOO_LARGE,
    TOO_MANY_FIELDS,
    UNSUPPORTED,
    Form,
    Malformed,
    parse_form,
    parse_query,
)

FORM = "application/x-www-form-urlencoded"

words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=MAX_NAME)
forms = st.dictionaries(words, words, max_size=40)
# Pieces that mean something to a form parser, so that short examples already collide, break off and overlap.
wire = st.lists(st.sampled_from([*"&=%+;aAbcC019 é🙏\0", "%00", "%C3", "%A9", "%26", "%3D", "%zz"]), max_size=30)


def as_the_standard_library_reads(text: str) -> tuple[tuple[str, str], ...] | None:
    """The pairs; None where Titus refuses."""
    try:
        pairs = tuple(parse_qsl(text, keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        return None
    names = [name for name, _ in pairs]
    refused = len(set(names)) < len(names) or "\0" in "".join(name + value for name, value in pairs)
    return None if refused else pairs


@given(forms)
def test_what_was_encoded_is_read_back_in_order(fields: dict[str, str]) -> None:
    form = parse_form(urlencode(fields).encode(), FORM)
    assert isinstance(form, Form)
    assert form.pairs == tuple(fields.items())
    assert form.fields == fields


@given(wire.map("".join))
def test_anything_on_the_wire_is_read_as_the_standard_library_reads_it_or_refused(text: str) -> None:
    form = parse_query(text.encode())
    assert (form.pairs if isinstance(form, Form) else None) == as_the_standard_library_reads(text)


@given(st.binary(max_size=300), st.one_of(st.just(FORM), st.text(max_size=60)))
def test_no_bytes_and_no_content_type_raise(body: bytes, content_type: str) -> None:
    assert isinstance(parse_form(body, content_type), Form | Malformed)
    assert isinstance(parse_query(body), Form | Malformed)


def test_blanks_whitespace_and_plus_signs_are_kept_as_sent() -> None:
    form = parse_form(b"FromZip=&Body=++hi%20%0A&From=%2B61491570006&bare&=nameless", FORM)
    assert isinstance(form, Form)
    assert form.pairs == (
        ("FromZip", ""),
        ("Body", "  hi \n"),
        ("From", "+61491570006"),
        ("bare", ""),
        ("", "nameless"),
    )


@pytest.mark.parametrize("body", [b"", b"&", b"&&&"])
def test_a_form_may_be_empty(body: bytes) -> None:
    assert parse_form(body, FORM) == Form({})


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (b"a=" + b"x" * (MAX_BYTES - 1), TOO_LARGE),
        (b"&".join(b"f%d=" % n for n in range(MAX_FIELDS + 1)), TOO_MANY_FIELDS),
        (b"&" * MAX_FIELDS, TOO_MANY_FIELDS),
        (b"n" * (MAX_NAME + 1) + b"=1", NAME_TOO_LONG),
        (b"a=1&b=2&a=3", REPEATED_NAME),
        (b"a=1&a=1", REPEATED_NAME),
        (b"a=1&%61=2", REPEATED_NAME),
        (b"a+b=1&a%20b=2", REPEATED_NAME),
        (b"a&a=", REPEATED_NAME),
        (b"a=\xff", NOT_UTF8),
        (b"a=%ff", NOT_UTF8),
        (b"a=%C3\xc3\xa9", NOT_UTF8),
        (b"a=%C3\xa9", NOT_UTF8),
        (b"a=%ED%A0%80", NOT_UTF8),
        (b"%ff=a", NOT_UTF8),
        (b"a=\0", NUL),
        (b"a=x%00", NUL),
        (b"a=%%00", NUL),
        (b"%00=a", NUL),
    ],
)
def test_what_breaks_a_bound_is_refused(body: bytes, refusal: Malformed) -> None:
    assert parse_form(body, FORM) == refusal
    assert parse_query(body) == refusal


@pytest.mark.parametrize(
    "body",
    [
        b"a=" + b"x" * (MAX_BYTES - 2),
        b"&".join(b"f%d=" % n for n in range(MAX_FIELDS)),
        b"n" * MAX_NAME + b"=1",
        b"%F0%9F%99%8F" * MAX_NAME + b"=1",
        b"a=%2500",
        b"a=1&A=2",
    ],
)
def test_what_just_keeps_the_bounds_is_read(body: bytes) -> None:
    form = parse_form(body, FORM)
    assert isinstance(form, Form)
    assert form.pairs == tuple(parse_qsl(body.decode(), keep_blank_values=True))


@pytest.mark.parametrize(
    "content_type",
    [
        FORM,
        f"{FORM}; charset=UTF-8",
        f"{FORM};charset=utf-8",
        f'{FORM} ; charset="Utf-8"',
        FORM.upper(),
        f"{FORM}; version=2",
        f"{FORM};",
    ],
)
def test_a_form_is_known_by_its_content_type(content_type: str) -> None:
    assert parse_form(b"a=1", content_type) == Form({"a": "1"})


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "application/json",
        "multipart/form-data; boundary=x",
        "text/plain",
        f"{FORM}x",
        f"{FORM}, application/json",
        f"{FORM}; charset=latin-1",
        f"{FORM}; charset = latin-1",
        f"{FORM}; charset=",
        f"{FORM}; charset=no-such-charset",
        f"{FORM}; charset=utf-8; charset=utf-16",
    ],
)
def test_any_other_content_type_is_unsupported(content_type: str) -> None:
    assert parse_form(b"a=1", content_type) == UNSUPPORTED


def test_the_fields_cannot_be_changed() -> None:
    form = parse_form(b"a=1", FORM)
    assert isinstance(form, Form)
    with pytest.raises(TypeError):
        form.fields["a"] = "2"  # type: ignore[index]
    with pytest.raises(AttributeError):
        form.fields = {}  # type: ignore[misc]


def test_the_fields_convert_to_a_struct_as_they_stand() -> None:
    class Step(msgspec.Struct, rename="pascal"):
        call_sid: str
        step: int

    form = parse_form(b"CallSid=CA1&Step=3&NewOne=", FORM)
    assert isinstance(form, Form)
    assert msgspec.convert(form.fields, Step, strict=False) == Step("CA1", 3)
