"""What an answer must be, whatever was asked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from tests.fuzz.client import Answer, Request
from tests.fuzz.target import BASE_URL, SECRETS
from titus_core.kernel.errors import TitusError
from titus_http import problems
from titus_http.routes.legacy_paths import canonical, not_built
from titus_http.webhooks.twilio.openapi import ASKING, REPORTING

SECONDS = 2.0
"""No answer may take longer (`reliability-and-security.md` I1)."""

_BARE = {f"/api/voice/webhook/{name}" for name in (*ASKING, *REPORTING)} | {
    "/api/voice/elevenlabs/post-call",
    "/api/voice/elevenlabs/initiation",
    "/api/webhooks/airtable",
}
"""Where refusals have no body: the provider reads none, and a forger shall learn nothing."""

_FRAMEWORKS = (("OPTIONS", "/", b"text/plain"), ("GET", "/schema/", b"text/html"))
"""Refusals in the framework's own words, which it lets nobody change: to browsers that ask whether they may, and below
the page of the documentation."""


def faults(request: Request, answer: Answer, tokens: Iterable[str] = ()) -> list[str]:
    """What is wrong with the answer; nothing, if it is as it should be. `tokens` are of sessions."""
    if answer.escaped is not None:
        return [f"raised {answer.escaped!r:.300}"]
    if answer.status == 0:
        return ["did not answer"]
    found = [f"took {answer.seconds:.1f} s"] if answer.seconds > SECONDS else []
    if answer.status >= 500 and not _promised(request, answer):
        found.append(f"answered {answer.status}: {answer.body[:200]!r}")
    elif answer.status >= 400:
        found += _badly_told(request, answer)
    return found + _leaked(answer, tokens)


def _promised(request: Request, answer: Answer) -> bool:
    """501 is for what the contract names and Titus does not do yet, and says so."""
    planned = not_built(request.method, canonical(_place(request)))
    return answer.status == 501 and planned and _problem(answer).get("type") == f"{BASE_URL}/problems/not-built"


def _badly_told(request: Request, answer: Answer) -> list[str]:
    """A refusal is a problem with a known name, or has no body where nobody reads one."""
    kind = answer.header(b"content-type").partition(b";")[0]
    place = _place(request)
    if place in _BARE and not answer.body:
        return []
    if any((request.method, kind) == (verb, said) and place.startswith(at) for verb, at, said in _FRAMEWORKS):
        return []
    problem = _problem(answer)
    code = str(problem.get("type", "")).removeprefix(f"{BASE_URL}/problems/")
    if code not in codes() or problem.get("status") != answer.status or not problem.get("error"):
        return [f"{answer.status} is no known problem: {answer.header(b'content-type')!r} {answer.body[:200]!r}"]
    return []


def _place(request: Request) -> str:
    """The path without what does not count in it."""
    return re.sub("/+", "/", request.path).rstrip("/") or "/"


def _leaked(answer: Answer, tokens: Iterable[str]) -> list[str]:
    """Only who signs in is told a token."""
    hidden = [*SECRETS, *(tokens if answer.status >= 400 else ())]
    shown = answer.body + b"".join(value for _, value in answer.headers)
    return [f"shows {secret!r}" for secret in hidden if secret.encode() in shown]


def _problem(answer: Answer) -> Mapping[str, Any]:
    if answer.header(b"content-type").partition(b";")[0] != problems.MEDIA_TYPE.encode():
        return {}
    try:
        body = json.loads(answer.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


@lru_cache(maxsize=1)
def codes() -> frozenset[str]:
    """The names of all problems."""
    known: set[type[TitusError]] = {TitusError}
    while more := {sub for error in known for sub in error.__subclasses__()} - known:
        known |= more
    return frozenset(error.code for error in known)
