"""A folder of its own for each command: no settings but the test's, and a data folder that is thrown away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from titus_http.settings.reading import OLD_NAMES
from titus_http.settings.sections import SECTIONS


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    fields = (field for section in SECTIONS.values() for field in section.__struct_encode_fields__)
    for name in {*fields, *OLD_NAMES.values()} & os.environ.keys():
        monkeypatch.delenv(name)
