"""`titus twilio`: what has to be set on Twilio's side."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

from titus_http.cli.failures import Wrong

if TYPE_CHECKING:
    from collections.abc import Sequence

    from titus_core.hunt_groups.model import HuntGroup
    from titus_core.kernel.phone import PhoneNumber
    from titus_http.bootstrap import Running
    from titus_http.cli.arguments import Commands
    from titus_http.settings import Settings


def add(commands: Commands) -> None:
    parser = commands.add_parser("twilio", help="set up Twilio's side")
    parts = parser.add_subparsers(metavar="command", required=True)
    setup = parts.add_parser(
        "setup",
        help="point the telephone number at this Titus",
        description="Set the voice, fallback, status and message addresses of TWILIO_PHONE_NUMBER, and those of the "
        "TwiML App if TWILIO_TWIML_APP_SID names one. Safe to repeat.",
    )
    setup.add_argument("--dry-run", action="store_true", help="show what would change, change nothing")
    setup.set_defaults(run=set_up)
    document = parts.add_parser(
        "fallback-document",
        help="print a document to host elsewhere",
        description="Print TwiML that works without Titus: it rings the active group's telephones, then the AI agent "
        "or voicemail takes over. Host it elsewhere (a TwiML Bin) as the number's fallback.",
    )
    document.set_defaults(run=print_document)


def set_up(options: argparse.Namespace) -> int:
    from titus_http import settings

    known = settings.load()
    if known.twilio is None:
        raise Wrong(f"{', '.join(known.missing['twilio'])}: must be set for this")
    if known.twilio.phone_number is None:
        raise Wrong("TWILIO_PHONE_NUMBER: must be set for this")
    changes = asyncio.run(_set_up(known, known.twilio.phone_number, options.dry_run))
    for setting, before, after in changes:
        print(f"{setting}: {before or '(nothing)'} → {after or '(nothing)'}")
    done = "nothing was changed (--dry-run)" if options.dry_run else "done"
    print(f"{known.twilio.phone_number}: {done if changes else 'all is as it should be'}.")
    return 0


async def _set_up(known: Settings, number: str, dry_run: bool) -> Sequence[tuple[str, str, str]]:
    from titus_http import bootstrap
    from titus_http.webhooks.twilio.links import Links

    links = Links(known.server.base_url)
    async with bootstrap.open_titus(known) as running:
        changes: Sequence[tuple[str, str, str]] = await running.numbers.set_up(
            number,
            voice=links.inbound(),
            fallback=links.fallback(),
            status=links.status(),
            sms=links.sms_inbound(),
            dry_run=dry_run,
        )
        if known.browser_calls is None:
            return changes
        application: Sequence[tuple[str, str, str]] = await running.numbers.set_up_application(
            known.browser_calls.app_sid, voice=links.browser_outbound(), status=links.status(), dry_run=dry_run
        )
        return [*changes, *((f"application {name}", before, after) for name, before, after in application)]


def print_document(options: argparse.Namespace) -> int:
    from titus_http import settings

    print(asyncio.run(_document(settings.load())))
    return 0


async def _document(known: Settings) -> str:
    from titus_http import bootstrap
    from titus_http.webhooks.twilio import fallback
    from titus_http.webhooks.twilio.links import Links

    async with bootstrap.open_titus(known) as running:
        number = known.twilio.phone_number if known.twilio is not None else None
        group = active_group(await running.titus.use_cases.group_reader.groups(), number)
        phones = await _phones(running, group) if group is not None else ()
        # Who calls is not known beforehand; the agent gets the number from Twilio's own request.
        document = fallback.static_document(Links(known.server.base_url), running.agent.direct_url(""), phones)
    return document.decode()


def active_group(groups: Sequence[HuntGroup], number: str | None) -> HuntGroup | None:
    """The group that takes calls to this number (`call-routing.md`): its own, else the oldest one without a number."""
    active = [group for group in groups if group.active]
    own = [group for group in active if number is not None and group.number == number]
    return next(iter([*own, *(group for group in active if group.number is None)]), None)


async def _phones(running: Running, group: HuntGroup) -> tuple[PhoneNumber, ...]:
    """The members' telephones, in the order of their tiers."""
    from titus_core.hunt_groups.model import Endpoint

    reader = running.titus.use_cases.account_reader
    members = sorted((m for m in group.members if m.endpoint is not Endpoint.BROWSER), key=lambda m: m.tier)
    users = [await reader.user(member.user_id) for member in members]
    return tuple(user.phone for user in users if user is not None and user.active and user.phone is not None)
