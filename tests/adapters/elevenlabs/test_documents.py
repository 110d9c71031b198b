"""Which documents a caller may be given."""

from __future__ import annotations

import pytest

from titus_adapters.elevenlabs.documents import checked
from titus_adapters.elevenlabs.payloads import unwrapped
from titus_core.kernel.errors import Unavailable

STREAM = '<Stream url="wss://api.elevenlabs.io/v1/convai/conversation"/>'


def response(inside: str) -> str:
    return f"<Response>{inside}</Response>"


@pytest.mark.parametrize(
    "document",
    [
        response(f"<Connect>{STREAM}</Connect>"),
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- hello -->{response(f"<Connect>{STREAM}</Connect>")}',
        response(f'<Say>One moment – please</Say><Connect action="/after">{STREAM}</Connect><Hangup/>'),
    ],
)
def test_a_document_that_connects_is_good(document: str) -> None:
    assert checked(document) is None


def test_it_tells_the_conversation() -> None:
    parameters = '<Parameter name="other" value="x"/><Parameter name="conversation_id" value="conv_1"/>'
    assert checked(response(f'<Connect><Stream url="wss://a.example">{parameters}</Stream></Connect>')) == "conv_1"


@pytest.mark.parametrize(
    "document",
    [
        "",
        "<Response>",
        "Hello",
        "<html><body>Bad gateway</body></html>",
        response(""),
        response("<Connect/>"),
        response(STREAM),
        response("<Connect><Stream/></Connect>"),
        response('<Connect><Stream url="ws://api.elevenlabs.io/"/></Connect>'),
        response('<Connect><Stream url="https://api.elevenlabs.io/"/></Connect>'),
        response(f"<Connect>{STREAM}{STREAM}</Connect>"),
        response(f"<Connect>{STREAM}</Connect><Dial>+61755500009</Dial>"),
        response(f"<Start><Recording/></Start><Connect>{STREAM}</Connect>"),
        response(f"<Redirect>https://elsewhere.example/</Redirect><Connect>{STREAM}</Connect>"),
        f'<!DOCTYPE Response [<!ENTITY a "b">]>{response(f"<Connect>{STREAM}</Connect>")}',
        response(f"<Say>{'a' * 65_536}</Say><Connect>{STREAM}</Connect>"),
        f'<x:Response xmlns:x="urn:x"><Connect>{STREAM}</Connect></x:Response>',
        response(f"<Connect>{STREAM}</Connect>\0"),
        "<Response>\ud800</Response>",
    ],
)
def test_anything_else_is_no_document_for_a_caller(document: str) -> None:
    with pytest.raises(Unavailable):
        checked(document)


@pytest.mark.parametrize(
    "body", [b"<Response/>", b"\xef\xbb\xbf <Response/>\n", b'"<Response/>"', b'{"twiml":"<Response/>"}']
)
def test_a_document_is_found_however_it_is_wrapped(body: bytes) -> None:
    assert unwrapped(body) == "<Response/>"
