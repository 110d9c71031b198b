"""What went wrong, as one line on stderr and an exit status."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

FAILED = 1
WRONG = 2
INTERRUPTED = 130

Command = Callable[[argparse.Namespace], int]


class Wrong(Exception):
    """What was asked or set is wrong; the text names it."""


class Failed(Exception):
    """It could not be done; the text says why."""


def guarded(run: Command, options: argparse.Namespace) -> int:
    """The command's exit status, whatever it raises that is no programming error."""
    from titus_core.kernel.errors import Invalid, Misuse, TitusError
    from titus_http.settings import BadSettings

    try:
        return run(options)
    except (Wrong, BadSettings, Invalid) as error:
        return _told(error, WRONG)
    except Misuse:
        raise
    except (Failed, TitusError, OSError) as error:
        return _told(error, FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED


def _told(error: Exception, status: int) -> int:
    for line in str(error).splitlines():
        print(f"titus: {line}", file=sys.stderr)
    return status
