"""The OpenAPI document as a promise: schemathesis makes requests that fit it and requests that do not, and looks
whether the document tells of every answer."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, TypeAlias

import msgspec
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy, integers
from requests import PreparedRequest
from schemathesis import APIOperation, GenerationMode, Response, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.core import NOT_SET
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.fuzz.client import Answer, Request, call
from tests.fuzz.document import Document
from tests.fuzz.forging import busy
from tests.fuzz.mix import AUTHENTIC
from tests.fuzz.target import BASE_URL, CLIENT, CONTACT, ELEVENLABS_SECRET, Target
from tests.fuzz.webhooks import CALLS, FIELDS, FORM, HOOK, post_call, signature, valid
from tests.fuzz.wire import Header
from tests.fuzz.words import dice_of
from titus_core.accounts.model import Role

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
KNOWN: dict[str, tuple[Any, ...]] = {
    "user_id": (1, 2),
    "group_id": (1, 2),
    "sid": CALLS,
    "call_sid": CALLS,
    "message_id": ("SM" + "1" * 32,),
    "place": (0,),
    "conversation_id": ("conv_1",),
    "code": ("stale",),
    "job_id": (1, 2),
    "token": ("MTpy.x",),
    "table": ("allContacts", "clients"),
    "record_id": (CONTACT, CLIENT),
    "contact_id": (CONTACT,),
    "field": ("photo", "mobile"),
}
_FORM = FORM.decode()
Case: TypeAlias = "schemathesis.Case[Any]"
Operation: TypeAlias = "APIOperation[Any, Any, Any, Any]"


class Conformance(msgspec.Struct, frozen=True):
    """`counts` by operation and status."""

    counts: Counter[tuple[str, int]]
    found: list[str]


class Examiner:
    """Asks as somebody, or as nobody. Every case finds the world as it was at first."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._target = self._runner.run(_world())
        self._rows = self._target.rows()
        self._document = Document(self._target)
        self.document = self._document.whole
        self._schema = openapi.from_dict(self.document)
        self.operations = tuple(found.ok() for found in self._schema.get_all_operations() if isinstance(found, Ok))
        self.report = Conformance(Counter(), [])

    def __enter__(self) -> Examiner:
        logging.getLogger("titus").setLevel(logging.CRITICAL)  # it warns of every refusal
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("titus").setLevel(logging.NOTSET)
        self._runner.close()

    def examine(self, operation: Operation, first: int, count: int) -> None:
        """About `count` cases: what fits the document, what does not, and what Titus ought to understand; the same ones
        for the same `first`. One in four comes from nobody."""
        share = max(1, count // 3)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            self._generated(operation.as_strategy(generation_mode=mode), share, first)
        for number in range(share):
            self._judge(self._sensible(operation, dice_of(f"{first} {number}")), known=number % 4 > 0)

    def _generated(self, cases: SearchStrategy[Case], count: int, first: int) -> None:
        @seed(first)
        @settings(
            max_examples=count,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(cases, integers(0, 3))
        def each(case: Case, chance: int) -> None:
            self._judge(case, known=chance > 0)

        with suppress(Unsatisfiable):  # nothing can be wrong with a request that has neither parameters nor a body
            each()

    def _sensible(self, operation: Operation, dice: random.Random) -> Case:
        """A case of things that exist, with a body that people send."""
        body = self._document.body(dice, operation.method, operation.path)
        route = operation.path.rpartition("/")[2]
        if route in FIELDS:
            body = valid(dice, route)
        return operation.Case(
            path_parameters={
                name: dice.choice(known) for name, known in KNOWN.items() if f"{{{name}}}" in operation.path
            },
            body=body if body is not None else NOT_SET,
            media_type=None if body is None else _FORM if route in FIELDS else "application/json",
        )

    def _judge(self, case: Case, *, known: bool) -> None:
        """Send it and look at the answer. `known`: with a session, or with a signature."""
        self._target.restore(self._rows)
        prepared = PreparedRequest()
        prepared.prepare(**case.as_transport_kwargs(base_url=BASE_URL))
        request = _request(prepared, self._credentials(prepared) if known else ())
        answer = self._runner.run(call(self._target.app, request))
        name = f"{case.operation.method.upper()} {case.operation.path}"
        self.report.counts[name, answer.status] += 1
        try:
            case.validate_response(_response(prepared, answer), checks=CHECKS)
        except BaseExceptionGroup as failures:
            self.report.found.extend(f"{name}: {answer.status}: {failure}" for failure in failures.exceptions)

    def _credentials(self, prepared: PreparedRequest) -> Sequence[Header]:
        target, body = _target(prepared), _body(prepared)
        if target.startswith(b"/api/voice/elevenlabs/"):
            sent = str(int(self._target.world.clock.now().timestamp()))
            return ((b"elevenlabs-signature", post_call(body, sent)), (b"x-titus-secret", ELEVENLABS_SECRET.encode()))
        if target.startswith(HOOK):
            return ((b"x-twilio-signature", signature(target, body)),)
        return ((b"authorization", f"Bearer {self._target.tokens[Role.SUPERADMIN]}".encode()),)


async def _world() -> Target:
    target = await Target().open()
    with target.listening():
        await busy(target, dice_of(0))
    return target


def _target(prepared: PreparedRequest) -> bytes:
    return _bytes(prepared.path_url)


def _body(prepared: PreparedRequest) -> bytes:
    body = prepared.body or b""
    return body if isinstance(body, bytes) else str(body).encode()


def _request(prepared: PreparedRequest, credentials: Sequence[Header]) -> Request:
    headers = [(_bytes(name).lower(), _bytes(value)) for name, value in prepared.headers.items()]
    if credentials:  # those that were made up would come first
        headers = [header for header in headers if header[0] not in AUTHENTIC]
    return Request(
        method=str(prepared.method),
        target=_target(prepared),
        headers=((b"host", b"titus.example.org.au"), *headers, *credentials),
        chunks=(_body(prepared),),
    )


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1", "replace")


def _response(prepared: PreparedRequest, answer: Answer) -> Response:
    headers: dict[str, list[str]] = {}
    for name, value in answer.headers:
        headers.setdefault(name.decode().lower(), []).append(value.decode("latin-1"))
    return Response(
        status_code=answer.status,
        headers=headers,
        content=answer.body,
        request=prepared,
        elapsed=answer.seconds,
        verify=False,
    )
