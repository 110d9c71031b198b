"""How Airtable stands with us. Metadata is asked for: it costs nothing of the month's quota."""

from __future__ import annotations

import asyncio
from datetime import datetime

from titus_adapters.airtable.api import AirtableApi
from titus_adapters.airtable.cells import Anything
from titus_core.kernel.errors import NotFound, TitusError
from titus_core.providers.model import Level, Seen

WITHIN = 45.0
"""Seconds: who has to wait longer at the gate is not well."""

_REFUSED = frozenset({401, 403})


class BaseWatch:
    """`providers.ports.Watched`: the base of the settings."""

    def __init__(self, api: AirtableApi) -> None:
        self._api = api

    async def look(self, now: datetime) -> Seen:
        shut = self._api.gate.shut_because
        if shut is not None:
            return Seen(Level.DOWN, f"{shut}: a larger plan, or the next month")
        try:
            async with asyncio.timeout(WITHIN):
                await self._api.read(f"/v0/meta/bases/{self._api.settings.base_id}/tables", Anything, hurry=False)
        except TimeoutError:
            return Seen(Level.WARNING, f"Airtable had no turn for us within {WITHIN:g} seconds")
        except NotFound:
            return Seen(Level.DOWN, "Airtable does not know the base, or the key may not see it")
        except TitusError as error:
            if error.data.get("status") in _REFUSED:
                return Seen(Level.DOWN, f"Airtable refuses the key ({error.data.get('status')})")
            return Seen(Level.WARNING, f"Airtable could not be asked: {error}")
        return Seen(Level.OK)
