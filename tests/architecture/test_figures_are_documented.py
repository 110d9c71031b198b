"""`docs/operations/telemetry.md` and the registry tell of the same figures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from prometheus_client.metrics_core import Metric

from titus_adapters.memory.clock import ManualClock
from titus_adapters.memory.store import MemoryStore
from titus_adapters.telemetry.meters import meters_of
from titus_adapters.telemetry.observer import Observer
from titus_adapters.telemetry.standing import Standing
from titus_http.telemetry import SILENT, Verdict

PAGE = (Path(__file__).parents[2] / "docs" / "operations" / "telemetry.md").read_text(encoding="utf-8")
ROW = re.compile(
    r"\| `(?P<name>\w+)` \| (?P<type>counter|gauge|histogram) \| (?P<labels>[^|]*)\| (?P<meaning>[^|]+) \|"
)
DOCUMENTED = {match["name"]: match for line in PAGE.splitlines() if (match := ROW.fullmatch(line))}

_STORE = MemoryStore()
_OBSERVER = Observer("1.2.3", ManualClock(), SILENT)
_STANDING = Standing(_STORE.reader, _STORE.jobs, ManualClock())
_OBSERVER.look_at(_STANDING)


def _name(family: Metric) -> str:
    return family.name + ("_total" if family.type == "counter" else "")


FAMILIES = {_name(family): family for family in _OBSERVER.registry.collect()}
METERS = {meter.name: meter for whole in (_OBSERVER.figures, _STANDING) for meter in meters_of(whole)}
_ALERTS = re.findall(r"```yaml\n(groups:.*?)```", PAGE, re.DOTALL)
RULES = [rule for block in _ALERTS for group in yaml.safe_load(block)["groups"] for rule in group["rules"]]


def test_every_figure_is_on_the_page_and_no_other() -> None:
    assert set(DOCUMENTED) == set(FAMILIES)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_figure_has_its_type_and_its_meaning_on_the_page(name: str) -> None:
    assert DOCUMENTED[name]["type"] == FAMILIES[name].type
    assert DOCUMENTED[name]["meaning"].startswith(FAMILIES[name].documentation)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_figure_has_its_labels_on_the_page(name: str) -> None:
    told = re.findall(r"`(\w+)`", DOCUMENTED[name]["labels"])
    if name in METERS:
        assert tuple(told) == METERS[name].labels
    else:
        assert set(told) == {label for sample in FAMILIES[name].samples for label in sample.labels}


def test_every_verdict_on_a_webhook_is_explained() -> None:
    assert all(f"`{verdict}`" in DOCUMENTED["titus_webhook_seconds"]["meaning"] for verdict in Verdict)


def test_there_are_alerts_to_begin_with_and_they_ask_for_figures_that_exist() -> None:
    assert len(RULES) == 5
    for rule in RULES:
        asked = set(re.findall(r"titus_\w+", rule["expr"]))
        assert asked
        for name in asked:
            assert re.sub(r"_(bucket|count|sum)$", "", name) in FAMILIES, rule["alert"]


def test_labels_that_alerts_ask_for_exist() -> None:
    for rule in RULES:
        for name, matchers in re.findall(r"(titus_\w+)\{([^}]*)\}", rule["expr"]):
            labels = METERS[re.sub(r"_(bucket|count|sum)$", "", name)].labels
            assert set(re.findall(r"(\w+)=", matchers)) <= set(labels)
