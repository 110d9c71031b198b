"""REST answers, against Twilio's own schema."""

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.adapters.sandbox.official import sandbox_web
from tests.adapters.sandbox.reference import needs_reference, openapi
from tests.adapters.sandbox.toy import CALLER, FIRST, LINE, VOICEMAIL, Stage, dial, number, stage, twiml
from titus_adapters.sandbox.twilio.behaviour import Answers, Caller

pytestmark = needs_reference

API = "/2010-04-01/Accounts/{AccountSid}"
RESPONSES = [
    ("get", f"{API}/Calls.json", "200"),
    ("get", f"{API}/Calls/{{Sid}}.json", "200"),
    ("get", f"{API}/Calls/{{CallSid}}/Recordings.json", "200"),
    ("get", f"{API}/Calls/{{CallSid}}/Recordings/{{Sid}}.json", "200"),
    ("get", f"{API}/Recordings.json", "200"),
    ("get", f"{API}/Recordings/{{Sid}}.json", "200"),
    ("get", f"{API}/Messages.json", "200"),
    ("get", f"{API}/Messages/{{Sid}}.json", "200"),
    ("get", f"{API}/IncomingPhoneNumbers.json", "200"),
    ("get", f"{API}/IncomingPhoneNumbers/{{Sid}}.json", "200"),
    ("get", f"{API}/Applications/{{Sid}}.json", "200"),
]

_KINDS = ("Recordings", "Calls", "Messages", "IncomingPhoneNumbers", "Applications")


def strict_schema(node: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: `nullable` becomes a type, and no field may be missing or unknown."""
    if isinstance(node, list):
        return [strict_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    schema = {key: strict_schema(value) for key, value in node.items() if key != "nullable"}
    if node.get("nullable") and "type" in schema:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    if node.get("type") == "object" and "properties" in node:
        schema |= {"required": sorted(node["properties"]), "additionalProperties": False}
    return schema


async def busy(scene: Stage) -> dict[str, str]:
    """An account with one of everything; the sids of each."""
    scene.toy.routes = {"/in": twiml(dial(number(FIRST), record="record-from-answer-dual")), "/after": VOICEMAIL}
    scene.phone(FIRST, Answers(talks=20))
    call = scene.twilio.call(Caller(number=CALLER), LINE)
    message = scene.twilio.text(CALLER, LINE, "Hello")
    await scene.twilio.run_until_idle()
    return {
        "Calls": call.sid,
        "Recordings": call.recordings[0].sid,
        "Messages": message.sid,
        "IncomingPhoneNumbers": scene.twilio.world.numbers[LINE].sid,
        "Applications": scene.twilio.world.application("https://titus.test/browser").sid,
    }


@pytest.mark.parametrize(("verb", "path", "status"), RESPONSES)
async def test_the_answer_has_exactly_the_documented_fields(verb: str, path: str, status: str) -> None:
    scene = stage()
    sids = await busy(scene)
    spec = openapi()
    answer = spec["paths"][path][verb]["responses"][status]["content"]["application/json"]["schema"]
    schema = strict_schema({**answer, "components": spec["components"]})
    kind = next(name for name in _KINDS if name in path)
    url = path.replace("{AccountSid}", scene.twilio.board.account.sid).replace("{CallSid}", sids["Calls"])
    async with sandbox_web(scene) as web:
        response = await web.request(verb, url.replace("{Sid}", sids[kind]), auth=("AC1", "x"))
    assert response.status_code == int(status)
    Draft202012Validator(schema).validate(response.json())


async def test_dates_are_rfc_2822_and_durations_strings() -> None:
    scene = stage()
    sids = await busy(scene)
    async with sandbox_web(scene) as web:
        call = (await web.get(f"/2010-04-01/Accounts/AC1/Calls/{sids['Calls']}.json", auth=("AC1", "x"))).json()
    for name in ("date_created", "date_updated", "start_time", "end_time"):
        assert re.fullmatch(r"\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} \+0000", call[name])
    assert call["duration"].isdigit()
