"""A ping: verified over its raw bytes, kept as it came, and somebody looks."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping

from litestar import Response

from titus_core.calls.ports import Delivery
from titus_core.jobs.keep_ping import KeepPing, Ping
from titus_core.kernel.clock import Clock
from titus_core.kernel.errors import Unavailable
from titus_http.telemetry import Verdict
from titus_http.webhooks.airtable.payloads import is_about
from titus_http.webhooks.airtable.signature import HEADER, AirtableVerifier
from titus_http.webhooks.watching import Answer

MAX_BYTES = 64 * 1024
"""Of one ping; a real one has about 150."""

ROUTE = "airtable/ping"
_LOG = logging.getLogger("titus.airtable")


class PingEdge:
    """Nothing is believed, and nothing stays, unless the signature is good."""

    def __init__(self, verifier: AirtableVerifier, base_id: str, keep: KeepPing, clock: Clock) -> None:
        self._verifier = verifier
        self._base_id = base_id
        self._keep = keep
        self._clock = clock

    async def __call__(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        signed = self._verifier.verify(body, headers.get(HEADER))
        if not signed:
            _LOG.warning("refused ping: %s", signed.value)
            return Answer(_text(401, ""), Verdict.REFUSED, signed.value)
        is_ours = is_about(self._base_id, body)
        if not is_ours:
            _LOG.warning("a ping that cannot be read, or is of another base: kept as it came")
        try:
            is_new = await self._keep(Ping(self._delivery(body), is_ours))
        except Unavailable as error:
            _LOG.error("ping: not stored: %s", error)
            return Answer(_text(503, ""), Verdict.FAILED)
        return Answer(_text(200, "OK"), Verdict.ACCEPTED if is_new else Verdict.REPEATED)

    def _delivery(self, body: bytes) -> Delivery:
        """Its digest is its key: repetitions have the same bytes."""
        digest = hashlib.sha256(body).hexdigest()
        text = body.decode("utf-8", "backslashreplace").replace("\0", "")
        return Delivery(route=ROUTE, key=digest, token=None, query="", body=text, received_at=self._clock.now())


def _text(status: int, words: str) -> Response[str]:
    return Response(words, status_code=status, media_type="text/plain")
