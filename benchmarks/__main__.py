"""`make bench`: everything there is to compare, in one run."""

from __future__ import annotations

import os
import platform

from benchmarks import signatures, webhooks


def main() -> None:
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}\n")
    signatures.main()
    webhooks.main()


main()
