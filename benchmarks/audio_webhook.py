"""Memory that one audio webhook of ElevenLabs takes: a signed `post_call_audio`, in pieces and without a length, to a
server process. What it has resident above idle at its highest, while the request runs and after it; beside it what
holding the body just once would take. The sound is read back from the folder and compared. And what others wait for
meanwhile: how long a bare request takes, one after another, without and with the webhook coming in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import servers
from benchmarks.servers import TITUS, Running

SIZES = (50, 230)
"""Megabytes of MP3: the size in the target, and four hours at 128 kbit/s, the longest call that Twilio allows."""

_MOST = 64
_SECRET = "wsec_of_the_benchmark"
_PIECE = 48 * 1024
_PATH = "/api/voice/elevenlabs/post-call"


def main() -> None:
    print("memory of one audio webhook, in MB resident: idle, at its highest, above idle; and the size of its body")
    for size in SIZES:
        with tempfile.TemporaryDirectory(prefix="titus-bench-") as name:
            file, port = Path(name) / "titus.db", servers.free_port()
            with servers.running(TITUS, file, port, {"ELEVENLABS_WEBHOOK_SECRET": _SECRET}) as server:
                _measure(server, Path(name), size)


def _measure(server: Running, home: Path, megabytes: int) -> None:
    _post(server, "warm-up", 1)
    idle = server.resident
    server.forget_highest()
    alone = _asking(server, lambda: time.sleep(2))
    began = time.perf_counter()
    told: list[tuple[str, int]] = []
    meanwhile = _asking(server, lambda: told.append(_post(server, "conv_1", megabytes * 1_000_000)))
    seconds, above = time.perf_counter() - began, server.highest - idle
    [(digest, length)] = told
    stored = (home / "files" / "conversations" / "conv_1" / "told.mp3").read_bytes()[: megabytes * 1_000_000]
    if hashlib.sha256(stored).hexdigest() != digest:
        raise SystemExit("what is stored is not what was sent")
    body = length / 2**20
    print(f"  {megabytes:4} MB of sound{idle:7.0f}{server.highest:7.0f}{above:7.0f}{body:9.0f}   in {seconds:.1f} s")
    if megabytes == SIZES[0]:
        print(f"{'met   ' if above <= _MOST else 'missed'}  at most {_MOST} MB above idle: {above:.0f}")
    print(f"        {above / body:.2f}× of holding its body once")
    for name, waits in (("alone", alone), ("meanwhile", meanwhile)):
        middle, worst = waits[len(waits) // 2] * 1000, waits[len(waits) * 99 // 100] * 1000
        print(f"        others, {name:10} median {middle:.1f} ms, p99 {worst:.1f} ms")


def _asking(server: Running, work: Callable[[], object]) -> list[float]:
    """Seconds that bare requests took while `work` was done, sorted."""
    waits: list[float] = []
    over = threading.Event()

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        while not over.is_set():
            began = time.perf_counter()
            connection.request("GET", "/api/health")
            connection.getresponse().read()
            waits.append(time.perf_counter() - began)
            time.sleep(0.005)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        work()
    finally:
        over.set()
        asking.join()
    return sorted(waits)


def _post(server: Running, conversation: str, size: int) -> tuple[str, int]:
    """The digest of the sound, and how long the body was."""
    sent = str(int(time.time()))
    mac, digest, length = hmac.new(_SECRET.encode(), f"{sent}.".encode(), "sha256"), hashlib.sha256(), 0
    for piece, sound in _body(conversation, size):
        mac.update(piece)
        digest.update(sound)
        length += len(piece)
    headers = {"elevenlabs-signature": f"t={sent},v0={mac.hexdigest()}", "content-type": "application/json"}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    pieces = (piece for piece, _ in _body(conversation, size))
    connection.request("POST", _PATH, body=pieces, headers=headers, encode_chunked=True)
    answer = connection.getresponse()
    if answer.status != 200:
        raise SystemExit(f"the webhook was answered {answer.status}")
    connection.close()
    return digest.hexdigest(), length


def _body(conversation: str, size: int) -> Iterator[tuple[bytes, bytes]]:
    """The event piece by piece, each with the sound in it; never all of it, or it would be this program's memory."""
    whose = {"agent_id": "agent_01", "conversation_id": conversation}
    head = json.dumps({"type": "post_call_audio", "event_timestamp": 1, "data": {**whose, "full_audio": ""}})
    yield head.removesuffix('"}}').encode(), b""
    for start in range(0, size, _PIECE):
        sound = hashlib.sha256(str(start).encode()).digest() * (_PIECE // 32)
        sound = sound[: min(_PIECE, size - start)]
        yield base64.b64encode(sound), sound
    yield b'"}}', b""
