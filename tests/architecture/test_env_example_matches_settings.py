"""`.env.example` lists every setting, with its default and a line that explains it."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from titus_http import settings
from titus_http.settings.reading import OLD_NAMES
from titus_http.settings.sections import SECTIONS

EXAMPLE = Path(__file__).parents[2].joinpath(".env.example").read_text(encoding="utf-8").splitlines()
LISTED = {match[1]: match[2] for line in EXAMPLE if (match := re.fullmatch(r"#([A-Z_]+)=(.*)", line))}
READ = (
    {field.encode_name for section in SECTIONS.values() for field in msgspec.structs.fields(section)}
    | OLD_NAMES.keys()
    | set(OLD_NAMES.values())
)

CONTRACT = (
    "TWILIO_ACCOUNT_SID TWILIO_AUTH_TOKEN TWILIO_PHONE_NUMBER TWILIO_API_KEY TWILIO_API_SECRET "
    "TWILIO_TWIML_APP_SID ELEVENLABS_API_KEY ELEVENLABS_AGENT_ID ELEVENLABS_WEBHOOK_SECRET "
    "ANTHROPIC_API_KEY AIRTABLE_API_KEY AIRTABLE_BASE_ID MS_TENANT_ID MS_CLIENT_ID MS_CLIENT_SECRET "
    "MS_EMAIL_ADDRESS PORT BASE_URL RAILWAY_STATIC_URL RAILWAY_VOLUME_MOUNT_PATH NODE_ENV TITUS_ENV "
    "DATABASE_URL RECORDS_STORE TWILIO_BASE_URL ELEVENLABS_BASE_URL ANTHROPIC_BASE_URL AIRTABLE_BASE_URL "
    "MS_GRAPH_BASE_URL MS_AUTHORITY_URL FILES_URL TITUS_LEGACY_PASSWORD_SALT TITUS_SECRET_KEY "
    "TWILIO_SHARED_KEYS CORS_ORIGINS TITUS_STATIC_DIR"
)
"""What clients rely on by name, from the contract."""


def test_every_setting_that_is_read_is_listed_and_no_other() -> None:
    assert set(LISTED) == READ


@pytest.mark.parametrize("name", CONTRACT.split())
def test_every_setting_that_clients_rely_on_exists(name: str) -> None:
    assert name in LISTED


@pytest.mark.parametrize("name", sorted(LISTED))
def test_every_setting_is_explained_in_the_line_above(name: str) -> None:
    place = next(place for place, line in enumerate(EXAMPLE) if line.startswith(f"#{name}="))
    assert re.fullmatch(r"# [^-].*\.", EXAMPLE[place - 1])


def test_the_example_with_every_hash_taken_off_changes_nothing() -> None:
    assert settings.read(LISTED) == settings.read({})


def test_the_example_as_it_stands_sets_nothing() -> None:
    assert all(not line or line.startswith("#") for line in EXAMPLE)
