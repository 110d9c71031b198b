"""Settings: what is read, what is refused, and what is never shown."""

from __future__ import annotations

import os
import pickle
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from titus_http import settings
from titus_http.settings import BadSettings, DatabaseUrl, Secret, Settings, dotenv, secret_key
from titus_http.settings.secrets import secrets_of

TOKEN = "5f2c9a7e41d8b3604c7e9f1a2b6d8053"
ACCOUNT = "AC" + "7" * 32
TWILIO = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}
BUCKET = {
    "AWS_ACCESS_KEY_ID": "AKIATITUS",
    "AWS_SECRET_ACCESS_KEY": "1d7c9f30b2a84e65",
    "AWS_REGION": "ap-southeast-2",
}
PRODUCTION = {
    "TITUS_ENV": "production",
    "BASE_URL": "https://titus.example.org.au",
    "TITUS_SECRET_KEY": "9b1f6c3d8e2a47508c6f1d3b9e7a2054",
}


def faults(variables: dict[str, str]) -> dict[str, str]:
    """What is wrong with these, by name."""
    try:
        settings.read(variables)
    except BadSettings as error:
        return {fault.where: fault.reason for fault in error.faults}
    return {}


def load(folder: Path, variables: dict[str, str], text: str = "") -> Settings:
    """Load with a data folder and a `.env` of its own."""
    file = folder / ".env"
    file.write_text(text, encoding="utf-8")
    return settings.load({"RAILWAY_VOLUME_MOUNT_PATH": str(folder), **variables}, file)


# --- what is read -----------------------------------------------------------------------------------------------------


def test_nothing_set_is_a_development_server_on_this_machine() -> None:
    server = settings.read({}).server
    assert (server.environment, server.host, server.port, server.base_url) == (
        "development",
        "127.0.0.1",
        3000,
        "http://localhost:3000",
    )


def test_the_default_base_url_has_the_port() -> None:
    assert settings.read({"PORT": "8080"}).server.base_url == "http://localhost:8080"


def test_production_listens_to_the_outside() -> None:
    assert settings.read(PRODUCTION).server.host == "0.0.0.0"  # noqa: S104


def test_titus_env_wins_over_node_env() -> None:
    assert settings.read({"NODE_ENV": "test"}).server.environment == "test"
    assert settings.read({"NODE_ENV": "production", "TITUS_ENV": "test"}).server.environment == "test"


def test_base_url_wins_over_railways_host_which_has_no_scheme() -> None:
    railway = {"RAILWAY_STATIC_URL": "titus.up.railway.app"}
    assert settings.read(railway).server.base_url == "https://titus.up.railway.app"
    assert settings.read({**railway, "BASE_URL": "https://a.test/"}).server.base_url == "https://a.test"


@pytest.mark.parametrize(
    ("given", "file"),
    [
        ({}, "data/titus.db"),
        ({"RAILWAY_VOLUME_MOUNT_PATH": "/volume"}, "/volume/titus.db"),
        ({"DATABASE_URL": "sqlite:///calls.db"}, "calls.db"),
        ({"DATABASE_URL": "sqlite+aiosqlite:////var/calls.db"}, "/var/calls.db"),
    ],
)
def test_sqlite_is_a_file(given: dict[str, str], file: str) -> None:
    assert settings.read(given).stores.database.file == Path(file)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("postgresql://ada:pw@db.test/titus", "postgresql://ada:pw@db.test/titus"),
        ("postgres://ada:pw@db.test:5432/titus", "postgresql://ada:pw@db.test:5432/titus"),
        ("postgresql+asyncpg://ada:pw@db.test/titus", "postgresql://ada:pw@db.test/titus"),
        (
            "postgres://postgres.abc:p%40w@pooler.test:6543/postgres?sslmode=require",
            "postgresql://postgres.abc:p%40w@pooler.test:6543/postgres?sslmode=require",
        ),
        ("postgresql:///titus?host=/var/run/postgresql", "postgresql:///titus?host=/var/run/postgresql"),
    ],
)
def test_postgres_has_many_spellings(given: str, url: str) -> None:
    database = settings.read({"DATABASE_URL": given}).stores.database
    assert (database.file, database.reveal()) == (None, url)


def test_files_are_below_the_data_folder_unless_told_otherwise() -> None:
    assert settings.read({"RAILWAY_VOLUME_MOUNT_PATH": "/volume"}).stores.files == "file:///volume/files"
    assert settings.read({**BUCKET, "FILES_URL": "s3://titus/files"}).stores.files == "s3://titus/files"
    known = settings.read(BUCKET).bucket
    assert known is not None
    assert (known.access_key_id, known.region, known.endpoint) == ("AKIATITUS", "ap-southeast-2", None)


def test_several_tokens_are_separated_by_commas() -> None:
    known = settings.read({**TWILIO, "TWILIO_AUTH_TOKEN": f"{TOKEN}, next-{TOKEN} ,"})
    assert known.twilio is not None
    assert known.twilio.auth_tokens == known.webhooks.twilio_tokens == (Secret(TOKEN), Secret(f"next-{TOKEN}"))


def test_shared_keys_are_pairs_and_a_secret_may_have_a_colon() -> None:
    known = settings.read({"TWILIO_SHARED_KEYS": "key_1:a:b, key_2:c"})
    assert known.webhooks.twilio_shared_keys == {"key_1": Secret("a:b"), "key_2": Secret("c")}


def test_a_telephone_number_may_be_written_with_blanks() -> None:
    known = settings.read({**TWILIO, "TWILIO_PHONE_NUMBER": "+61 2 5550 0001"})
    assert known.twilio is not None
    assert known.twilio.phone_number == "+61255500001"


def test_an_incomplete_section_is_off_and_names_what_is_missing() -> None:
    known = settings.read({"TWILIO_ACCOUNT_SID": ACCOUNT, "AIRTABLE_BASE_ID": "app1"})
    assert (known.twilio, known.airtable) == (None, None)
    assert known.missing["twilio"] == ("TWILIO_AUTH_TOKEN",)
    assert known.missing["airtable"] == ("AIRTABLE_API_KEY",)


def test_a_complete_section_is_on_and_misses_nothing() -> None:
    known = settings.read({**TWILIO, "TWILIO_BASE_URL": "http://127.0.0.1:4010/twilio/"})
    assert known.twilio is not None
    assert known.twilio.base_url == "http://127.0.0.1:4010/twilio"
    assert "twilio" not in known.missing


def test_webhooks_can_be_verified_without_the_rest_of_twilios_settings() -> None:
    assert settings.read({"TWILIO_AUTH_TOKEN": TOKEN}).webhooks.twilio_tokens == (Secret(TOKEN),)


@pytest.mark.parametrize("blank", ["", "  ", " , "])
def test_blank_means_not_set(blank: str) -> None:
    assert settings.read({**TWILIO, "TWILIO_AUTH_TOKEN": blank, "PORT": blank}).twilio is None


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TITUS_ENV", "staging"),
        ("NODE_ENV", "staging"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "eighty"),
        ("BASE_URL", "titus.test"),
        ("BASE_URL", "https://titus.test/?a=b"),
        ("BASE_URL", "https://user:pw@titus.test"),
        ("BASE_URL", "https://titus.test:99999"),
        ("RAILWAY_STATIC_URL", "ftp://titus.test"),
        ("TITUS_STATIC_DIR", "/no/such/folder"),
        ("DATABASE_URL", "mysql://db.test/titus"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "postgresql://"),
        ("DATABASE_URL", "postgresql://db.test:port/titus"),
        ("RECORDS_STORE", "paper"),
        ("RECORDS_STORE", "airtable"),
        ("RECORDS_STORE", "shadow"),
        ("RECORDS_PRIMARY", "paper"),
        ("RECORDS_CANDIDATE_URL", "airtable"),
        ("FILES_URL", "/files"),
        ("FILES_URL", "s3://"),
        ("FILES_URL", "s3://titus/../files"),
        ("FILES_URL", "s3://titus/a b"),
        ("FILES_URL", "s3://titus/files"),
        ("AWS_ENDPOINT_URL", "s3.test"),
        ("TITUS_RECORDING_DAYS", "-1"),
        ("TITUS_RECORDING_DAYS", "a month"),
        ("TITUS_ERASE_AT_TWILIO", "maybe"),
        ("TWILIO_ACCOUNT_SID", "SK1"),
        ("TWILIO_PHONE_NUMBER", "0255500001"),
        ("TWILIO_PHONE_NUMBER", "anonymous"),
        ("TWILIO_SHARED_KEYS", "no-secret"),
        ("TWILIO_SHARED_KEYS", "key:a,key:b"),
        ("TWILIO_BASE_URL", "api.twilio.test"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_by_name(name: str, value: str) -> None:
    assert list(faults({name: value})) == [name]


@pytest.mark.parametrize("candidate", [None, "sqlite:///data/titus.db"])
def test_a_store_beside_itself_is_refused(candidate: str | None) -> None:
    beside = {} if candidate is None else {"RECORDS_CANDIDATE_URL": candidate}
    told = {"RECORDS_STORE": "shadow", "RECORDS_PRIMARY": "sql", **beside}
    assert list(faults({"DATABASE_URL": "sqlite:///data/titus.db", **told})) == ["RECORDS_CANDIDATE_URL"]


def test_all_faults_are_told_together_one_line_each() -> None:
    with pytest.raises(BadSettings) as raised:
        settings.read({**PRODUCTION, "PORT": "x", "TWILIO_AUTH_TOKEN": "short", "BASE_URL": "http://titus.test"})
    assert str(raised.value).splitlines() == [
        "PORT: must be a port: a whole number from 1 to 65535",
        "BASE_URL: must be set, and be https://, in production",
        "TWILIO_AUTH_TOKEN: is too short: at least 16 characters",
    ]


@pytest.mark.parametrize(
    "field", ["DATABASE_URL", "TWILIO_SHARED_KEYS", "RECORDS_STORE", "PORT", "BASE_URL", "TITUS_ENV"]
)
def test_a_fault_never_quotes_the_value(field: str) -> None:
    assert "canary" not in str(faults({field: "canary://canary"}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TITUS_SECRET_KEY", ""),
        ("TITUS_SECRET_KEY", "9b1f6c3d8e2a4750"),
        ("TITUS_SECRET_KEY", "change-me-change-me-change-me-change-me"),
        ("TITUS_SECRET_KEY", "a" * 64),
        ("BASE_URL", ""),
        ("BASE_URL", "http://titus.example.org.au"),
        ("CORS_ORIGINS", "https://a.test,*"),
        ("TWILIO_AUTH_TOKEN", "your_auth_token"),
        ("TWILIO_AUTH_TOKEN", f"{TOKEN},short"),
        ("TWILIO_AUTH_TOKEN", "titus-sandbox-auth-token-0000001"),
        ("TWILIO_SHARED_KEYS", "key:<put the secret here>"),
        ("ELEVENLABS_WEBHOOK_SECRET", "placeholder-placeholder"),
        ("TWILIO_BASE_URL", "http://twilio.test"),
        ("AWS_ENDPOINT_URL", "http://s3.test"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ],
)
def test_production_refuses_what_does_not_protect(name: str, value: str) -> None:
    assert list(faults({**PRODUCTION, **TWILIO, name: value})) == [name]


def test_production_accepts_what_does_and_an_old_salt_as_it_is() -> None:
    complete = {
        **PRODUCTION,
        **TWILIO,
        "TITUS_LEGACY_PASSWORD_SALT": "salt",
        "DATABASE_URL": "postgres://a:b@db.test/c",
    }
    assert settings.read(complete).server.in_production


def test_a_bucket_lacks_what_is_named() -> None:
    given = {**BUCKET, "FILES_URL": "s3://titus"}
    for name in BUCKET:
        assert faults({**given, name: ""}) == {"FILES_URL": f"s3:// needs {name}"}
    assert faults(given) == faults({**given, **PRODUCTION}) == {}


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000", "http://localhost:9000", "https://s3.test"])
def test_production_speaks_in_clear_text_to_this_machine_only(url: str) -> None:
    assert faults({**PRODUCTION, **BUCKET, "FILES_URL": "s3://titus", "AWS_ENDPOINT_URL": url}) == {}


def test_recordings_are_kept_for_ever_unless_told_otherwise() -> None:
    for blank in ({}, {"TITUS_RECORDING_DAYS": " "}, {"TITUS_RECORDING_DAYS": "0"}):
        assert settings.read(blank).recordings == settings.Recordings(days=0, erase_at_twilio=False)
    told = {"TITUS_RECORDING_DAYS": "90", "TITUS_ERASE_AT_TWILIO": "true"}
    assert settings.read(told).recordings == settings.Recordings(days=90, erase_at_twilio=True)
    assert faults({"TITUS_ERASE_AT_TWILIO": "yes please"}) == {"TITUS_ERASE_AT_TWILIO": "must be true or false"}


def test_development_is_not_asked_for_strong_secrets() -> None:
    assert settings.read({**TWILIO, "TWILIO_AUTH_TOKEN": "test"}).twilio is not None


# --- what is never shown ----------------------------------------------------------------------------------------------


def test_no_secret_is_in_the_text_of_the_settings() -> None:
    known = settings.read(
        {**TWILIO, "DATABASE_URL": f"postgresql://ada:{TOKEN}@db.test/titus", "TWILIO_SHARED_KEYS": f"key:{TOKEN}"}
        | {**BUCKET, "AWS_SECRET_ACCESS_KEY": TOKEN}
    )
    assert TOKEN not in f"{known!r} {known}"


def test_a_secret_is_not_serialised_either() -> None:
    with pytest.raises(TypeError):
        msgspec.json.encode(Secret(TOKEN))
    with pytest.raises(TypeError, match="not serialised"):
        pickle.dumps(Secret(TOKEN))


def test_secrets_are_equal_by_their_text() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert len({Secret("a"), Secret("a")}) == 1
    assert DatabaseUrl.parse("sqlite:///a.db").file == Path("a.db")


# --- the file and the key ---------------------------------------------------------------------------------------------


def test_the_real_environment_wins_over_the_file(tmp_path: Path) -> None:
    known = load(tmp_path, {"PORT": "8080"}, "PORT=9090\nTITUS_HOST=::1\n")
    assert (known.server.port, known.server.host) == (8080, "::1")


def test_a_blank_in_the_environment_unsets_what_the_file_has(tmp_path: Path) -> None:
    assert load(tmp_path, {"PORT": ""}, "PORT=9090\n").server.port == 3000


def test_without_a_file_the_environment_is_all(tmp_path: Path) -> None:
    known = settings.load({"RAILWAY_VOLUME_MOUNT_PATH": str(tmp_path)}, tmp_path / ".env")
    assert known.server.port == 3000


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("NAME=value", "value"),
        ("export NAME=value", "value"),
        ("  NAME = a value  ", "a value"),
        ("NAME=a#b", "a#b"),
        ("NAME=a # why", "a"),
        ("NAME= # why", ""),
        ("NAME=", ""),
        ("NAME='a # b\\n'", "a # b\\n"),
        ("NAME='a' # why", "a"),
        (r'NAME="a\n\"b\" \\ $C"', 'a\n"b" \\ $C'),
        ("NAME=a=b", "a=b"),
        ("\ufeffNAME=value\r\n", "value"),
        ("NAME=first\nNAME=second", "second"),
    ],
)
def test_a_line_of_the_file_sets_a_name(line: str, value: str) -> None:
    assert dotenv.parse(line) == ({"NAME": value}, ())


@pytest.mark.parametrize("line", ["NAME", "=value", "2NAME=value", "NAME='open", 'NAME="open', "NAME='a'b", "a b=c"])
def test_a_line_that_is_none_is_told_by_its_number(line: str) -> None:
    values, (fault,) = dotenv.parse(f"# a comment\n\n{line}\n")
    assert (values, fault.where) == ({}, ".env, line 3")


def test_a_bad_line_and_a_bad_value_are_told_together(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as raised:
        load(tmp_path, {"PORT": "x"}, "what is this?\n")
    assert [fault.where for fault in raised.value.faults] == [".env, line 1", "PORT"]


def test_a_file_that_is_no_text_is_one_fault(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadSettings, match="cannot be read as UTF-8 text"):
        settings.load({"RAILWAY_VOLUME_MOUNT_PATH": str(tmp_path)}, tmp_path / "binary")


def test_development_makes_a_key_once_for_its_owner_only(tmp_path: Path) -> None:
    first, second = load(tmp_path / ".", {}), load(tmp_path, {})
    assert first.server.secret_key == second.server.secret_key
    assert len(first.server.secret_key.reveal()) == 64
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == [".env", "secret-key"]


def test_processes_that_start_together_get_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: secret_key.kept_in(tmp_path), range(64)))
    assert len(keys) == 1


def test_a_key_that_is_set_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    known = load(tmp_path, {"TITUS_SECRET_KEY": "mine"})
    assert known.server.secret_key == Secret("mine")
    assert not (tmp_path / "secret-key").exists()


def test_a_kept_key_that_was_emptied_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("")
    with pytest.raises(BadSettings, match="secret-key: holds no key any more"):
        load(tmp_path, {})


def test_a_data_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadSettings, match="TITUS_SECRET_KEY: cannot be kept in the data folder"):
        settings.load({"RAILWAY_VOLUME_MOUNT_PATH": str(tmp_path / "file" / "data")}, tmp_path / ".env")


def test_the_process_environment_is_read_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in set(os.environ) & {"BASE_URL", "DATABASE_URL", "NODE_ENV", "TITUS_ENV", "TITUS_SECRET_KEY"}:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PORT", "8123")
    assert settings.load().server.port == 8123


# --- telemetry --------------------------------------------------------------------------------------------------------

COLLECTOR = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector.internal:4318"}
DSN = "https://0f1e2d3c4b5a69788796a5b4c3d2e1f0@errors.test/7"


def test_logs_are_json_in_production_and_text_elsewhere_unless_told_otherwise() -> None:
    assert settings.read(PRODUCTION).telemetry.log_format == "json"
    assert settings.read({}).telemetry.log_format == "text"
    assert settings.read({**PRODUCTION, "TITUS_LOG_FORMAT": "text"}).telemetry.log_format == "text"
    assert faults({"TITUS_LOG_LEVEL": "loud"}) == {"TITUS_LOG_LEVEL": "must be one of debug, info, warning, error"}


def test_traces_and_error_reports_are_off_until_they_have_an_address() -> None:
    known = settings.read({})
    assert (known.tracing, known.error_reports) == (None, None)
    assert known.missing["tracing"] == ("OTEL_EXPORTER_OTLP_ENDPOINT",)
    assert known.missing["error_reports"] == ("SENTRY_DSN",)


def test_headers_for_the_collector_are_pairs_with_escapes() -> None:
    known = settings.read({**COLLECTOR, "OTEL_EXPORTER_OTLP_HEADERS": "Api-Key=a%2Cb%3D, x-team=voice"})
    assert known.tracing is not None
    assert known.tracing.header_fields == {"api-key": "a,b=", "x-team": "voice"}


def test_a_share_of_traces_is_from_nothing_to_all() -> None:
    known = settings.read({**COLLECTOR, "OTEL_TRACES_SAMPLER_ARG": "0.25"})
    assert known.tracing is not None
    assert known.tracing.share == 0.25
    assert "OTEL_TRACES_SAMPLER_ARG" in faults({"OTEL_TRACES_SAMPLER_ARG": "2"})


@pytest.mark.parametrize(
    "text", ["errors.test/7", "https://errors.test/7", "https://key@errors.test/", "ftp://k@e.test/7"]
)
def test_an_address_for_error_reports_that_cannot_be_one_is_refused_without_being_quoted(text: str) -> None:
    assert faults({"SENTRY_DSN": text}) == {"SENTRY_DSN": "must be https://key@host/project, as Sentry shows it"}


def test_in_production_nothing_secret_goes_to_telemetry_in_clear_text() -> None:
    clear = {
        **PRODUCTION,
        **COLLECTOR,
        "OTEL_EXPORTER_OTLP_HEADERS": "api-key=0f1e2d3c4b5a6978",
        "SENTRY_DSN": DSN.replace("https", "http"),
        "TITUS_METRICS_TOKEN": "short",
    }
    assert set(faults(clear)) == {"OTEL_EXPORTER_OTLP_ENDPOINT", "SENTRY_DSN", "TITUS_METRICS_TOKEN"}
    assert faults({**PRODUCTION, **COLLECTOR, "SENTRY_DSN": DSN, "TITUS_METRICS_TOKEN": TOKEN}) == {}
    assert faults({**PRODUCTION, "SENTRY_DSN": DSN.replace("https", "http").replace("errors.test", "127.0.0.1")}) == {}


def test_every_secret_is_known_to_what_must_not_show_it() -> None:
    variables = {
        **TWILIO,
        "TWILIO_AUTH_TOKEN": "token one, token two",
        "TWILIO_SHARED_KEYS": "key_1:shared one",
        "TWILIO_API_KEY": "SK1",
        "TWILIO_API_SECRET": "api secret",
        "TWILIO_TWIML_APP_SID": "AP1",
        "ELEVENLABS_AGENT_ID": "agent_1",
        "ELEVENLABS_API_KEY": "eleven key",
        "ELEVENLABS_WEBHOOK_SECRET": "eleven secret",
        "ANTHROPIC_API_KEY": "anthropic key",
        "AIRTABLE_API_KEY": "airtable key",
        "AIRTABLE_BASE_ID": "app1",
        "MS_TENANT_ID": "t",
        "MS_CLIENT_ID": "c",
        "MS_CLIENT_SECRET": "graph secret",
        "MS_EMAIL_ADDRESS": "office@titus.example",
        "TITUS_SECRET_KEY": "secret key",
        "TITUS_LEGACY_PASSWORD_SALT": "salt",
        "TITUS_METRICS_TOKEN": "metrics token",
        "DATABASE_URL": "postgresql://ada:p%40ss@db.test/titus",
        **COLLECTOR,
        "OTEL_EXPORTER_OTLP_HEADERS": "api-key=collector%20key",
        "SENTRY_DSN": DSN,
    }
    assert secrets_of(settings.read(variables)) == {
        "token one",
        "token two",
        "shared one",
        "api secret",
        "eleven key",
        "eleven secret",
        "anthropic key",
        "airtable key",
        "graph secret",
        "secret key",
        "salt",
        "metrics token",
        "postgresql://ada:p%40ss@db.test/titus",
        "p%40ss",
        "p@ss",
        "api-key=collector%20key",
        "collector key",
        DSN,
        "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    }


def test_the_path_of_a_database_file_is_no_secret() -> None:
    assert secrets_of(settings.read({"DATABASE_URL": "sqlite:///data/titus.db"})) == frozenset()
