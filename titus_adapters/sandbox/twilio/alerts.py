"""Errors as Twilio reports them: in its debugger, and to whoever subscribed to it."""

from __future__ import annotations

from titus_adapters.sandbox.twilio import forms
from titus_adapters.sandbox.twilio.attempts import Webhook
from titus_adapters.sandbox.twilio.records import Call
from titus_adapters.sandbox.twilio.switchboard import Switchboard
from titus_adapters.sandbox.twilio.webhooks import post


def alert(
    board: Switchboard,
    call: Call | None,
    code: int,
    message: str,
    *,
    url: str = "",
    status: int = 0,
    level: str = "error",
) -> None:
    """List an error or warning and post it to the account's debugger address."""
    if board.account.debugger_url:
        form = forms.debugger(
            board.account,
            board.sids.new("NO"),
            board.now(),
            level=level,
            code=code,
            call_sid=call.sid if call else "",
            url=url,
            message=message,
            status=status,
        )
        post(board, Webhook(kind="debugger", url=board.account.debugger_url, params=form))
    board.find(call, code, level, message, url)
