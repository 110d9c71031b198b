"""Every error that a client can meet has a status and a page that explains it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import titus_core
import titus_http
from titus_core.kernel.errors import TitusError
from titus_http.problems import Internal, status_of

PAGES = Path(__file__).parents[2] / "docs" / "problems"


def _errors(base: type[TitusError]) -> Iterator[type[TitusError]]:
    yield base
    for kind in base.__subclasses__():
        yield from _errors(kind)


def _all_errors() -> list[type[TitusError]]:
    for package in (titus_core, titus_http):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    return sorted({kind for kind in _errors(TitusError) if kind.__module__.startswith("titus_")}, key=str)


ERRORS = _all_errors()


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_an_error_has_a_status_and_a_page(kind: type[TitusError]) -> None:
    status = status_of(kind)
    # Failures of ours are told as `internal`, whatever they are.
    code = Internal.code if status == 500 else kind.code
    page = (PAGES / f"{code}.md").read_text()
    assert f"`{code}` · HTTP {status}" in page
    assert page.startswith("# ")


def test_no_page_is_about_an_error_that_does_not_exist() -> None:
    assert {page.stem for page in PAGES.glob("*.md")} <= {kind.code for kind in ERRORS}


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_an_error_has_a_title_and_says_when_it_happens(kind: type[TitusError]) -> None:
    assert kind.title
    assert kind.__doc__
