"""`titus demo`: README's first command, as a machine without a terminal runs it."""

from __future__ import annotations

import os
import subprocess
import sys


def test_the_demo_tells_two_calls_and_ends_well() -> None:
    environment = {**os.environ, "CI": "true", "PORT": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "titus_http.cli", "demo"],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "outcome: answered by Ben Okoro" in done.stdout
    assert "outcome: ai_fallback" in done.stdout
    assert "/schema" in done.stdout
    assert "settled: True" in done.stdout
    assert "stored as recordings/RE" in done.stdout
    assert "Caller: Hi, it’s Sam." in done.stdout
    assert "    summary: " in done.stdout
    assert done.stdout.count("    callback: open, owed to +61491570110") == 1
