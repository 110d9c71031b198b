"""What stays as it came: fields whose words come from a list of the provider's own, and nothing that a person wrote."""

from __future__ import annotations

from titus_adapters.anthropic import settings as anthropic
from titus_adapters.elevenlabs import settings as elevenlabs
from titus_adapters.twilio import settings as twilio

SCRUBBED = "scrubbed"

_WORDS = {
    "twilio": """address_requirements answered_by api_version beta content_type direction duration
        emergency_address_status emergency_status num_media num_segments origin price price_unit queue_time source
        status track type voice_receive_mode Method Page PageSize Status StatusCallbackEvent Timeout""",
    "elevenlabs": """authorization_method call_result call_successful conversation_initiation_source direction
        environment exclude_statuses main_language page_size role source status summary_mode titus_hunt_outcome type""",
    "anthropic": """category content created_at deprecated_at display_name effort lifecycle model retires_at role
        service_tier signature stop_reason system text thinking type""",
}
FIELDS = {provider: frozenset(words.split()) for provider, words in _WORDS.items()}
"""Of Anthropic's `content`, `system` and `text` too: the talk that is summed up in recordings is made up."""

METHODS = frozenset({"GET", "POST", "PUT", "DELETE"})

API = {"twilio": twilio.API, "elevenlabs": elevenlabs.API, "anthropic": anthropic.API}
"""Where everything seems to have been asked."""

REQUEST_HEADERS = frozenset({"content-type", "anthropic-version"})
RESPONSE_HEADERS = frozenset({"content-type", "retry-after", "request-id", "location"})
"""Every other header is dropped: credentials and cookies, and whatever a provider will think of."""

HOSTS = ("twilio.com", "elevenlabs.io", "anthropic.com")
FICTION = ("example", "test", "example.com", "example.org.au")
"""Hosts that stay: the providers' own, and those that are nobody's."""

SILENCE = (bytes((0xFF, 0xFB, 0x10, 0xC4)) + bytes(100)) * 2
"""Two frames of an MP3 with nothing to hear, in place of every sound."""

PICTURE = b"\xff\xd8\xff\xd9"
"""A JPEG's beginning and end, in place of everything else that is no text."""
