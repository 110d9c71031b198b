"""What the provider's debugger said is found among all events, the oldest first."""

from __future__ import annotations

from tests.contracts.examples import envelope, later, some_events
from tests.contracts.stores import Store, write
from titus_core.calls.note_alert import ProviderAlerted


async def test_alerts_since_then_are_listed_the_oldest_first(store: Store) -> None:
    said = {name: ProviderAlerted(level="error", code=name) for name in ("1", "2", "3", "4")}
    times = {"1": later(10), "2": later(30), "3": later(20), "4": later(5)}
    alerts = [envelope(said[name], f"alert:NO{name}", times[name]) for name in said]
    await write(store, lambda tx: tx.record(envelope(some_events()[0], "call:CA1", later(15)), *alerts))
    found = await store.reader.alerts(later(10), 9)
    assert [(one.subject, one.at, one.kind) for one in found] == [
        (f"alert:NO{name}", times[name], "provider.alerted") for name in ("1", "3", "2")
    ]
    assert [one.subject for one in await store.reader.alerts(later(10), 2)] == ["alert:NO1", "alert:NO3"]
    assert await store.reader.alerts(later(31), 9) == ()
