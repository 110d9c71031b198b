"""A page of 100 records from the Airtable sandbox with 1,000 to 100,000 contacts of 48 fields: as long as the sandbox
is slow, tests of the adapter are. In process, no network; CPU time, so that a busy machine changes little. Each time
beside the one with 1,000 records. What finds less than a page looks at every record."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator
from typing import Any

import httpx

from titus_adapters.sandbox.airtable.handle import BaseHandle
from titus_adapters.sandbox.airtable.part import airtable_part
from titus_adapters.sandbox.airtable.sample import add_sample_base
from titus_adapters.sandbox.airtable.sandbox import AirtableSandbox
from titus_adapters.sandbox.airtable.transport import SandboxTransport
from titus_adapters.sandbox.app import create_sandbox_app

SIZES = (1_000, 10_000, 100_000)
_TIMES = 7
_TABLE = "All Contacts"
_BY_NAME = {"sort[0][field]": "Last Name"}
_IDS = ",".join(f"RECORD_ID()='rec{number:014d}'" for number in range(0, 1_000, 10))
_SINCE = "'2026-11-01'"
ASKED: dict[str, dict[str, str]] = {
    "no filter": {},
    "every second record": {"filterByFormula": "{Status}='Active'"},
    "100 by their ids": {"filterByFormula": f"OR({_IDS})"},
    "one by an exact text": {"filterByFormula": "{Email}='a999@example.org.au'"},
    "one by LOWER of a text": {"filterByFormula": "LOWER({Email})='a999@example.org.au'"},
    "none, by AND of three": {"filterByFormula": "AND({Status}='On leave',{State}='NSW',LEN({Email}&'')>0)"},
    "none, by a length": {"filterByFormula": "LEN({First Name})>40"},
    "none, by a date": {"filterByFormula": "IS_AFTER({Worker Screening Expiry},'2030-01-01')"},
    "none, by SEARCH": {"filterByFormula": "SEARCH('zzz',{First Name})"},
    "none, by a formula field": {"filterByFormula": "{Full Name}='Nobody'"},
    "none, changed since": {
        "filterByFormula": f"OR(IS_AFTER(LAST_MODIFIED_TIME(),{_SINCE}),IS_AFTER(CREATED_TIME(),{_SINCE}))"
    },
    "sorted by a text": _BY_NAME,
    "sorted, every second": {**_BY_NAME, "filterByFormula": "{Status}='Active'"},
}


def main(sizes: tuple[int, ...] = SIZES) -> None:
    print(f"first page of the Airtable sandbox, ms of CPU: median of {_TIMES}, and how often that of {sizes[0]:,}")
    print(f"{'':26}" + "".join(f"{f'{size:,}':>18}" for size in sizes))
    figures = [asyncio.run(_times(size)) for size in sizes]
    for name in ASKED:
        row = [figure[name] for figure in figures]
        print(f"  {name:24}" + "".join(f"{f'{one:.1f} ({one / row[0]:.1f})':>18}" for one in row))


async def _times(size: int) -> dict[str, float]:
    airtable = AirtableSandbox()
    airtable.desk.meter.is_off = True
    base = add_sample_base(airtable, rows=1)
    base.table(_TABLE).rows.clear()
    base.load(_TABLE, _contacts(size))
    app = create_sandbox_app(airtable_part(airtable, speed=None))
    headers = {"authorization": "Bearer any"}
    async with httpx.AsyncClient(
        transport=SandboxTransport(app), base_url="http://airtable.test", headers=headers
    ) as client:
        return {name: await _median(client, base, params) for name, params in ASKED.items()}


async def _median(client: httpx.AsyncClient, base: BaseHandle, params: dict[str, str]) -> float:
    times = []
    for _ in range(_TIMES):
        began = time.process_time()
        response = await client.get(f"/airtable/v0/{base.id}/{_TABLE}", params=params)
        times.append((time.process_time() - began) * 1000)
        assert response.status_code == 200, response.text
    return statistics.median(times)


def _contacts(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        fields = {
            "First Name": f"F{number}",
            "Last Name": f"L{number % 977}",
            "Email": f"a{number}@example.org.au",
            "Mobile": "0491 570 006",
            "Status": ("Active", "Inactive")[number % 2],
            "Worker Screening Expiry": f"2027-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
        }
        yield {"id": f"rec{number:014d}", "createdTime": "2026-01-01T00:00:00.000Z", "fields": fields}
