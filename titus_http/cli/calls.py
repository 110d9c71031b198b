"""`titus calls simulate`: somebody calls, in a sandbox that runs."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING, Any

from titus_http.cli.arguments import seconds
from titus_http.cli.failures import Failed, Wrong

if TYPE_CHECKING:
    import httpx

    from titus_http.cli.arguments import Commands

SANDBOX = "http://127.0.0.1:4010"
CALLER = "+61491570006"
ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
LOOK_EVERY = 0.5

BEHAVIOURS: dict[str, dict[str, Any]] = {
    "answers": {"type": "Answers", "presses": "1"},
    "silent": {"type": "Answers"},
    "declines": {"type": "Declines"},
    "busy": {"type": "Busy"},
    "never": {"type": "NeverAnswers"},
    "voicemail": {"type": "CarrierVoicemail"},
    "dead": {"type": "DeadNumber"},
    "unreachable": {"type": "Unreachable"},
}
"""What a telephone does when it rings: words of ours, in the sandbox's shape."""

TIMED = frozenset({"answers", "silent", "declines", "voicemail"})


def add(commands: Commands) -> None:
    parser = commands.add_parser("calls", help="try calls out")
    parts = parser.add_subparsers(metavar="command", required=True)
    simulate = parts.add_parser(
        "simulate",
        help="place a call in a running sandbox",
        description="Somebody dials a number of the sandbox's account; the call's story is printed as it happens.",
    )
    simulate.add_argument("--sandbox", default=SANDBOX, metavar="URL", help="where it runs (default: %(default)s)")
    simulate.add_argument("--from", dest="caller", default=CALLER, metavar="NUMBER", help="default: %(default)s")
    simulate.add_argument("--to", metavar="NUMBER", help="the number dialled (default: the account's first)")
    simulate.add_argument("--gives-up-after", type=seconds, metavar="SECONDS", help="leave if nobody answers by then")
    simulate.add_argument("--speaks", type=seconds, metavar="SECONDS", help="the length of a message left")
    simulate.add_argument(
        "--phone",
        action="append",
        default=[],
        metavar="NUMBER=DOES",
        help=f"what a telephone does: {', '.join(BEHAVIOURS)}; with :SECONDS after how long; once or more",
    )
    simulate.add_argument("--no-wait", action="store_true", help="do not wait for the end")
    simulate.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    import httpx

    phones = [phone(text) for text in options.phone]
    try:
        with httpx.Client(base_url=f"{options.sandbox.rstrip('/')}/twilio/control/", timeout=10) as control:
            for device in phones:
                _asked(control.put("devices", json=device))
            call = _asked(control.post("calls", json=_call(options, control))).json()
            print(f"{call['sid']}: {call['from']} dials {call['to']}", flush=True)
            if not options.no_wait:
                _follow(control, call["sid"])
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Failed(f"--sandbox: no sandbox at {options.sandbox} ({type(error).__name__})") from error
    return 0


def phone(text: str) -> dict[str, Any]:
    """`+61491570156=answers:4` as the sandbox's control side takes it."""
    address, _, does = text.partition("=")
    word, _, after = does.partition(":")
    if not address or word not in BEHAVIOURS or (after and word not in TIMED):
        raise Wrong(f"--phone {text}: must be NUMBER=DOES, DOES one of {', '.join(BEHAVIOURS)}")
    try:
        delay = {"after": seconds(after)} if after else {}
    except argparse.ArgumentTypeError as error:
        raise Wrong(f"--phone {text}: {error}") from error
    return {"address": address, "reactions": [BEHAVIOURS[word] | delay]}


def _call(options: argparse.Namespace, control: httpx.Client) -> dict[str, Any]:
    caller = {"number": options.caller, "gives_up_after": options.gives_up_after}
    if options.speaks is not None:
        caller["speaks"] = options.speaks
    to = options.to
    if to is None:
        numbers = _asked(control.get("state")).json()["numbers"]
        if not numbers:
            raise Failed("--to: the sandbox's account has no number yet")
        to = numbers[0]["phone_number"]
    return {"caller": caller, "to": to}


def _asked(response: httpx.Response) -> httpx.Response:
    if response.is_success:
        return response
    try:
        told = response.json()["detail"]
    except (ValueError, KeyError, TypeError):
        told = f"answered {response.status_code}"
    raise Failed(f"the sandbox: {told}")


def _follow(control: httpx.Client, sid: str) -> None:
    """Print the story as it grows, until the call has ended."""
    printed = 1  # the first line is the call's state at the moment, not a part of its story
    while True:
        # The state before the story: what the last look of the loop prints is then complete.
        ended = _asked(control.get(f"calls/{sid}")).json()["status"] in ENDED
        lines = _asked(control.get(f"calls/{sid}/story")).text.splitlines()
        for line in lines[printed:]:
            print(line, flush=True)
        printed = max(printed, len(lines))
        if ended:
            return
        time.sleep(LOOK_EVERY)
