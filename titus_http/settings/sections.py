"""The sections of the settings, one frozen Struct each. A field names its environment variable; a field without a
default must be set for its section to exist.

What each variable is for stands in `.env.example`; a test keeps the two alike.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote

from msgspec import Meta, Struct, field

from titus_http.settings.values import DatabaseUrl, Dsn, Phone, Secret, WebUrl

Port = Annotated[int, Meta(ge=1, le=65535, description="must be a port: a whole number from 1 to 65535")]
AccountSid = Annotated[
    str, Meta(pattern="^AC[0-9A-Za-z]{2,62}$", description="must be an account's id: AC and letters or digits")
]
Country = Annotated[
    str, Meta(pattern="^[A-Z]{2}$", description="must be countries as two capital letters, separated by commas: NZ,GB")
]
Share = Annotated[float, Meta(ge=0, le=1, description="must be a share: a number from 0 to 1")]
FilesUrl = Annotated[
    str,
    Meta(
        pattern=r"^(file:///.*|s3://[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9](/[A-Za-z0-9_-][A-Za-z0-9._-]*)*/?)$",
        description="must be file:///folder or s3://bucket/prefix",
    ),
]
Rate = Annotated[float, Meta(gt=0, le=5, description="must be requests a second: a number above 0, up to 5")]
Seconds = Annotated[int, Meta(ge=0, le=3600, description="must be whole seconds, up to 3600")]
Days = Annotated[int, Meta(ge=0, le=36500, description="must be a whole number of days; 0: for ever")]


class Server(Struct, frozen=True, kw_only=True):
    """Where Titus listens, how the outside reaches it, and where it keeps what is not in the database."""

    environment: Literal["development", "test", "production"] = field(name="TITUS_ENV", default="development")
    host: str = field(name="TITUS_HOST", default="127.0.0.1")
    port: Port = field(name="PORT", default=3000)
    base_url: WebUrl = field(name="BASE_URL", default=WebUrl("http://localhost:3000"))
    cors_origins: tuple[str, ...] = field(name="CORS_ORIGINS", default=())
    static_dir: Path | None = field(name="TITUS_STATIC_DIR", default=None)
    voice_sdk: Path | None = field(name="TITUS_VOICE_SDK", default=None)
    data_dir: Path = field(name="RAILWAY_VOLUME_MOUNT_PATH", default=Path("data"))
    secret_key: Secret = field(name="TITUS_SECRET_KEY", default=Secret(""))

    @property
    def in_production(self) -> bool:
        return self.environment == "production"


class Stores(Struct, frozen=True, kw_only=True):
    """Where records, calls and files live; by default below the data folder."""

    database: DatabaseUrl = field(name="DATABASE_URL", default=DatabaseUrl("sqlite:///data/titus.db"))
    records: Literal["sql", "airtable", "shadow"] = field(name="RECORDS_STORE", default="sql")
    records_primary: Literal["sql", "airtable"] = field(name="RECORDS_PRIMARY", default="airtable")
    records_candidate: DatabaseUrl | None = field(name="RECORDS_CANDIDATE_URL", default=None)
    files: FilesUrl = field(name="FILES_URL")

    @property
    def answering(self) -> Literal["sql", "airtable"]:
        """The store of records whose word counts."""
        return self.records_primary if self.records == "shadow" else self.records


class Bucket(Struct, frozen=True, kw_only=True):
    """Who may use the bucket of files, under the names that other programs know too. Without an endpoint it is
    Amazon's own, in the region."""

    access_key_id: str = field(name="AWS_ACCESS_KEY_ID")
    secret_access_key: Secret = field(name="AWS_SECRET_ACCESS_KEY")
    region: str = field(name="AWS_REGION")
    endpoint: WebUrl | None = field(name="AWS_ENDPOINT_URL", default=None)


class Recordings(Struct, frozen=True, kw_only=True):
    """How long what was recorded is kept (0: for ever), and whether at Twilio too."""

    days: Days = field(name="TITUS_RECORDING_DAYS", default=0)
    erase_at_twilio: bool = field(name="TITUS_ERASE_AT_TWILIO", default=False)


class Accounts(Struct, frozen=True, kw_only=True):
    """Signing in. The legacy salt is only needed while imported passwords have not been upgraded."""

    legacy_password_salt: Secret | None = field(name="TITUS_LEGACY_PASSWORD_SALT", default=None)


class Webhooks(Struct, frozen=True, kw_only=True):
    """Who may call the webhooks. It exists always: what is not set here is not accepted there."""

    twilio_account: AccountSid | None = field(name="TWILIO_ACCOUNT_SID", default=None)
    twilio_tokens: tuple[Secret, ...] = field(name="TWILIO_AUTH_TOKEN", default=())
    twilio_shared_keys: dict[str, Secret] = field(name="TWILIO_SHARED_KEYS", default_factory=dict)
    elevenlabs_secret: Secret | None = field(name="ELEVENLABS_WEBHOOK_SECRET", default=None)
    airtable_secret: Secret | None = field(name="AIRTABLE_WEBHOOK_SECRET", default=None)


class Twilio(Struct, frozen=True, kw_only=True):
    """Twilio's API. The first token is the one to sign in with."""

    account_sid: AccountSid = field(name="TWILIO_ACCOUNT_SID")
    auth_tokens: tuple[Secret, ...] = field(name="TWILIO_AUTH_TOKEN")
    phone_number: Phone | None = field(name="TWILIO_PHONE_NUMBER", default=None)
    call_countries: tuple[Country, ...] = field(name="TITUS_CALL_COUNTRIES", default=())
    base_url: WebUrl = field(name="TWILIO_BASE_URL", default=WebUrl("https://api.twilio.com"))


class BrowserCalls(Struct, frozen=True, kw_only=True):
    """What tokens for browser telephones are made of."""

    account_sid: AccountSid = field(name="TWILIO_ACCOUNT_SID")
    api_key: str = field(name="TWILIO_API_KEY")
    api_secret: Secret = field(name="TWILIO_API_SECRET")
    app_sid: str = field(name="TWILIO_TWIML_APP_SID")


class ElevenLabs(Struct, frozen=True, kw_only=True):
    """The AI voice agent. Without a key, or with `redirect`, callers are redirected to it: that needs the number
    imported at ElevenLabs, and failures show too late for voicemail."""

    agent_id: str = field(name="ELEVENLABS_AGENT_ID")
    api_key: Secret | None = field(name="ELEVENLABS_API_KEY", default=None)
    hand_over: Literal["register", "redirect"] = field(name="ELEVENLABS_HAND_OVER", default="register")
    base_url: WebUrl = field(name="ELEVENLABS_BASE_URL", default=WebUrl("https://api.elevenlabs.io"))


class Anthropic(Struct, frozen=True, kw_only=True):
    """The language model behind summaries and the assistant."""

    api_key: Secret = field(name="ANTHROPIC_API_KEY")
    model: str = field(name="ANTHROPIC_MODEL", default="claude-sonnet-5-5")
    base_url: WebUrl = field(name="ANTHROPIC_BASE_URL", default=WebUrl("https://api.anthropic.com"))


class Airtable(Struct, frozen=True, kw_only=True):
    """Today's store of records. `rate` is this process's share of the five requests a second that a base allows;
    `max_age` is how old a copy of a table may be, in seconds."""

    api_key: Secret = field(name="AIRTABLE_API_KEY")
    base_id: str = field(name="AIRTABLE_BASE_ID")
    base_url: WebUrl = field(name="AIRTABLE_BASE_URL", default=WebUrl("https://api.airtable.com"))
    content_url: WebUrl = field(name="AIRTABLE_CONTENT_URL", default=WebUrl("https://content.airtable.com"))
    rate: Rate = field(name="AIRTABLE_RATE", default=4.8)
    max_age: Seconds = field(name="AIRTABLE_MAX_AGE", default=60)


class Graph(Struct, frozen=True, kw_only=True):
    """Microsoft's mail and calendar."""

    tenant_id: str = field(name="MS_TENANT_ID")
    client_id: str = field(name="MS_CLIENT_ID")
    client_secret: Secret = field(name="MS_CLIENT_SECRET")
    email_address: str = field(name="MS_EMAIL_ADDRESS")
    graph_url: WebUrl = field(name="MS_GRAPH_BASE_URL", default=WebUrl("https://graph.microsoft.com"))
    authority_url: WebUrl = field(name="MS_AUTHORITY_URL", default=WebUrl("https://login.microsoftonline.com"))


class Telemetry(Struct, frozen=True, kw_only=True):
    """How logs are written, and who may read figures. It exists always."""

    log_format: Literal["json", "text"] = field(name="TITUS_LOG_FORMAT", default="text")
    log_level: Literal["debug", "info", "warning", "error"] = field(name="TITUS_LOG_LEVEL", default="info")
    metrics_token: Secret | None = field(name="TITUS_METRICS_TOKEN", default=None)
    metrics_port: Port | None = field(name="TITUS_METRICS_PORT", default=None)


class Tracing(Struct, frozen=True, kw_only=True):
    """Where OpenTelemetry's collector takes traces (OTLP over HTTP), and which share of them is sent."""

    endpoint: WebUrl = field(name="OTEL_EXPORTER_OTLP_ENDPOINT")
    headers: Secret | None = field(name="OTEL_EXPORTER_OTLP_HEADERS", default=None)
    service: str = field(name="OTEL_SERVICE_NAME", default="titus")
    share: Share = field(name="OTEL_TRACES_SAMPLER_ARG", default=1.0)

    @property
    def header_fields(self) -> dict[str, str]:
        """The headers by name, as OpenTelemetry writes them: `name=value`, with `%` escapes, separated by commas."""
        given = self.headers.reveal() if self.headers is not None else ""
        pairs = (part.partition("=") for part in given.split(",") if "=" in part)
        return {name.strip().lower(): unquote(value.strip()) for name, _, value in pairs}


class ErrorReports(Struct, frozen=True, kw_only=True):
    """Where Sentry takes reports of unexpected errors."""

    dsn: Dsn = field(name="SENTRY_DSN")


class Settings(Struct, frozen=True, kw_only=True):
    """All settings. A section that providers' accounts complete is None until its settings are; `missing` then names
    them, by section."""

    server: Server
    stores: Stores
    bucket: Bucket | None
    recordings: Recordings
    accounts: Accounts
    webhooks: Webhooks
    twilio: Twilio | None
    browser_calls: BrowserCalls | None
    elevenlabs: ElevenLabs | None
    anthropic: Anthropic | None
    airtable: Airtable | None
    graph: Graph | None
    telemetry: Telemetry
    tracing: Tracing | None
    error_reports: ErrorReports | None
    missing: dict[str, tuple[str, ...]]


SECTIONS: dict[str, type[Struct]] = {
    "server": Server,
    "stores": Stores,
    "bucket": Bucket,
    "recordings": Recordings,
    "accounts": Accounts,
    "webhooks": Webhooks,
    "twilio": Twilio,
    "browser_calls": BrowserCalls,
    "elevenlabs": ElevenLabs,
    "anthropic": Anthropic,
    "airtable": Airtable,
    "graph": Graph,
    "telemetry": Telemetry,
    "tracing": Tracing,
    "error_reports": ErrorReports,
}
"""The fields of `Settings` that are read from the environment, in the order of `.env.example`."""
