"""Getting a webhook through: at once or in its own time, retried as its address says, dropped or doubled by chaos."""

from __future__ import annotations

from titus_adapters.sandbox.twilio import fragments
from titus_adapters.sandbox.twilio.attempts import Outcome, Webhook, attempt_once, note_delivery
from titus_adapters.sandbox.twilio.chaos import Delay, Drop, Duplicate, Reorder
from titus_adapters.sandbox.twilio.engine.process import sleep
from titus_adapters.sandbox.twilio.engine.wire import Answer
from titus_adapters.sandbox.twilio.switchboard import Switchboard


def post(board: Switchboard, hook: Webhook) -> None:
    """Send it in its own time, wanting no answer; without an address there is nobody to tell."""
    if hook.url:
        board.spawn(_tell, board, hook)


async def _tell(board: Switchboard, hook: Webhook) -> None:
    outcome = await deliver(board, hook)
    if outcome.code:
        reason = outcome.answer.error or f"HTTP {outcome.answer.status}"
        board.find(hook.call, outcome.code, "error", f"Got {reason} from {outcome.url}", outcome.url)


async def deliver(board: Switchboard, hook: Webhook, token: str = "") -> Outcome:
    """Send it and wait for the answer, through all retries."""
    token, fresh = token or board.sids.token(), not token
    for fault in board.chaos.on_delivery(hook.kind) if fresh else []:
        match fault:
            case Drop():
                note_delivery(board, hook, "dropped on the way")
                return Outcome(Answer(), hook.url)
            case Delay(seconds):
                await sleep(seconds)
            case Reorder(window):
                await sleep(board.chaos.within(window))
            case Duplicate(after, same_token):
                board.spawn(_again, board, hook, after, token if same_token else board.sids.token())
    return await _persist(board, hook, token)


async def _again(board: Switchboard, hook: Webhook, after: float, token: str) -> None:
    await sleep(after)
    await deliver(board, hook, token)


async def _persist(board: Switchboard, hook: Webhook, token: str) -> Outcome:
    address, connection = fragments.split(hook.url)
    deadline, attempt = board.now() + connection.total_seconds, 0
    while True:
        outcome = await attempt_once(board, hook, address, connection, token, attempt)
        again = attempt < connection.retries and _class(outcome.answer) in connection.retry_on
        if not again or board.now() >= deadline:
            return outcome
        attempt += 1
        await sleep(board.pace.webhook_retry_gap)


def _class(answer: Answer) -> str:
    """How the retry policy calls this answer; empty for a good one."""
    if answer.error:
        return answer.error
    return {4: "4xx", 5: "5xx"}.get(answer.status // 100, "")
