"""Reading what REST clients post."""

import re
from typing import Any

from litestar import Request
from litestar.datastructures import FormMultiDict

from titus_adapters.sandbox.twilio.rest.errors import RestError

DIALLABLE = re.compile(r"\+[1-9]\d{6,14}|client:\S+|sips?:\S+")
PHONE = re.compile(r"\+[1-9]\d{6,14}")


async def posted(request: Request[Any, Any, Any]) -> FormMultiDict:
    return await request.form()


def several(form: FormMultiDict, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    """A list over REST: the field repeated, once for each value.

    Values joined by blanks are no list here; the calls of those who send them stay silent, as at Twilio.
    """
    return tuple(str(value) for value in form.getall(name, [])) or default


def method(form: FormMultiDict, name: str) -> str:
    return str(form.get(name) or "POST").upper()


def diallable(form: FormMultiDict, *, pattern: re.Pattern[str], missing: int) -> str:
    """The To field, if it can be dialled or texted."""
    to = str(form.get("To") or "")
    if not to:
        raise RestError(400, missing, "No 'To' number is specified")
    if not pattern.fullmatch(to):
        raise RestError(400, 21211, f"The 'To' number {to} is not a valid phone number.")
    return to


def bare(sid: str) -> str:
    """The identifier in the last part of a path."""
    return sid.removesuffix(".json")
