"""Seeds that find something as soon as its repair is undone, and what it was. `test_regressions` plays them again.

A seed means what the fault menu makes of it. When the menu changes, the story of each goes on in `tests/core` (the
tests that say "Simulation"), and a seed is sought anew by undoing the repair. Two stories are so rare that they have no
seed here, one in hundreds of thousands of histories: an outcome that fell after it had settled
(`test_serving_callers`), and a browser that was rung while it had another caller (`test_engagements`).
"""

from __future__ import annotations

FOUND = {
    456: "a person was rung while their phone still spoke to them for another call",
    674: "a true report was refused for ever, because another call held the person by then",
    977641: "what the provider said was dated before it was asked, and somebody was rung over their notes",
    589: "the first request came late, and somebody was held for an offer that nobody dialled",
}
