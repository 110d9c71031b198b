"""Numbers, addresses and secrets as they turn up in texts, and things that look like them."""

from __future__ import annotations

import json
from urllib.parse import quote, quote_plus

from hypothesis import strategies as st

_EIGHT = st.text("0123456789", min_size=8, max_size=8)


def _spelt(lead: str, eight: str, sep: str) -> list[str]:
    """An Australian number in all the ways that people and machines write it. `lead` is 2, 3, 4, 7 or 8."""
    if lead == "4":
        groups = (eight[:2], eight[2:5], eight[5:])
        national = sep.join(("04" + groups[0], *groups[1:]))
        abroad = sep.join(("4" + groups[0], *groups[1:]))
    else:
        national = f"0{lead}{sep}{eight[:4]}{sep}{eight[4:]}"
        abroad = f"{lead}{sep}{eight[:4]}{sep}{eight[4:]}"
    bracketed = f"(0{lead}){sep}{eight[:4]}{sep}{eight[4:]}"
    return [
        f"+61{lead}{eight}",
        f"+61{sep}{abroad}",
        f"+61{sep}(0){abroad}",
        f"61{sep}{abroad}",
        f"0061{sep}{abroad}",
        f"0011{sep}61{sep}{abroad}",
        national,
        bracketed,
    ]


@st.composite
def australian_numbers(draw: st.DrawFn) -> tuple[str, str]:
    """A spelling, and the digits that tell the number from others."""
    lead, eight = draw(st.sampled_from("23478")), draw(_EIGHT)
    spelling = draw(
        st.sampled_from(_spelt(lead, eight, draw(st.sampled_from(["", " ", "-", ".", "\u2011", "\u00a0"]))))
    )
    return draw(st.sampled_from([spelling, quote(spelling), quote_plus(spelling)])), lead + eight


AROUND = st.sampled_from(
    [
        "{}",
        "call {} now",
        "From={}&To=x",
        "tel:{}",
        '{{"from": "{}"}}',
        "<{}>",
        "caller {}.",
        "a\\n{}\\tb",
        "on%20{}%2C",
        "{},",
    ]
)
"""What may stand around something in a line of a log."""

PLAIN_EMAILS = st.builds(
    "{}@{}.{}".format,
    st.from_regex(r"[a-z][a-z0-9._+-]{0,20}[a-z0-9]", fullmatch=True),
    st.from_regex(r"[a-z][a-z0-9-]{0,20}[a-z0-9]", fullmatch=True),
    st.sampled_from(["org.au", "example", "com", "test"]),
)

SECRETS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=8, max_size=60).filter(
    lambda text: len(set(text)) > 3 and text.strip() == text
)


def spellings(secret: str) -> list[str]:
    """A secret as addresses, JSON and `repr` show it."""
    return [secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret), repr(secret)]


_HEX = "0123456789abcdef"
KEPT = st.one_of(
    st.builds("{}{}".format, st.sampled_from(["CA", "RE", "SM", "AC", "ME"]), st.text(_HEX, min_size=32, max_size=32)),
    st.builds("conv_{}".format, st.from_regex(r"[0-9a-z]{26}", fullmatch=True)),
    st.builds("r{}-{:x}".format, st.text(_HEX, min_size=10, max_size=10), st.integers(1, 10**9)),
    st.text(_HEX, min_size=32, max_size=32).filter(lambda text: not text.isdecimal()),
    st.uuids().map(str),
    st.datetimes().map(lambda at: at.isoformat()),
    st.datetimes().map(lambda at: at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")),
    st.datetimes().map(lambda at: at.strftime("%a, %d %b %Y %H:%M:%S +1100")),
    st.integers(0, 10**10).map(str),
    st.integers(0, 10**9).map("{:,} bytes".format),
    st.floats(0, 1e6).map("{:.9f}".format),
    st.ip_addresses(v=4).map("{}:3000".format),
    st.sampled_from(
        ["user_7", "hunt-step", "keep_recording", "TWILIO_AUTH_TOKEN: must be set", "titus_http.cli.check"]
    ),
)
"""What whoever reads a log looks for."""
