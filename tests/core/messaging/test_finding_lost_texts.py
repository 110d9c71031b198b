"""Texts that no webhook told of are found in the provider's list."""

from __future__ import annotations

import pytest

from tests.core.messaging.desk import OURS, PARTY, Desk, run
from titus_adapters.memory.clock import NOON
from titus_adapters.memory.ledger import MemoryLedger
from titus_core.kernel.errors import Unavailable
from titus_core.messaging.find_lost_texts import BEGINS, OVERLAP, FindLostTexts
from titus_core.messaging.model import TextTold
from titus_core.messaging.ports import ListedText

SID = "SM" + "1" * 32


def test_a_lost_text_is_found_once_and_counts() -> None:
    desk, ledger = Desk(), MemoryLedger()
    find = FindLostTexts(desk.store, desk.store.reader, ledger, desk.absorb_text, desk.clock)
    told = TextTold(provider_id=SID, from_number=PARTY, to_number=OURS, body="STOP")
    ledger.texts.append(ListedText(told, NOON))
    run(find())
    run(find())
    (message,) = desk.messages
    assert (message.id, message.found_late) == (SID, True)
    assert desk.is_stopped()
    ledger.down = True
    with pytest.raises(Unavailable):
        run(find())
    assert ledger.asked == [NOON - BEGINS, NOON - OVERLAP]
