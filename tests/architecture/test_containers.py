"""The image, the compose files and Railway's file, linted and read back. No engine runs them here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from titus_http.server import GRACE_SECONDS

HOME = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
COMPOSE = ["docker-compose.yml", "docker-compose.sqlite.yml"]
READY = "/api/health/ready"


def lint(program: str, *arguments: str) -> None:
    done = subprocess.run([BIN / program, *arguments], cwd=HOME, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def compose(file: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((HOME / file).read_text())
    return loaded


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's lines that do something, continued ones joined."""
    text = (HOME / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split()[0], " ".join(line.split()[1:])) for line in lines]


def test_the_image_passes_the_linter() -> None:
    lint("hadolint", "Dockerfile")


@pytest.mark.parametrize("file", COMPOSE)
def test_a_compose_file_is_valid(file: str) -> None:
    lint("check-jsonschema", "--builtin-schema", "vendor.compose-spec", file)


def test_the_image_runs_compiled_code_without_root_and_asks_titus_itself_whether_it_is_ready() -> None:
    last = instructions()[max(n for n, (name, _) in enumerate(instructions()) if name == "FROM") :]
    said = dict(last)
    assert said["USER"] != "root"
    assert READY in said["HEALTHCHECK"]
    assert any("compileall" in words for name, words in instructions() if name == "RUN")
    assert "VOLUME" not in said  # Railway refuses images that declare one


@pytest.mark.parametrize("file", COMPOSE)
def test_titus_can_write_only_where_it_must(file: str) -> None:
    titus = compose(file)["services"]["titus"]
    assert titus["read_only"] is True
    assert titus["cap_drop"] == ["ALL"]
    assert titus["security_opt"] == ["no-new-privileges:true"]
    assert titus["user"] == dict(instructions())["USER"]
    assert int(titus["stop_grace_period"].rstrip("s")) > GRACE_SECONDS


def test_sqlite_lies_in_the_volume_and_postgresql_is_waited_for() -> None:
    on_sqlite, on_postgres = (compose(file) for file in reversed(COMPOSE))
    titus = on_sqlite["services"]["titus"]
    assert titus["environment"]["DATABASE_URL"] == "sqlite:////data/titus.db"
    assert titus["volumes"] == ["data:/data"]
    assert on_postgres["services"]["titus"]["depends_on"]["postgres"] == {"condition": "service_healthy"}
    assert "healthcheck" in on_postgres["services"]["postgres"]


def test_railway_waits_for_readiness_and_lets_titus_finish() -> None:
    deploy = json.loads((HOME / "railway.json").read_text())["deploy"]
    assert deploy["healthcheckPath"] == READY
    assert deploy["drainingSeconds"] > GRACE_SECONDS


def test_the_image_gets_the_versions_that_were_tested() -> None:
    tested, shipped = (pinned(name) for name in ("requirements.lock", "requirements-run.lock"))
    assert shipped < tested
    assert "pytest" not in {line.partition("==")[0] for line in shipped}


def pinned(name: str) -> set[str]:
    return {line.partition(" ")[0] for line in (HOME / name).read_text().splitlines() if "==" in line.partition(" ")[0]}
