"""Prometheus' text format, 0.0.4, a little at a time: prometheus-client writes a page in one go, and on the loop a
caller would wait for the tens of milliseconds that this takes (a thread would hold Python's lock as long)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from prometheus_client.metrics_core import Metric
from prometheus_client.registry import CollectorRegistry
from prometheus_client.utils import floatToGoString

AT_ONCE = 100
"""Lines between two breaths: about half a millisecond."""

_number: Callable[[float], str] = floatToGoString
_SUFFIX = {"counter": "_total", "info": "_info"}
_TYPE = {"info": "gauge", "stateset": "gauge", "gaugehistogram": "histogram", "unknown": "untyped"}


async def text(registry: CollectorRegistry) -> bytes:
    """The same as `prometheus_client.generate_latest(registry)`."""
    lines: list[str] = []
    for family in registry.collect():
        lines += _head(family)
        for number, sample in enumerate(family.samples):
            lines.append(_line(sample))
            if number % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)
        await asyncio.sleep(0)
    return "".join(lines).encode()


def _head(family: Metric) -> tuple[str, str]:
    name = family.name + _SUFFIX.get(family.type, "")
    words = family.documentation.replace("\\", r"\\").replace("\n", r"\n")
    return f"# HELP {name} {words}\n", f"# TYPE {name} {_TYPE.get(family.type, family.type)}\n"


def _line(sample: Any) -> str:
    labels = ",".join([f'{name}="{_escaped(value)}"' for name, value in sorted(sample.labels.items())])
    return f"{sample.name}{f'{{{labels}}}' if labels else ''} {_number(sample.value)}\n"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
