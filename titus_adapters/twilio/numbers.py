"""Where Twilio takes callers of a number: read, compared and set."""

from __future__ import annotations

from typing import Any, NamedTuple

from titus_adapters.twilio.api import TwilioApi
from titus_core.kernel.errors import NotFound


class Change(NamedTuple):
    """One setting of a number, as it was and as it shall be; blank: not set."""

    setting: str
    before: str
    after: str


class TwilioNumbers:
    """The account's own numbers."""

    def __init__(self, api: TwilioApi) -> None:
        self._api = api

    async def set_up(
        self, number: str, *, voice: str, fallback: str, status: str, sms: str, dry_run: bool = False
    ) -> tuple[Change, ...]:
        """Point the number at these addresses and answer what that changes; nothing is changed in a `dry_run`, or if
        all is as it should be. Raises `NotFound` if the account has no such number, and `Unavailable`."""
        wanted = _wanted(voice, fallback, status, sms)

        async def question(client: Any) -> tuple[Change, ...]:
            return await _made_so(await _find(client, number), wanted, dry_run=dry_run)

        return await self._api.ask(question)

    async def set_up_application(
        self, sid: str, *, voice: str, status: str, dry_run: bool = False
    ) -> tuple[Change, ...]:
        """The same for the TwiML App that calls from browsers go through. Raises `NotFound` and `Unavailable`."""
        wanted = {
            "voice_url": voice,
            "voice_method": "POST",
            "status_callback": status,
            "status_callback_method": "POST",
        }

        async def question(client: Any) -> tuple[Change, ...]:
            return await _made_so(await client.applications(sid).fetch_async(), wanted, dry_run=dry_run)

        return await self._api.ask(question)


async def _made_so(found: Any, wanted: dict[str, str], *, dry_run: bool) -> tuple[Change, ...]:
    """What has to change for `found` to be as wanted, changed unless it is a `dry_run`."""
    before = {setting: getattr(found, setting) or "" for setting in wanted}
    changes = tuple(Change(name, before[name], after) for name, after in wanted.items() if before[name] != after)
    if changes and not dry_run:
        await found.update_async(**{change.setting: change.after for change in changes})
    return changes


def _wanted(voice: str, fallback: str, status: str, sms: str) -> dict[str, str]:
    return {
        "voice_url": voice,
        "voice_method": "POST",
        "voice_fallback_url": fallback,
        "voice_fallback_method": "POST",
        "status_callback": status,
        "status_callback_method": "POST",
        "sms_url": sms,
        "sms_method": "POST",
        # While a number belongs to an application or a trunk, Twilio ignores the addresses above.
        "voice_application_sid": "",
        "sms_application_sid": "",
        "trunk_sid": "",
    }


async def _find(client: Any, number: str) -> Any:
    # Twilio filters by parts of numbers, so the exact one is picked here.
    for found in await client.incoming_phone_numbers.list_async(phone_number=number):
        if found.phone_number == number:
            return found
    raise NotFound(f"the account has no number {number}", number=number)
