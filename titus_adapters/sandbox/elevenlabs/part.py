"""The voice agent's telephone: whoever is redirected here talks to the agent until one of them hangs up."""

from xml.sax.saxutils import quoteattr

from litestar import MediaType, Response, post
from litestar.params import FromQuery

from titus_adapters.sandbox.part import Part


@post("/elevenlabs/twilio/inbound_call", status_code=200)
async def take_over(agent_id: FromQuery[str], caller_id: FromQuery[str] = "") -> Response[str]:
    """The document that connects a caller with the agent, as the native Twilio integration answers it."""
    stream = quoteattr(f"wss://agent.invalid/convai/{agent_id}")
    body = f'<?xml version="1.0" encoding="UTF-8"?><Response><Connect><Stream url={stream}/></Connect></Response>'
    return Response(body, media_type=MediaType.XML)


ELEVENLABS = Part(name="elevenlabs", routes=[take_over])
